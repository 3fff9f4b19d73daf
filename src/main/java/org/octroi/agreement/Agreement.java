package org.octroi.agreement;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import org.octroi.entitlement.Snapshot;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.TerritoryId;

/**
 * What was granted to whom: fixed from the day that it was minted, but for its status and its
 * ground, and for a newer version of its licence that its reuser accepted.
 *
 * @param ownerKind {@code person} or {@code organisation}
 * @param ownerId the reuser's id at that time
 * @param licence the version of the licence that it stands on
 * @param textSha256 the hash of that version's text, which was accepted
 * @param ground why it is suspended or revoked
 * @param note more about that
 * @param tier what it gives, where that is less than the offer's tier
 * @param renews the agreement that it follows on
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
    LicenceVersionId licence,
    String textSha256,
    Instant grantedAt,
    Instant validFrom,
    Optional<Instant> validUntil,
    AgreementStatus status,
    Optional<String> ground,
    Optional<String> note,
    Optional<Snapshot.Tier> tier,
    Optional<AgreementId> renews,
    long version) {

  /** Its status at a moment: one past its last day is expired, unless it was revoked before. */
  AgreementStatus statusAt(Instant now) {
    return status != AgreementStatus.REVOKED
            && validUntil.filter(end -> !now.isBefore(end)).isPresent()
        ? AgreementStatus.EXPIRED
        : status;
  }
}
