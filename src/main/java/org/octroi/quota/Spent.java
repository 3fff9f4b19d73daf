package org.octroi.quota;

import java.time.Duration;

/** What came of trying to spend. */
public sealed interface Spent {

  /** The value of {@code RateLimit}, as far as was asked; empty where nothing limits. */
  String rateLimit();

  /** The value of {@code RateLimit-Policy}, likewise. */
  String rateLimitPolicy();

  /** It was taken. */
  non-sealed interface Granted extends Spent {

    /**
     * Settles what was set aside with what really went out; only the first call of {@code settle}
     * or {@code giveBack} counts.
     *
     * @param rows rows that went out
     * @param bytes bytes that went out
     */
    void settle(long rows, long bytes);

    /** Gives everything back, the request too: the store failed. */
    void giveBack();
  }

  /**
   * Too fast.
   *
   * @param account whose pace it is
   * @param retryAfter when one request will do again
   */
  record TooFast(Account account, Duration retryAfter, String rateLimit, String rateLimitPolicy)
      implements Spent {}

  /**
   * All used up.
   *
   * @param account whose quota it is
   * @param unit of what
   * @param window for how long
   * @param retryAfter when the window begins anew
   */
  record UsedUp(
      Account account,
      Unit unit,
      Window window,
      Duration retryAfter,
      String rateLimit,
      String rateLimitPolicy)
      implements Spent {}

  /** The ledger can't be reached, no lease is left, and a quota is strict or its grace spent. */
  record Unknown(String rateLimit, String rateLimitPolicy) implements Spent {}
}
