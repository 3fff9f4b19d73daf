package org.octroi.catalogue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.octroi.quota.Limits;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;

/**
 * A dataset with its distributions; what is not said here is said at {@link DatasetDraft}.
 *
 * @param id its id
 * @param territory its territory
 * @param holderName the holder's name as it is now
 * @param pausedAt since when its holder lets nothing out
 * @param deprecation that it is not to be built upon any more, where that is so
 * @param retiredAt since when it is no longer shown
 * @param revision grows by one with every change, from 1; a change of a distribution is one
 */
public record Dataset(
    DatasetId id,
    TerritoryId territory,
    HolderId holder,
    String holderName,
    Slug slug,
    Bilingual title,
    Bilingual description,
    String source,
    Instant lastUpdate,
    SortedSet<String> themes,
    Classification classification,
    SortedSet<String> flags,
    Optional<String> licenceNote,
    Limits limits,
    List<Distribution> distributions,
    Optional<Instant> pausedAt,
    Optional<Deprecation> deprecation,
    Optional<Instant> retiredAt,
    int revision) {

  public Dataset {
    distributions = List.copyOf(distributions);
  }

  /** What a holder says of it, without what the house adds. */
  public DatasetDraft draft() {
    return new DatasetDraft(
        slug,
        holder,
        title,
        description,
        source,
        lastUpdate,
        themes,
        classification,
        flags,
        licenceNote,
        limits,
        distributions.stream().map(Distribution::is).toList());
  }

  /** The distribution that the dataset's address means. */
  public Distribution defaultDistribution() {
    return distributions.stream().filter(d -> d.is().isDefault()).findFirst().orElseThrow();
  }
}
