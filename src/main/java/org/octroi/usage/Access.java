package org.octroi.usage;

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
 * Who reached for what, under which terms, and by which decision: what all passages of one shape
 * have in common.
 *
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
 * @param shapeHash the hash under which the decision's input is kept, where a decision was asked
 * @param policyRevision which policy decided
 * @param queryShape the query without its values: the sorted names that the distribution knows,
 *     each with its operator; absent where nothing was asked by a query
 */
public record Access(
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
    Optional<String> shapeHash,
    Optional<String> policyRevision,
    Optional<String> queryShape) {}
