package org.octroi.quota;

import java.util.function.LongUnaryOperator;

/**
 * The record of what was taken from each quota, shared by all gates. What is leased counts as taken
 * until it is given back. Safe for use by many threads and many gates; calls wait for the ledger's
 * store.
 */
interface Ledger {

  /**
   * Leases units; the sum of all leases of a period never goes above the quota.
   *
   * @param quota the quota as it stands now
   * @param amount how many units to lease, given how many nobody has leased yet (more than 0); cut
   *     to what there is
   * @throws org.springframework.dao.DataAccessException when the ledger can't be reached
   */
  Leased lease(Line line, long quota, LongUnaryOperator amount);

  /**
   * Gives units back; a negative number charges what was spent beyond a lease.
   *
   * @throws org.springframework.dao.DataAccessException when the ledger can't be reached
   */
  void giveBack(Line line, long units);

  /**
   * A line of the ledger.
   *
   * @param account whose
   * @param period when
   * @param unit what
   */
  record Line(Account.Kept account, Period period, Unit unit) {}

  /**
   * What came of asking for a lease.
   *
   * @param granted units leased, 0 or more
   * @param remaining units that nobody has leased, 0 or more
   */
  record Leased(long granted, long remaining) {}
}
