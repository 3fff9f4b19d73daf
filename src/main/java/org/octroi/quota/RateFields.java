package org.octroi.quota;

import java.time.Duration;
import java.time.Instant;
import org.octroi.quota.Limits.Rate;

/**
 * Writes {@code RateLimit} and {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-10):
 * lists of structured-field items, one per policy that limits. {@code "day"} is the daily quota of
 * requests, {@code "day-rows"} and {@code "day-bytes"} those of rows and bytes, {@code "pace"} the
 * rate.
 */
final class RateFields {

  private RateFields() {}

  /** What is left of each policy, and in how many seconds it is whole again. */
  static String left(Iterable<Purse> purses, DayWindow window, Instant now, Pace pace) {
    StringBuilder field = new StringBuilder(64);
    long secondsLeft = ceilSeconds(window.left(now));
    for (Purse purse : purses) {
      if (purse.limited()) {
        member(field, purse.kind.policy())
            .append(";r=")
            .append(purse.left())
            .append(";t=")
            .append(secondsLeft);
      }
    }
    Rate rate = pace.rate();
    if (rate.limits()) {
      long available = pace.available();
      long missing = Math.max(0, Math.max(1, rate.burst()) - available);
      long nanos = (long) (missing * (double) rate.period().toNanos() / rate.permits());
      member(field, "pace")
          .append(";r=")
          .append(available)
          .append(";t=")
          .append(ceilSeconds(Duration.ofNanos(nanos)));
    }
    return field.toString();
  }

  /** The policies themselves. */
  static String policy(Iterable<Purse> purses, DayWindow window, Pace pace) {
    StringBuilder field = new StringBuilder(64);
    for (Purse purse : purses) {
      if (purse.limited()) {
        member(field, purse.kind.policy())
            .append(";q=")
            .append(purse.quota())
            .append(";w=")
            .append(window.seconds())
            .append(purse.kind.unit());
      }
    }
    Rate rate = pace.rate();
    if (rate.limits()) {
      member(field, "pace")
          .append(";q=")
          .append(rate.permits())
          .append(";w=")
          .append(Math.max(1, ceilSeconds(rate.period())));
    }
    return field.toString();
  }

  private static StringBuilder member(StringBuilder field, String name) {
    if (!field.isEmpty()) {
      field.append(", ");
    }
    return field.append('"').append(name).append('"');
  }

  private static long ceilSeconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }
}
