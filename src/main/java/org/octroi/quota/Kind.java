package org.octroi.quota;

import java.util.Locale;
import java.util.OptionalLong;

/** What a daily quota counts. */
enum Kind {
  REQUESTS("day", ""),
  ROWS("day-rows", ";qu=\"rows\""),
  BYTES("day-bytes", ";qu=\"content-bytes\"");

  private final String policy;
  private final String unit;

  Kind(String policy, String unit) {
    this.policy = policy;
    this.unit = unit;
  }

  /** The word in the ledger and in {@link Spent.UsedUp#what}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of its policy in the RateLimit fields. */
  String policy() {
    return policy;
  }

  /** The quota unit's parameter in {@code RateLimit-Policy}; requests are the default unit. */
  String unit() {
    return unit;
  }

  /** This kind's quota among a tier's limits. */
  OptionalLong of(Limits limits) {
    return switch (this) {
      case REQUESTS -> limits.requestsPerDay();
      case ROWS -> limits.rowsPerDay();
      case BYTES -> limits.bytesPerDay();
    };
  }

  /** What one call needs of this kind. */
  long needOf(Quotas.Reserve reserve) {
    return switch (this) {
      case REQUESTS -> 1;
      case ROWS -> reserve.rows();
      case BYTES -> reserve.bytes();
    };
  }
}
