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
 * Revokes an agreement for good: within a second it opens nothing, whatever tokens live.
 *
 * @refuses agreement-not-active when it is revoked already
 */
@Component
@Transactional
class RevokeAgreement {

  private final AgreementSwitch turn;

  RevokeAgreement(AgreementSwitch turn) {
    this.turn = turn;
  }

  HeldAgreement handle(AgreementId id, String ground, ExpectedVersion expected, Caller by) {
    HeldAgreement agreement = turn.find(id, expected, by);
    if (agreement.status() == AgreementStatus.REVOKED) {
      throw RefusedException.of(
          ProblemType.AGREEMENT_NOT_ACTIVE, agreement.number().value(), agreement.status().word());
    }
    return turn.to(agreement, AgreementStatus.REVOKED, Optional.of(ground), by);
  }
}
