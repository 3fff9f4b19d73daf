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
 * Ends an agreement for good: the gates close for it within a second.
 *
 * @refuses not-found when the caller can't see the agreement
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, or belongs to its organisation
 * @refuses invalid-field when the ground is {@code other} and no note says which
 * @refuses agreement-not-active when it is revoked or expired already
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class RevokeAgreement {

  private final AgreementSwitch turn;

  RevokeAgreement(AgreementSwitch turn) {
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
    turn.mustBe(agreement, AgreementStatus.ACTIVE, AgreementStatus.SUSPENDED);
    return turn.set(
        agreement,
        AgreementStatus.REVOKED,
        Optional.of(ground.word()),
        note,
        "agreement.revoke",
        Map.of("ground", ground.word()),
        new AgreementRevoked(id, agreement.application(), agreement.territory()),
        by);
  }
}
