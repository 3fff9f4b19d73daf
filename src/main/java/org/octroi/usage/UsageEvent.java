package org.octroi.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;

/**
 * One passage through the gate, served or refused: whole from the first day, since what was not
 * recorded can't be replayed.
 *
 * @param time when the request arrived
 * @param localDay the day of the territory's time zone that it arrived on
 * @param requestId this request's id, as answered in {@code Octroi-Request}
 * @param territory the territory
 * @param holder the holder
 * @param dataset the dataset
 * @param distribution the distribution
 * @param reuser the owner of the application or agreement, as an opaque id (a person's or an
 *     organisation's), absent for nobody
 * @param application the application, absent for nobody
 * @param offer the offer that served or would have served, where one was found
 * @param agreement the agreement asked under
 * @param licenceVersion the frozen text
 * @param tier the tier
 * @param purpose the purpose stated, or the agreement's only one
 * @param action what was asked
 * @param format in which form
 * @param channel who or what asked
 * @param status the HTTP status answered
 * @param reasons why it was refused: the problem's word first, then the policy's reasons; empty
 *     when served
 * @param outcome how it ended
 * @param rows rows that went out, -1 where rows don't exist
 * @param bytesOut bytes of body that went out
 * @param latencyMicros from the request's last header byte to the answer's end
 * @param region coarse network region
 * @param shapeHash the hash under which the decision's input is kept, where a decision was asked
 * @param policyRevision which policy decided
 * @param snapshotRevision which entitlements were looked up in
 * @param pseudonym the keyed daily pseudonym of the caller's address
 * @param provisional whether a later record of the same request replaces this one
 */
public record UsageEvent(
    Instant time,
    LocalDate localDay,
    String requestId,
    TerritoryId territory,
    HolderId holder,
    DatasetId dataset,
    DistributionId distribution,
    Optional<String> reuser,
    Optional<ApplicationId> application,
    Optional<OfferId> offer,
    Optional<AgreementId> agreement,
    Optional<LicenceVersionId> licenceVersion,
    Optional<TierName> tier,
    Optional<Purpose> purpose,
    Action action,
    Format format,
    Channel channel,
    int status,
    List<String> reasons,
    Outcome outcome,
    long rows,
    long bytesOut,
    long latencyMicros,
    String region,
    Optional<String> shapeHash,
    Optional<String> policyRevision,
    long snapshotRevision,
    String pseudonym,
    boolean provisional) {

  public UsageEvent {
    reasons = List.copyOf(reasons);
  }

  /** How a passage ended. */
  public enum Outcome {
    /** Everything went out. */
    COMPLETE,
    /** We cut it: the store broke off, or shaping failed in mid-body. */
    CUT,
    /** The caller went away. */
    CANCELLED,
    /** It was refused. */
    REFUSED
  }
}
