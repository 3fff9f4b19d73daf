package org.octroi.statistics;

import java.time.LocalDate;
import java.util.Optional;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;

/**
 * What is asked of the rollups.
 *
 * @param from the first local day
 * @param to the last local day, not before the first
 * @param dataset only this dataset
 * @param application only this application
 * @param limit the most items, 1 to 10,000
 */
public record UsageQuestion(
    LocalDate from,
    LocalDate to,
    Optional<DatasetId> dataset,
    Optional<ApplicationId> application,
    int limit) {

  public static final int MOST_ITEMS = 10_000;

  /**
   * @throws IllegalArgumentException when the days are the wrong way round or the limit is out of
   *     range
   */
  public UsageQuestion {
    if (to.isBefore(from) || limit < 1 || limit > MOST_ITEMS) {
      throw new IllegalArgumentException("not a question: " + from + " to " + to + ", " + limit);
    }
  }
}
