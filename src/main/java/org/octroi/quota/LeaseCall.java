package org.octroi.quota;

import java.time.ZoneId;
import java.util.UUID;

/**
 * What a gate by itself asks the desk's ledger.
 *
 * @param id of this call: the same call made again does what it does once
 * @param desk the desk's process that it was first made to; the process that answers is the one
 *     that remembers whether it has been done
 * @param again whether an earlier try may have been heard, though no answer came
 * @param account whose
 * @param window how long the period is
 * @param label the period's name in the ledger
 * @param zone whose clocks the period goes by
 * @param startMillis the period's first moment
 * @param endMillis the first moment after
 * @param unit of what
 * @param deed what is to be done
 */
public record LeaseCall(
    UUID id,
    UUID desk,
    boolean again,
    Account.Kept account,
    Window window,
    String label,
    ZoneId zone,
    long startMillis,
    long endMillis,
    Unit unit,
    Deed deed) {

  /** What is to be done. */
  public sealed interface Deed {

    /**
     * To lease.
     *
     * @param quota the quota as it stands
     * @param held what the gate still has
     * @param need what the call that waits needs
     * @param most the largest lease
     */
    record Lease(long quota, long held, long need, long most) implements Deed {}

    /** To give units back; a negative number charges what was spent beyond a lease. */
    record GiveBack(long units) implements Deed {}
  }

  /**
   * What the desk answered.
   *
   * @param desk its process
   * @param done whether it was done; it was not where it was made again to a process that can't
   *     tell whether an earlier one has done it
   * @param granted units leased
   * @param remaining units that nobody has leased
   */
  public record Answer(UUID desk, boolean done, long granted, long remaining) {}

  static LeaseCall of(Ledger.Line line, UUID id, UUID desk, boolean again, Deed deed) {
    Period period = line.period();
    return new LeaseCall(
        id,
        desk,
        again,
        line.account(),
        period.window(),
        period.label(),
        period.zone(),
        period.startMillis(),
        period.endMillis(),
        line.unit(),
        deed);
  }

  Ledger.Line line() {
    return new Ledger.Line(account, new Period(window, label, zone, startMillis, endMillis), unit);
  }
}
