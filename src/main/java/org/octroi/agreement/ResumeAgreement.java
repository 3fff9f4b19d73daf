package org.octroi.agreement;

import java.util.Map;
import java.util.Optional;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Caller;
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

  private final AgreementSwitch turn;

  ResumeAgreement(AgreementSwitch turn) {
    this.turn = turn;
  }

  Agreement handle(AgreementId id, ExpectedVersion expected, Caller by) {
    Agreement agreement = turn.hold(id, by);
    expected.check(agreement.version());
    turn.mustBe(agreement, AgreementStatus.SUSPENDED);
    return turn.set(
        agreement,
        AgreementStatus.ACTIVE,
        Optional.empty(),
        Optional.empty(),
        "agreement.resume",
        Map.of(),
        new AgreementResumed(id, agreement.application(), agreement.territory()),
        by);
  }
}
