package org.octroi.quota;

import java.time.Duration;

/** What came of trying to spend. */
public sealed interface Spent {

  /** The value of {@code RateLimit}; empty where nothing limits. */
  String rateLimit();

  /** The value of {@code RateLimit-Policy}; empty where nothing limits. */
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
   * @param retryAfter when one request will do again
   */
  record TooFast(Duration retryAfter, String rateLimit, String rateLimitPolicy) implements Spent {}

  /**
   * All used up.
   *
   * @param what {@code requests}, {@code rows} or {@code bytes}
   * @param retryAfter when the window begins anew
   */
  record UsedUp(String what, Duration retryAfter, String rateLimit, String rateLimitPolicy)
      implements Spent {}

  /** The ledger can't be reached and no lease is left. */
  record Unknown(String rateLimit, String rateLimitPolicy) implements Spent {}
}
