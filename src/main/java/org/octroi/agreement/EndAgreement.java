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

  private final AgreementSwitch turn;

  EndAgreement(AgreementSwitch turn) {
    this.turn = turn;
  }

  Agreement handle(AgreementId id, Optional<String> note, ExpectedVersion expected, Caller by) {
    Agreement agreement = turn.holdAsReuser(id, by);
    expected.check(agreement.version());
    AgreementStatus before =
        turn.mustBe(agreement, AgreementStatus.ACTIVE, AgreementStatus.SUSPENDED);
    return turn.set(
        agreement,
        AgreementStatus.REVOKED,
        Optional.of(BY_REUSER),
        note,
        "agreement.end",
        Map.of("before", before.word(), "status", AgreementStatus.REVOKED.word()),
        new AgreementRevoked(id, agreement.application(), agreement.territory()),
        by);
  }
}
