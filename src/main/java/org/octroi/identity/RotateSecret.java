package org.octroi.identity;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Gives an application a new client secret, shown this once; the old one is refused from then on,
 * while tokens already issued live out their minutes.
 *
 * @refuses not-found when the caller does not own it
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class RotateSecret {

  private final JdbcClient jdbc;
  private final Applications applications;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  RotateSecret(
      JdbcClient jdbc,
      Applications applications,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.applications = applications;
    this.trail = trail;
    this.events = events;
  }

  RegisterApplication.WithSecret handle(ApplicationId id, ExpectedVersion expected, Caller by) {
    RegisteredApplication before = applications.owned(id, by);
    expected.check(before.version());
    OpaqueSecret secret = RegisterApplication.newSecret();
    int changed =
        jdbc.sql(
                """
                update application set client_secret_sha256 = :hash, version = version + 1
                where id = :id and version = :version
                """)
            .param("hash", secret.hash())
            .param("id", id.toString())
            .param("version", before.version())
            .update();
    if (changed != 1) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    trail.record(
        by.actor(),
        "application.rotate-secret",
        Optional.empty(),
        "application",
        id.toString(),
        Map.of());
    events.publishEvent(new ClientSecretIssued(id, secret));
    return new RegisterApplication.WithSecret(applications.find(id).orElseThrow(), secret);
  }
}
