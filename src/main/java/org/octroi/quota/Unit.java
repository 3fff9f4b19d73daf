package org.octroi.quota;

import java.util.Locale;

/** What a quota counts. */
public enum Unit {
  REQUESTS(""),
  ROWS("rows"),
  BYTES("content-bytes");

  private final String quotaUnit;

  Unit(String quotaUnit) {
    this.quotaUnit = quotaUnit;
  }

  /** The word in the ledger, in charters and in {@link Spent.UsedUp#what}: {@code requests}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The quota unit in {@code RateLimit-Policy}; empty for requests, which are the default. */
  String quotaUnit() {
    return quotaUnit;
  }

  /** What one call needs of it. */
  long needOf(Quotas.Reserve reserve) {
    return switch (this) {
      case REQUESTS -> 1;
      case ROWS -> reserve.rows();
      case BYTES -> reserve.bytes();
    };
  }
}
