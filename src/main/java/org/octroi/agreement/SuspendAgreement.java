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
 * Suspends an agreement: within a second it opens nothing, until it is resumed.
 *
 * @refuses agreement-not-active when it is not active
 */
@Component
@Transactional
class SuspendAgreement {

  private final AgreementSwitch turn;

  SuspendAgreement(AgreementSwitch turn) {
    this.turn = turn;
  }

  HeldAgreement handle(AgreementId id, String ground, ExpectedVersion expected, Caller by) {
    HeldAgreement agreement = turn.find(id, expected, by);
    if (agreement.status() != AgreementStatus.ACTIVE) {
      throw RefusedException.of(
          ProblemType.AGREEMENT_NOT_ACTIVE, agreement.number().value(), agreement.status().word());
    }
    return turn.to(agreement, AgreementStatus.SUSPENDED, Optional.of(ground), by);
  }
}
