package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.Applications;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Turns an agreement from one status to another, on the record, for the three commands that do. */
@Component
class AgreementSwitch {

  private final Agreements agreements;
  private final Applications applications;
  private final Reviewing reviewing;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  AgreementSwitch(
      Agreements agreements,
      Applications applications,
      Reviewing reviewing,
      AuditTrail trail,
      ApplicationEventPublisher events,
      Clock clock) {
    this.agreements = agreements;
    this.applications = applications;
    this.reviewing = reviewing;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  /**
   * The agreement as it is at this moment, for a reviewer of its holder; held until the transaction
   * ends.
   */
  Agreement hold(AgreementId id, Caller by) {
    Agreement agreement = agreements.hold(id, by);
    reviewing.check(
        by, agreement.holder(), applications.find(agreement.application()).orElseThrow());
    return agreement;
  }

  /** Its status now: expired, where its last day is past. */
  AgreementStatus statusNow(Agreement agreement) {
    return agreement.statusAt(clock.instant());
  }

  /**
   * Puts it into its new status.
   *
   * @param action its name on the record
   * @param happened the event that announces it
   */
  Agreement set(
      Agreement agreement,
      AgreementStatus status,
      Optional<EndingGround> ground,
      Optional<String> note,
      String action,
      Object happened,
      Caller by) {
    Optional<String> word = ground.map(EndingGround::word);
    agreements.setStatus(agreement, status, word, note);
    trail.record(
        by.actor(),
        action,
        Optional.of(agreement.territory()),
        "agreement",
        agreement.id().toString(),
        word.map(text -> Map.of("ground", text)).orElse(Map.of()));
    events.publishEvent(happened);
    return agreements.see(agreement.id(), by);
  }
}
