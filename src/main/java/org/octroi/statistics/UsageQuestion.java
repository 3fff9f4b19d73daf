package org.octroi.statistics;

import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of the rollups.
 *
 * @param from the first local day
 * @param to the last local day, not before the first
 * @param only of each of these dimensions only this one
 * @param statusClass only answers of this class of status: 2 for 2xx
 * @param limit the most items, 1 to 10,000
 */
public record UsageQuestion(
    LocalDate from,
    LocalDate to,
    Map<Dimension, String> only,
    Optional<Integer> statusClass,
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
    only = Map.copyOf(only);
  }

  /** All of some days. */
  public static UsageQuestion of(LocalDate from, LocalDate to, int limit) {
    return new UsageQuestion(from, to, Map.of(), Optional.empty(), limit);
  }

  /** The same, of one dataset, holder or whatever else only. */
  public UsageQuestion only(Dimension dimension, String one) {
    Map<Dimension, String> more = new EnumMap<>(Dimension.class);
    more.putAll(only);
    more.put(dimension, one);
    return new UsageQuestion(from, to, more, statusClass, limit);
  }

  /** The same of other days, and as many items as there may be. */
  UsageQuestion during(LocalDate otherFrom, LocalDate otherTo) {
    return new UsageQuestion(otherFrom, otherTo, only, statusClass, MOST_ITEMS);
  }
}
