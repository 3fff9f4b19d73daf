package org.octroi.quota;

import java.util.Locale;

/** For how long a quota lasts before it begins anew, by the clocks of a time zone. */
public enum Window {
  HOUR,
  DAY,
  MONTH;

  /** The word in the ledger and in the RateLimit fields: {@code hour}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
