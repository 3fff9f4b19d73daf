package org.octroi.quota;

import org.octroi.quota.Limits.Rate;

/**
 * Writes {@code RateLimit} and {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-10):
 * lists of structured-field items, one per policy that limits. {@code "day"} is the daily quota of
 * requests, {@code "day-rows"} and {@code "day-bytes"} those of rows and bytes, likewise {@code
 * "hour"} and {@code "month"}; {@code "pace"} is the rate. What is an application's or a dataset's
 * in all, and not the agreement's, says so: {@code "application-day"}, {@code "dataset-pace"}.
 */
final class RateFields {

  private RateFields() {}

  /**
   * What is left of each policy, and in how many seconds it is whole again.
   *
   * @param figures for each purse what is left and when its period ends, in millis; then how many
   *     requests the pace lets through at once
   */
  static String left(Account account, Purse[] purses, long[] figures, long nowMillis, Rate rate) {
    StringBuilder field = new StringBuilder(128);
    for (int i = 0; i < purses.length; i++) {
      member(field, purses[i].policy)
          .append(";r=")
          .append(figures[2 * i])
          .append(";t=")
          .append(Math.ceilDiv(figures[2 * i + 1] - nowMillis, 1000L));
    }
    if (rate.limits()) {
      long available = figures[2 * purses.length];
      long missing = Math.max(0, Math.max(1, rate.burst()) - available);
      long nanos = (long) (missing * (double) rate.period().toNanos() / rate.permits());
      member(field, name(account, "pace"))
          .append(";r=")
          .append(available)
          .append(";t=")
          .append(Math.ceilDiv(nanos, 1_000_000_000L));
    }
    return field.toString();
  }

  /** The policies themselves. */
  static String policy(Account account, Purse[] purses, Rate rate) {
    StringBuilder field = new StringBuilder(64);
    for (Purse purse : purses) {
      member(field, purse.policy)
          .append(";q=")
          .append(purse.quota().amount())
          .append(";w=")
          .append(purse.period().seconds());
      if (!purse.unit.quotaUnit().isEmpty()) {
        field.append(";qu=\"").append(purse.unit.quotaUnit()).append('"');
      }
    }
    if (rate.limits()) {
      member(field, name(account, "pace"))
          .append(";q=")
          .append(rate.permits())
          .append(";w=")
          .append(Math.max(1, Math.ceilDiv(rate.period().toNanos(), 1_000_000_000L)));
    }
    return field.toString();
  }

  /** The name of a policy, as a string of structured fields. */
  static String name(Account account, String policy) {
    return '"' + account.policyPrefix() + policy + '"';
  }

  /** The fields of several accounts as one. */
  static String joined(String one, String other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one + other;
    }
    return one + ", " + other;
  }

  private static StringBuilder member(StringBuilder field, String name) {
    if (!field.isEmpty()) {
      field.append(", ");
    }
    return field.append(name);
  }
}
