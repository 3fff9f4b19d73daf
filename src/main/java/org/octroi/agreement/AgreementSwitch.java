package org.octroi.agreement;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.Applications;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Turns an agreement from one status to another, on the record, for the commands that do. */
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

  /**
   * The same for somebody who acts for the reuser.
   *
   * @refuses not-found when the caller can't see the agreement
   * @refuses forbidden when the application is not the caller's
   */
  Agreement holdAsReuser(AgreementId id, Caller by) {
    Agreement agreement = agreements.hold(id, by);
    if (!applications.find(agreement.application()).orElseThrow().owner().includes(by)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to act for this reuser");
    }
    return agreement;
  }

  /**
   * Goes on only where its status now is one of these; past its last day it is expired.
   *
   * @refuses agreement-not-active when it is another
   */
  AgreementStatus mustBe(Agreement agreement, AgreementStatus... wanted) {
    AgreementStatus now = agreement.statusAt(clock.instant());
    if (!List.of(wanted).contains(now)) {
      throw RefusedException.of(ProblemType.AGREEMENT_NOT_ACTIVE, now.word());
    }
    return now;
  }

  /**
   * Puts it into its new status.
   *
   * @param ground why it is suspended or revoked
   * @param action its name on the record
   * @param details what else the record says of it
   * @param happened the event that announces it
   */
  Agreement set(
      Agreement agreement,
      AgreementStatus status,
      Optional<String> ground,
      Optional<String> note,
      String action,
      Map<String, String> details,
      AgreementEvent happened,
      Caller by) {
    agreements.setStatus(agreement, status, ground, note);
    trail.record(
        by.actor(),
        action,
        Optional.of(agreement.territory()),
        "agreement",
        agreement.id().toString(),
        details);
    events.publishEvent(happened);
    return agreements.see(agreement.id(), by);
  }
}
