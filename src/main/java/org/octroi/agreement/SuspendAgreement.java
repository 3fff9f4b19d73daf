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
 * Pauses an agreement: the gates close for it within a second, until it is resumed.
 *
 * @refuses not-found when the caller can't see the agreement
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, or belongs to its organisation
 * @refuses invalid-field when the ground is {@code other} and no note says which
 * @refuses agreement-not-active when it is not active
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class SuspendAgreement {

  private final AgreementSwitch turn;

  SuspendAgreement(AgreementSwitch turn) {
    this.turn = turn;
  }

  Agreement handle(
      AgreementId id,
      EndingGround ground,
      Optional<String> note,
      ExpectedVersion expected,
      Caller by) {
    Agreement agreement = turn.hold(id, by);
    ground.mustBeExplainedBy(note);
    expected.check(agreement.version());
    turn.mustBe(agreement, AgreementStatus.ACTIVE);
    return turn.set(
        agreement,
        AgreementStatus.SUSPENDED,
        Optional.of(ground.word()),
        note,
        "agreement.suspend",
        Map.of("ground", ground.word()),
        new AgreementSuspended(id, agreement.application(), agreement.territory()),
        by);
  }
}
