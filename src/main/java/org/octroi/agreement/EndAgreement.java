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
 * Ends an agreement for its reuser, who no longer wants what it gives or what it demands: the gates
 * close for it within a second, for good. What was promised for data that was had before still
 * holds; the licence says so.
 *
 * @refuses not-found when the caller can't see the agreement
 * @refuses forbidden when the application is not the caller's
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 * @refuses agreement-not-active when it is revoked or expired already
 */
@Component
@Transactional
class EndAgreement {

  /** The ground of one that its reuser ended; no reviewer may give it. */
  static final String BY_REUSER = "ended-by-reuser";

  private final Agreements agreements;
  private final Applications applications;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  EndAgreement(
      Agreements agreements,
      Applications applications,
      AuditTrail trail,
      ApplicationEventPublisher events,
      Clock clock) {
    this.agreements = agreements;
    this.applications = applications;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  Agreement handle(AgreementId id, Optional<String> note, ExpectedVersion expected, Caller by) {
    Agreement agreement = agreements.hold(id, by);
    if (!applications.find(agreement.application()).orElseThrow().owner().includes(by)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to act for this reuser");
    }
    expected.check(agreement.version());
    AgreementStatus now = agreement.statusAt(clock.instant());
    if (now != AgreementStatus.ACTIVE && now != AgreementStatus.SUSPENDED) {
      throw RefusedException.of(ProblemType.AGREEMENT_NOT_ACTIVE, now.word());
    }
    agreements.setStatus(agreement, AgreementStatus.REVOKED, Optional.of(BY_REUSER), note);
    trail.record(
        by.actor(),
        "agreement.end",
        Optional.of(agreement.territory()),
        "agreement",
        id.toString(),
        Map.of("before", now.word(), "status", AgreementStatus.REVOKED.word()));
    events.publishEvent(new AgreementRevoked(id, agreement.application(), agreement.territory()));
    return agreements.see(id, by);
  }
}
