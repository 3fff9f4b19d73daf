package org.octroi.issuer;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.octroi.audit.AuditTrail;
import org.octroi.entitlement.Entitlements;
import org.octroi.entitlement.Snapshot;
import org.octroi.identity.Applications;
import org.octroi.identity.RevokedTokens;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.token.TokenVerifier;
import org.octroi.token.TokenVerifier.Verdict;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Revokes one token of an application, whoever issued it: every gate refuses it when this answers.
 *
 * @refuses not-found when the caller neither owns the application nor is an operator
 * @refuses invalid-field when it is no token of that application that could open anything, or
 *     carries no id
 */
@Component
@Transactional
class RevokeShownToken {

  private static final int LONGEST_ID = 255;

  private final Applications applications;
  private final TrustedIssuers trusted;
  private final ForeignRevocations revocations;
  private final RevokedTokens own;
  private final TokenVerifier tokens;
  private final Entitlements entitlements;
  private final PublicAddresses addresses;
  private final AuditTrail trail;
  private final Clock clock;

  RevokeShownToken(
      Applications applications,
      TrustedIssuers trusted,
      ForeignRevocations revocations,
      RevokedTokens own,
      TokenVerifier tokens,
      Entitlements entitlements,
      PublicAddresses addresses,
      AuditTrail trail,
      Clock clock) {
    this.applications = applications;
    this.trusted = trusted;
    this.revocations = revocations;
    this.own = own;
    this.tokens = tokens;
    this.entitlements = entitlements;
    this.addresses = addresses;
    this.trail = trail;
    this.clock = clock;
  }

  void handle(ApplicationId application, String token, Caller by) {
    applications.administered(application, by);
    Instant now = clock.instant();
    if (!(tokens.verify(token, now) instanceof Verdict.Good good) || !isOf(application, good)) {
      throw new RefusedException(
          Refusal.field("/token", "must be a token of this application that has not ended"));
    }
    String id = good.id().orElse("");
    if (id.isEmpty() || id.length() > LONGEST_ID) {
      throw new RefusedException(
          Refusal.field("/token", "carries no id by which it could be revoked"));
    }
    if (good.issuer().equals(addresses.desk().publicUrl())) {
      own.revoke(UUID.fromString(id), good.expires(), application);
      return;
    }
    TrustedIssuer issuer = trusted.find(good.issuer()).orElseThrow();
    if (revocations.revoke(issuer.id(), id, good.expires())) {
      trail.record(
          by.actor(),
          "token.revoke",
          Optional.empty(),
          "application",
          application.toString(),
          Map.of("issuer", issuer.url(), "token", id));
    }
  }

  private boolean isOf(ApplicationId application, Verdict.Good token) {
    return entitlements
        .current()
        .application(token.issuer(), token.clientId())
        .map(Snapshot.Application::id)
        .filter(application::equals)
        .isPresent();
  }
}
