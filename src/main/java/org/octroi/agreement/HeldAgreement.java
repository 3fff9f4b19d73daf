package org.octroi.agreement;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.octroi.entitlement.Snapshot;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;

/**
 * An agreement as the gates must know it, in whatever state it is.
 *
 * @param id its id
 * @param number what people quote
 * @param territory whose data it opens
 * @param holder who granted it
 * @param application the application that it is for
 * @param offer the frozen offer that was accepted
 * @param licenceVersion the text that was accepted, by its version
 * @param datasets what it covers
 * @param status as kept; that it expired is told by {@code validUntil}
 * @param purposes the purposes agreed to
 * @param purposesClosed these and all narrower ones
 * @param validFrom the first moment
 * @param validUntil the first moment after; empty where it has no end
 * @param maskKey its key for masks by hash, sealed for {@code mask-key}
 * @param tier what it gives, where that is less than the offer's tier
 */
public record HeldAgreement(
    AgreementId id,
    AgreementNumber number,
    TerritoryId territory,
    HolderId holder,
    ApplicationId application,
    OfferId offer,
    LicenceVersionId licenceVersion,
    Set<DatasetId> datasets,
    AgreementStatus status,
    SortedSet<Purpose> purposes,
    SortedSet<Purpose> purposesClosed,
    Instant validFrom,
    Optional<Instant> validUntil,
    String maskKey,
    Optional<Snapshot.Tier> tier) {

  public HeldAgreement {
    // To the policy none means any, so those that got lost must not pass for none.
    if (purposes.isEmpty() || !purposesClosed.containsAll(purposes)) {
      throw new IllegalArgumentException("Agreement " + number + " lost some of its purposes");
    }
  }

  /** Whether it serves at this moment. */
  public boolean isInForce(Instant now) {
    return status == AgreementStatus.ACTIVE
        && !now.isBefore(validFrom)
        && validUntil.filter(end -> !now.isBefore(end)).isEmpty();
  }
}
