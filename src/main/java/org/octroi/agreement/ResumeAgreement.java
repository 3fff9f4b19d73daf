package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.Applications;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lets a suspended agreement serve again.
 *
 * @refuses not-found when the caller can't see the agreement
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, or belongs to its organisation
 * @refuses agreement-not-active when it is not suspended
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class ResumeAgreement {

  private final Agreements agreements;
  private final Applications applications;
  private final Reviewing reviewing;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  ResumeAgreement(
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

  Agreement handle(AgreementId id, ExpectedVersion expected, Caller by) {
    Agreement agreement = agreements.hold(id, by);
    reviewing.check(
        by, agreement.holder(), applications.find(agreement.application()).orElseThrow());
    expected.check(agreement.version());
    AgreementStatus now = agreement.statusAt(clock.instant());
    if (now != AgreementStatus.SUSPENDED) {
      throw RefusedException.of(ProblemType.AGREEMENT_NOT_ACTIVE, now.word());
    }
    agreements.setStatus(agreement, AgreementStatus.ACTIVE, Optional.empty(), Optional.empty());
    trail.record(
        by.actor(),
        "agreement.resume",
        Optional.of(agreement.territory()),
        "agreement",
        id.toString(),
        Map.of());
    events.publishEvent(new AgreementResumed(id, agreement.application(), agreement.territory()));
    return agreements.see(id, by);
  }
}
