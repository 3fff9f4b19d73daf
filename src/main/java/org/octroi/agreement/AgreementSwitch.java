package org.octroi.agreement;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Finds an agreement for its holder's reviewer and puts it into another status, on the record. */
@Component
class AgreementSwitch {

  private final Agreements agreements;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  AgreementSwitch(
      Agreements agreements, AuditTrail trail, ApplicationEventPublisher events, Clock clock) {
    this.agreements = agreements;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  /**
   * The agreement, for a reviewer of its holder.
   *
   * @refuses not-found when the caller can't see such an agreement
   * @refuses forbidden when the caller is no reviewer of its holder
   * @refuses stale-version when it was changed after the version named in {@code If-Match}
   */
  HeldAgreement find(AgreementId id, ExpectedVersion expected, Caller by) {
    HeldAgreement agreement = agreements.seenBy(by, id);
    if (!by.mayReview(agreement.holder())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    expected.check(agreement.version());
    return agreement;
  }

  HeldAgreement to(
      HeldAgreement agreement, AgreementStatus next, Optional<String> ground, Caller by) {
    agreements.become(agreement, next, ground, clock.instant());
    Map<String, String> details = new HashMap<>();
    details.put("number", agreement.number().value());
    ground.ifPresent(text -> details.put("ground", text));
    trail.record(
        by.actor(),
        "agreement." + next.word(),
        Optional.of(agreement.territory()),
        "agreement",
        agreement.id().toString(),
        details);
    events.publishEvent(
        new AgreementChanged(agreement.id(), agreement.application(), agreement.territory(), next));
    return agreements.seenBy(by, agreement.id());
  }
}
