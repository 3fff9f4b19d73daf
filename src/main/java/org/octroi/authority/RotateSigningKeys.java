package org.octroi.authority;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the next signing key: when the one that signs has done so for long enough, or when an
 * operator says so. It is shown at once and signs after the lead; the one before signs until then,
 * and what it signed is good to its end. Where keys leaked there is no overlap: the new one signs
 * at once, and all before it are good for nothing, nor is what they signed.
 *
 * @refuses forbidden when the caller is no operator
 * @refuses conflict when the next key is made already and waits for its turn
 */
@Component
class RotateSigningKeys {

  private static final Logger LOG = LoggerFactory.getLogger(RotateSigningKeys.class);

  private final SigningKeys keys;
  private final AuthorityProperties properties;
  private final AuditTrail trail;
  private final Clock clock;
  private final TransactionTemplate transaction;

  RotateSigningKeys(
      SigningKeys keys,
      AuthorityProperties properties,
      AuditTrail trail,
      Clock clock,
      TransactionTemplate transaction) {
    this.keys = keys;
    this.properties = properties;
    this.trail = trail;
    this.clock = clock;
    this.transaction = transaction;
  }

  /**
   * @param lead how long the key is shown before it signs; empty for the usual time
   * @param leaked whether all keys before are to be revoked, and the new one signs at once
   */
  SigningKey handle(Optional<Duration> lead, boolean leaked, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    if (!leaked && waiting()) {
      throw RefusedException.of(ProblemType.CONFLICT, "the next key waits for its turn already");
    }
    Duration shown = leaked ? Duration.ZERO : lead.orElse(properties.keyLead());
    if (!rotate(shown, leaked, by.actor())) {
      throw RefusedException.of(ProblemType.CONFLICT, "another rotation came first");
    }
    return keys.all().getFirst();
  }

  /** Looks whether it is time; several processes that find so at once make one key. */
  @Scheduled(fixedDelay = 3_600_000, initialDelay = 30_000)
  void rotateInTime() {
    if (properties.keyRotation().isZero() || waiting()) {
      return;
    }
    Instant due = keys.signing().signsFrom().plus(properties.keyRotation());
    if (!due.isAfter(clock.instant())
        && rotate(properties.keyLead(), false, new Actor.House("authority"))) {
      LOG.info("Signing key {} signs in {}", keys.all().getFirst().id(), properties.keyLead());
    }
  }

  private boolean waiting() {
    Instant now = clock.instant();
    return keys.all().stream().anyMatch(key -> !key.revoked() && key.signsFrom().isAfter(now));
  }

  private boolean rotate(Duration lead, boolean leaked, Actor by) {
    Instant now = clock.instant();
    List<SigningKey> before = keys.all();
    Boolean made =
        transaction.execute(
            status -> {
              if (leaked) {
                keys.revokeAll(now);
              }
              if (!keys.make(before.getFirst().turn() + 1, now.plus(lead))) {
                status.setRollbackOnly();
                return false;
              }
              trail.record(
                  by,
                  "signing-key.rotate",
                  Optional.empty(),
                  "signing-key",
                  Integer.toString(before.getFirst().turn() + 1),
                  Map.of(
                      "signs-from", now.plus(lead).toString(), "leaked", String.valueOf(leaked)));
              return true;
            });
    keys.readAgain();
    return Boolean.TRUE.equals(made);
  }
}
