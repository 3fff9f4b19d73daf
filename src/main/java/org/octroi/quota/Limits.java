package org.octroi.quota;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is let through: a pace and quotas.
 *
 * @param rate the pace, or {@link Rate#NONE}
 * @param quotas at most one of a unit and window; what has none has no end
 */
public record Limits(Rate rate, List<Quota> quotas) {

  /** Nothing is limited. */
  public static final Limits NONE = new Limits(Rate.NONE, List.of());

  public Limits {
    quotas = quotas.stream().sorted(Quota.ORDER).toList();
    for (int i = 1; i < quotas.size(); i++) {
      if (Quota.ORDER.compare(quotas.get(i - 1), quotas.get(i)) == 0) {
        throw new IllegalArgumentException("two quotas " + quotas.get(i).name());
      }
    }
  }

  /** Whether anything is limited at all. */
  public boolean limit() {
    return rate.limits() || !quotas.isEmpty();
  }

  /** The quota of a unit and window. */
  public Optional<Quota> quota(Unit unit, Window window) {
    return quotas.stream().filter(q -> q.unit() == unit && q.window() == window).findFirst();
  }

  /** Whether there is a quota of a unit. */
  public boolean count(Unit unit) {
    for (Quota quota : quotas) {
      if (quota.unit() == unit) {
        return true;
      }
    }
    return false;
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
