package org.octroi.quota;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a tier lets through.
 *
 * @param rate the pace, or {@link Rate#NONE}
 * @param requestsPerDay requests in a day of the territory's time zone; empty where there is no end
 * @param rowsPerDay likewise, rows
 * @param bytesPerDay likewise, bytes
 */
public record Limits(
    Rate rate, OptionalLong requestsPerDay, OptionalLong rowsPerDay, OptionalLong bytesPerDay) {

  public Limits {
    if (requestsPerDay.orElse(0) < 0 || rowsPerDay.orElse(0) < 0 || bytesPerDay.orElse(0) < 0) {
      throw new IllegalArgumentException("a quota is not negative");
    }
  }

  /**
   * A pace with a burst (token bucket).
   *
   * @param permits how many requests per period; 0 for no limit
   * @param period over which they refill
   * @param burst how many may come at once; at least {@code permits} or 1
   */
  public record Rate(long permits, Duration period, long burst) {

    /** No limit of pace. */
    public static final Rate NONE = new Rate(0, Duration.ofSeconds(1), 0);

    public Rate {
      // Less than none would pass for no limit.
      if (permits < 0 || burst < 0 || !period.isPositive()) {
        throw new IllegalArgumentException("a pace is so many requests in some time");
      }
    }

    public boolean limits() {
      return permits > 0;
    }
  }
}
