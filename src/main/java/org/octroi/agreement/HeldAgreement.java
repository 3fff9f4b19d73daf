package org.octroi.agreement;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;

/**
 * An agreement: what was granted to whom, under which text. All but its status is frozen.
 *
 * @param id its id
 * @param number what people quote
 * @param territory its territory
 * @param holder who granted it
 * @param offer the frozen offer that was accepted
 * @param application what it is for
 * @param reuserType {@code person} or {@code organisation}
 * @param reuser the person's or organisation's id
 * @param purposes the purposes agreed to, as asked for; empty where any goes
 * @param purposesClosed these and all narrower ones
 * @param datasets what it covers
 * @param textSha256 the hash of the text that was accepted
 * @param validFrom the first moment
 * @param validUntil the first moment after
 * @param status where it is; {@link AgreementStatus#EXPIRED} is read off the clock, not stored
 * @param statusGround why it is suspended or revoked
 * @param statusSince since when
 * @param maskKey its sealed key for masks by hash
 * @param version counts its changes
 */
public record HeldAgreement(
    AgreementId id,
    AgreementNumber number,
    TerritoryId territory,
    HolderId holder,
    OfferId offer,
    ApplicationId application,
    String reuserType,
    String reuser,
    SortedSet<Purpose> purposes,
    SortedSet<Purpose> purposesClosed,
    Set<DatasetId> datasets,
    String textSha256,
    Instant validFrom,
    Optional<Instant> validUntil,
    AgreementStatus status,
    Optional<String> statusGround,
    Instant statusSince,
    String maskKey,
    long version) {

  /** The status at a moment, its last day included. */
  public AgreementStatus statusAt(Instant now) {
    return status == AgreementStatus.ACTIVE
            && validUntil.isPresent()
            && !now.isBefore(validUntil.get())
        ? AgreementStatus.EXPIRED
        : status;
  }
}
