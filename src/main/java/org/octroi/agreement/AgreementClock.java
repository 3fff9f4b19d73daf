package org.octroi.agreement;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.AgreementStatus;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What time does to agreements: their reusers are told 90, 45 and 30 days before the end, and when
 * a newer version of the licence asks to be accepted; and what has ended is marked so. The gates
 * know the end by themselves and wait for nobody here. Each is done once, whichever of several
 * desks looks first, in a transaction of its own.
 */
@Component
class AgreementClock {

  /** How many days before the end its reuser is told, the nearest first. */
  static final List<Integer> NOTICES = List.of(30, 45, 90);

  private static final int AT_ONCE = 500;

  private final Agreements agreements;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final TransactionTemplate transaction;
  private final Clock clock;

  AgreementClock(
      Agreements agreements,
      AuditTrail trail,
      ApplicationEventPublisher events,
      TransactionTemplate transaction,
      Clock clock) {
    this.agreements = agreements;
    this.trail = trail;
    this.events = events;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** Does all that is due now. */
  @Scheduled(initialDelayString = "PT2M", fixedDelayString = "PT30M")
  void tick() {
    Instant now = clock.instant();
    each(agreements.ended(now, AT_ONCE), agreement -> end(agreement, now));
    askToAccept(now);
    for (int days : NOTICES) {
      each(
          agreements.endingBefore(now.plus(Duration.ofDays(days)), notice(days), AT_ONCE),
          agreement -> tell(agreement, days, now));
    }
  }

  /** A version that asks to be accepted asks everybody at once, however many they are. */
  private void askToAccept(Instant now) {
    List<Agreements.Asked> batch = agreements.asked(now, AT_ONCE);
    while (!batch.isEmpty()) {
      List<Agreements.Asked> told = batch;
      transaction.executeWithoutResult(status -> told.forEach(asked -> askToAccept(asked, now)));
      batch = agreements.asked(now, AT_ONCE);
    }
  }

  private void askToAccept(Agreements.Asked asked, Instant now) {
    if (agreements.noticed(asked.agreement(), "accept-" + asked.number(), now)) {
      events.publishEvent(new AgreementToAccept(asked.agreement().id(), asked.by()));
    }
  }

  private void each(List<Agreement> due, Consumer<Agreement> work) {
    due.forEach(agreement -> transaction.executeWithoutResult(status -> work.accept(agreement)));
  }

  private void end(Agreement agreement, Instant now) {
    if (!agreements.endedAt(agreement, now)) {
      return;
    }
    trail.record(
        new Actor.House("clock"),
        "agreement.expire",
        Optional.of(agreement.territory()),
        "agreement",
        agreement.id().toString(),
        Map.of("before", agreement.status().word(), "status", AgreementStatus.EXPIRED.word()));
    events.publishEvent(
        new AgreementExpired(agreement.id(), agreement.application(), agreement.territory()));
  }

  /**
   * The nearest notice stands for the earlier ones: who was granted 40 days is told once, and not
   * that there are 90 left.
   */
  private void tell(Agreement agreement, int days, Instant now) {
    if (!agreements.noticed(agreement, notice(days), now)) {
      return;
    }
    NOTICES.stream()
        .filter(earlier -> earlier > days)
        .forEach(earlier -> agreements.noticed(agreement, notice(earlier), now));
    events.publishEvent(new AgreementEnding(agreement.id(), days));
  }

  private static String notice(int days) {
    return "ends-in-" + days;
  }
}
