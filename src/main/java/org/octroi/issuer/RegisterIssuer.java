package org.octroi.issuer;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.token.PublishedKeys;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Trusts an issuer in some territories, once its description and its keys can be read.
 *
 * @refuses forbidden when the caller does not run the instance
 * @refuses invalid-field when its keys can't be read, or it is our own
 * @refuses conflict when it is trusted already
 */
@Component
class RegisterIssuer {

  private final IssuerRead issuers;
  private final TrustedIssuers trusted;
  private final PublicAddresses addresses;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final TransactionTemplate transaction;
  private final Clock clock;

  RegisterIssuer(
      IssuerRead issuers,
      TrustedIssuers trusted,
      PublicAddresses addresses,
      AuditTrail trail,
      ApplicationEventPublisher events,
      TransactionTemplate transaction,
      Clock clock) {
    this.issuers = issuers;
    this.trusted = trusted;
    this.addresses = addresses;
    this.trail = trail;
    this.events = events;
    this.transaction = transaction;
    this.clock = clock;
  }

  TrustedIssuer handle(String url, String name, Set<TerritoryId> territories, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    if (url.equals(addresses.desk().publicUrl())) {
      throw new RefusedException(
          Refusal.field("/url", "is our own issuer, which is trusted everywhere"));
    }
    PublishedKeys keys;
    try {
      // Not within the transaction: nobody is to wait for another house with a connection in hand.
      keys = issuers.keys(url);
    } catch (UnreadableIssuerException e) {
      throw new RefusedException(
          Refusal.field("/url", "is no issuer whose keys can be read: " + e.why()));
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    TrustedIssuer issuer =
        new TrustedIssuer(
            IssuerId.create(),
            url,
            name,
            territories,
            keys.usable(),
            keys.passedOver(),
            now,
            Optional.empty(),
            Optional.empty(),
            now,
            1);
    transaction.executeWithoutResult(
        status -> {
          if (!trusted.add(issuer, by.person())) {
            throw RefusedException.of(ProblemType.CONFLICT, "this issuer is trusted already");
          }
          trail.record(
              by.actor(),
              "issuer.register",
              Optional.empty(),
              "issuer",
              issuer.id().toString(),
              Map.of("url", url, "territories", ChangeIssuer.text(territories)));
          events.publishEvent(new IssuerChanged(issuer.id()));
          events.publishEvent(new IssuerKeysChanged());
        });
    return issuer;
  }
}
