package org.octroi.vocabulary;

import java.time.DateTimeException;
import java.time.Period;

/** How long an agreement may last: longer than nothing, at most 100 years. */
public final class ValidityPeriod {

  private static final double DAYS_OF_A_CENTURY = 36_525;
  private static final double DAYS_OF_A_MONTH = DAYS_OF_A_CENTURY / 1200;

  private ValidityPeriod() {}

  /**
   * Reads an ISO 8601 period.
   *
   * @throws IllegalArgumentException when it is none, or not one that an agreement may last, with
   *     what is expected as its message
   */
  public static Period parse(String text) {
    try {
      Period period = Period.parse(text);
      if (!period.isNegative() && !period.isZero() && isWithinACentury(period)) {
        return period;
      }
    } catch (DateTimeException e) {
      // What is expected is said below.
    }
    throw new IllegalArgumentException(
        "must be an ISO 8601 period in years, months or days, such as P1Y, of at most 100 years");
  }

  /** Whether a period is no longer than 100 years. */
  public static boolean isWithinACentury(Period period) {
    return period.toTotalMonths() * DAYS_OF_A_MONTH + period.getDays() <= DAYS_OF_A_CENTURY;
  }
}
