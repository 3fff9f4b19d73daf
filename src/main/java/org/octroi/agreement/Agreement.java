package org.octroi.agreement;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.TerritoryId;

/**
 * What was granted to whom: all but status and ground is fixed from the day that it was minted.
 *
 * @param ownerKind {@code person} or {@code organisation}
 * @param ownerId the reuser's id at that time
 * @param textSha256 the hash of the licence text that was accepted
 * @param ground why it is suspended or revoked
 * @param note more about that
 * @param version grows with every change
 */
record Agreement(
    AgreementId id,
    AgreementNumber number,
    TerritoryId territory,
    HolderId holder,
    OfferId offer,
    AccessRequestId request,
    ApplicationId application,
    String ownerKind,
    String ownerId,
    ReuserKind reuserKind,
    SortedSet<Purpose> purposes,
    String textSha256,
    Instant grantedAt,
    Instant validFrom,
    Optional<Instant> validUntil,
    AgreementStatus status,
    Optional<String> ground,
    Optional<String> note,
    long version) {

  /** Its status at a moment: one past its last day is expired, unless it was revoked before. */
  AgreementStatus statusAt(Instant now) {
    return status != AgreementStatus.REVOKED
            && validUntil.filter(end -> !now.isBefore(end)).isPresent()
        ? AgreementStatus.EXPIRED
        : status;
  }
}
