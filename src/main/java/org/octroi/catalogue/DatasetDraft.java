package org.octroi.catalogue;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.octroi.quota.Limits;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Slug;

/**
 * A dataset as it is to be.
 *
 * @param slug its name in addresses, unique in the territory
 * @param holder whose it is
 * @param title its title
 * @param description what it is
 * @param source who to name as the source
 * @param lastUpdate when the data last changed, as the holder states it
 * @param themes EU data themes, by code
 * @param classification how openly it may go out
 * @param flags legal flags
 * @param licenceNote how the licence of the data is known
 * @param limits what the gate lets through of it in all, whoever asks, to protect its stores; only
 *     requests are counted
 * @param distributions in order, at least one, exactly one of them the default
 */
public record DatasetDraft(
    Slug slug,
    HolderId holder,
    Bilingual title,
    Bilingual description,
    String source,
    Instant lastUpdate,
    SortedSet<String> themes,
    Classification classification,
    SortedSet<String> flags,
    Optional<String> licenceNote,
    Limits limits,
    List<DistributionDraft> distributions) {

  /** The legal flags that a dataset may carry. */
  public static final SortedSet<String> FLAGS =
      Collections.unmodifiableSortedSet(new TreeSet<>(List.of("high-value", "personal-data")));

  /**
   * @throws IllegalArgumentException when not exactly one distribution is the default, or two have
   *     the same slug
   */
  public DatasetDraft {
    // As much as a column keeps, so that a draft equals what was stored of it.
    lastUpdate = lastUpdate.truncatedTo(ChronoUnit.MICROS);
    themes = Collections.unmodifiableSortedSet(new TreeSet<>(themes));
    flags = Collections.unmodifiableSortedSet(new TreeSet<>(flags));
    distributions = List.copyOf(distributions);
    if (distributions.stream().filter(DistributionDraft::isDefault).count() != 1) {
      throw new IllegalArgumentException(slug + " needs exactly one default distribution");
    }
    if (distributions.stream().map(DistributionDraft::slug).distinct().count()
        != distributions.size()) {
      throw new IllegalArgumentException(slug + " has two distributions of one name");
    }
  }
}
