package org.octroi.identity;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Sha256;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Says how an application comes to its tokens, in place of what was said before. What people let it
 * do before goes on only as far as it still fits: the desk looks at the profile at every request
 * for a token.
 *
 * @refuses not-found when the caller does not own it
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 * @refuses invalid-field when parts of it do not go together, a certificate has ended, or the desk
 *     sees none
 */
@Component
@Transactional
class SetClientProfile {

  private final JdbcClient jdbc;
  private final Applications applications;
  private final ClientProfiles profiles;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final ShownCertificates shown;
  private final Clock clock;

  SetClientProfile(
      JdbcClient jdbc,
      Applications applications,
      ClientProfiles profiles,
      AuditTrail trail,
      ApplicationEventPublisher events,
      ShownCertificates shown,
      Clock clock) {
    this.jdbc = jdbc;
    this.applications = applications;
    this.profiles = profiles;
    this.trail = trail;
    this.events = events;
    this.shown = shown;
    this.clock = clock;
  }

  RegisteredApplication handle(
      ApplicationId id, ClientProfile profile, ExpectedVersion expected, Caller by) {
    RegisteredApplication before = applications.owned(id, by);
    expected.check(before.version());
    check(profile);
    if (profiles.of(id).equals(profile)) {
      return before;
    }
    int changed =
        jdbc.sql(
                """
                update application set version = version + 1
                where id = :id and version = :version
                """)
            .param("id", id.toString())
            .param("version", before.version())
            .update();
    if (changed != 1) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    profiles.keep(id, profile);
    trail.record(
        by.actor(),
        "application.set-client",
        Optional.empty(),
        "application",
        id.toString(),
        told(profile));
    events.publishEvent(new ApplicationChanged(id));
    return applications.find(id).orElseThrow();
  }

  /**
   * Refuses what does not go together, or can't be done at this desk.
   *
   * @throws RefusedException naming the field
   */
  void check(ClientProfile profile) {
    if (profile.authentication() == ClientProfile.Authentication.SELF_SIGNED_TLS_CLIENT_AUTH
        && !shown.any()) {
      throw new RefusedException(
          Refusal.field(
              "/authentication",
              "can't be self-signed-tls-client-auth here: this desk sees no certificates"));
    }
    profile.check(clock.instant());
  }

  private static Map<String, String> told(ClientProfile profile) {
    Map<String, String> told = new HashMap<>();
    told.put("authentication", profile.authentication().word());
    told.put(
        "grants",
        profile.grants().stream().map(ClientProfile.Grant::word).collect(Collectors.joining(" ")));
    told.put("format", profile.format().word());
    if (!profile.redirectUris().isEmpty()) {
      told.put(
          "redirectUris",
          profile.redirectUris().stream().map(RedirectUri::text).collect(Collectors.joining(" ")));
    }
    profile.keys().ifPresent(keys -> told.put("jwksSha256", Sha256.hex(keys.json())));
    if (!profile.certificates().isEmpty()) {
      told.put(
          "certificatesSha256",
          profile.certificates().stream()
              .map(ClientCertificate::sha256)
              .collect(Collectors.joining(" ")));
    }
    return told;
  }
}
