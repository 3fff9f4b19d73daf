package org.octroi.territory;

import org.jspecify.annotations.Nullable;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;

/**
 * Which part of a list that is paged by key is wanted.
 *
 * @param limit at most so many items, 1 to {@link #MOST}
 * @param after only what comes after this key; empty text for the beginning
 */
public record PageAsk(int limit, String after) {

  /** The most items that a page may have. */
  public static final int MOST = 200;

  private static final int USUAL = 50;

  /**
   * Reads the query parameters {@code limit} and {@code after}.
   *
   * @refuses invalid-field when the limit is not 1 to {@link #MOST}, or the key is overlong
   */
  public static PageAsk of(@Nullable Integer limit, @Nullable String after) {
    int most = limit == null ? USUAL : limit;
    if (most < 1 || most > MOST) {
      throw new RefusedException(Refusal.field("limit", "must be 1 to " + MOST));
    }
    if (after != null && after.length() > 200) {
      throw new RefusedException(
          Refusal.field("after", "must be the next of the page before, as it was given"));
    }
    return new PageAsk(most, after == null ? "" : after);
  }

  /** How many to ask the database for: one more, which shows whether another page follows. */
  public int fetch() {
    return limit + 1;
  }
}
