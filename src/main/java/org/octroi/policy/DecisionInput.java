package org.octroi.policy;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.octroi.obligation.Obligations;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TierName;

/**
 * What a decision sees: the shape of a request, never its values, and never a time finer than the
 * minute. Equal inputs have equal decisions, so the input is also the key under which a decision is
 * remembered, and what is kept to replay it.
 *
 * @param subject who asks
 * @param grant the agreement asked under, or the anonymous offer, with the tier that comes with it
 * @param resource what is asked for
 * @param action what is to be done with it
 * @param format the format asked for
 * @param columns the columns asked for by name, or compared with; empty where none is named
 * @param operators the operators asked for, as {@code column:operator}
 * @param purpose the purpose stated, by token or header
 * @param minute the time, rounded down to the minute, UTC
 * @param region the coarse network region, {@code unknown} where it can't be told
 * @param channel who or what sits behind the request
 */
public record DecisionInput(
    Subject subject,
    Grant grant,
    Resource resource,
    Action action,
    Format format,
    SortedSet<String> columns,
    SortedSet<String> operators,
    Optional<Purpose> purpose,
    Instant minute,
    String region,
    Channel channel) {

  /**
   * Who asks.
   *
   * @param authentication how they showed it
   * @param application the application, absent for nobody
   * @param applicationActive whether the application may act at all
   * @param reuserKind the kind of its owner, absent for nobody
   * @param scopes the scopes of the token
   */
  public record Subject(
      Authentication authentication,
      Optional<ApplicationId> application,
      boolean applicationActive,
      Optional<ReuserKind> reuserKind,
      SortedSet<String> scopes) {}

  /** How a caller showed who they are. */
  public enum Authentication {
    ANONYMOUS,
    KEY,
    TOKEN
  }

  /**
   * Under what is asked.
   *
   * @param agreement the agreement, absent under the anonymous offer
   * @param status where the agreement is in its life; {@code ACTIVE} for the anonymous offer
   * @param offer the offer
   * @param licenceVersion the frozen text that was accepted, or that the anonymous offer names
   * @param purposes the purposes agreed to and all narrower ones; empty where any purpose goes
   * @param validFrom the first moment
   * @param validUntil the first moment after, absent where there is no end
   * @param reacceptBy the moment by which a newer text of the licence must have been accepted,
   *     absent where none asks for it
   * @param tier the tier
   */
  public record Grant(
      Optional<AgreementId> agreement,
      AgreementStatus status,
      OfferId offer,
      LicenceVersionId licenceVersion,
      SortedSet<Purpose> purposes,
      Instant validFrom,
      Optional<Instant> validUntil,
      Optional<Instant> reacceptBy,
      Tier tier) {}

  /**
   * What a tier allows and demands, as the offer states it.
   *
   * @param name its name
   * @param obligations its obligations for the dataset asked for
   */
  public record Tier(TierName name, Obligations obligations) {}

  /**
   * What is asked for.
   *
   * @param territory its territory's slug
   * @param holder its holder
   * @param dataset the dataset
   * @param datasetSlug its slug
   * @param distribution the distribution
   * @param classification how openly it may go out
   * @param themes EU data themes, as their codes
   * @param flags legal flags: {@code personal-data}, {@code high-value}
   * @param columns the names of the declared columns
   * @param actions what the distribution can do at all
   * @param formats what it can be asked for in
   * @param paused whether the holder has paused the dataset
   */
  public record Resource(
      Slug territory,
      HolderId holder,
      DatasetId dataset,
      Slug datasetSlug,
      DistributionId distribution,
      Classification classification,
      SortedSet<String> themes,
      SortedSet<String> flags,
      Set<String> columns,
      Set<Action> actions,
      Set<Format> formats,
      boolean paused) {}
}
