package org.octroi.issuer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.token.PublishedKeys;
import org.octroi.token.TrustedKeys;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads the keys of issuers again: from time to time, sooner when a token named one that is not
 * known, and at once when an operator says so, as after a key leaked. However many tokens name
 * unknown keys, each issuer is asked once in the pause that is set, by one desk of several. While
 * an issuer can't be read its last keys stay in force, and the health of the desk says so.
 */
@Component
class IssuerKeys {

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

  private final TrustedIssuers trusted;
  private final IssuerRead issuers;
  private final TrustedKeys gate;
  private final IssuerProperties properties;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final TransactionTemplate transaction;
  private final Clock clock;

  /** Issuers of which tokens named unknown keys since they were read last. */
  private final Set<String> asked = new HashSet<>();

  private final Set<IssuerId> underWay = ConcurrentHashMap.newKeySet();
  private volatile int failing;
  private boolean unreadable;

  IssuerKeys(
      TrustedIssuers trusted,
      IssuerRead issuers,
      TrustedKeys gate,
      IssuerProperties properties,
      AuditTrail trail,
      ApplicationEventPublisher events,
      TransactionTemplate transaction,
      MeterRegistry metrics,
      Clock clock) {
    this.trusted = trusted;
    this.issuers = issuers;
    this.gate = gate;
    this.properties = properties;
    this.trail = trail;
    this.events = events;
    this.transaction = transaction;
    this.clock = clock;
    Gauge.builder("octroi.issuers.failing", this, keys -> keys.failing)
        .description("issuers whose keys can't be read again")
        .register(metrics);
  }

  /** Sets out to read the keys of those that are due. */
  @Scheduled(fixedDelay = 1000, initialDelay = 2000)
  void look() {
    asked.addAll(gate.issuersOfUnknownKeys());
    try {
      List<TrustedIssuer> all = trusted.all();
      asked.retainAll(all.stream().map(TrustedIssuer::url).toList());
      failing = (int) all.stream().filter(issuer -> issuer.failingSince().isPresent()).count();
      Instant now = clock.instant();
      for (TrustedIssuer issuer : all) {
        boolean sooner = asked.contains(issuer.url()) || issuer.failingSince().isPresent();
        Duration pause = sooner ? properties.unknownKeyPause() : properties.refreshInterval();
        if (trusted.take(issuer.id(), now.minus(pause), now)) {
          asked.remove(issuer.url());
          setOut(issuer);
        }
      }
      unreadable = false;
    } catch (DataAccessException e) {
      if (!unreadable) {
        unreadable = true;
        LOG.error("The issuers can't be read from the database; trying again", e);
      }
    }
  }

  private void setOut(TrustedIssuer issuer) {
    if (underWay.add(issuer.id())) {
      Thread.ofVirtual()
          .name("issuer-keys")
          .start(
              () -> {
                try {
                  read(issuer);
                } catch (UnreadableIssuerException e) {
                  if (issuer.failingSince().isEmpty()) {
                    LOG.warn(
                        "The keys of {} can't be read, the last ones stay in force: {}",
                        issuer.url(),
                        e.why());
                  }
                } catch (DataAccessException e) {
                  LOG.error("The keys of {} can't be kept; trying again", issuer.url(), e);
                } finally {
                  underWay.remove(issuer.id());
                }
              });
    }
  }

  /**
   * Reads them now.
   *
   * @refuses forbidden when the caller does not run the instance
   * @refuses not-found when there is no such issuer
   * @refuses conflict when they can't be read
   */
  TrustedIssuer readNow(IssuerId id, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    TrustedIssuer issuer =
        trusted
            .find(id)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    try {
      read(issuer);
    } catch (UnreadableIssuerException e) {
      throw new RefusedException(
          Refusal.of(ProblemType.CONFLICT, "its keys can't be read: " + e.why()));
    }
    return trusted.find(id).orElseThrow();
  }

  private void read(TrustedIssuer issuer) throws UnreadableIssuerException {
    PublishedKeys keys;
    try {
      keys = issuers.keys(issuer.url());
    } catch (UnreadableIssuerException e) {
      trusted.failed(issuer.id(), e.why(), clock.instant());
      throw e;
    }
    transaction.executeWithoutResult(
        status -> {
          trusted.keep(issuer.id(), keys, clock.instant());
          if (!issuer.keys().equals(keys.usable())) {
            trail.record(
                new Actor.House("issuer"),
                "issuer.keys",
                Optional.empty(),
                "issuer",
                issuer.id().toString(),
                Map.of("keys", String.valueOf(keys.usable().size())));
            events.publishEvent(new IssuerKeysChanged());
          }
        });
    if (issuer.failingSince().isPresent()) {
      LOG.info("The keys of {} can be read again", issuer.url());
    }
  }
}
