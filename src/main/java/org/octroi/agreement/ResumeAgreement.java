package org.octroi.agreement;

import java.util.Optional;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Resumes a suspended agreement.
 *
 * @refuses agreement-not-active when it is not suspended
 */
@Component
@Transactional
class ResumeAgreement {

  private final AgreementSwitch turn;

  ResumeAgreement(AgreementSwitch turn) {
    this.turn = turn;
  }

  HeldAgreement handle(AgreementId id, ExpectedVersion expected, Caller by) {
    HeldAgreement agreement = turn.find(id, expected, by);
    if (agreement.status() != AgreementStatus.SUSPENDED) {
      throw RefusedException.of(
          ProblemType.AGREEMENT_NOT_ACTIVE, agreement.number().value(), agreement.status().word());
    }
    return turn.to(agreement, AgreementStatus.ACTIVE, Optional.empty(), by);
  }
}
