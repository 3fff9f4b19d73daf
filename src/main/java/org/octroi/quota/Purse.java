package org.octroi.quota;

import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is held of one quota: the units leased and not yet spent, and how many the ledger still had
 * when it was last asked. Guarded by its {@link Allowance}.
 */
final class Purse {

  /** For how long the ledger's "nothing left" is believed before it is asked again. */
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A pace is not told from a shorter time. */
  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  final Unit unit;
  final Window window;

  /** The name of its policy, as a string of structured fields. */
  final String policy;

  /** Since which of its allowance's terms there is such a quota. */
  final int born;

  private final boolean leases;
  private Quota quota;
  private @Nullable Period period;

  /** Leased and not spent; negative when an answer outran its reserve, or was served on grace. */
  private long held;

  /** What nobody had leased when the ledger was last asked. */
  private long inLedger;

  private boolean seen;
  private long seenNanos;

  /** The lease to keep topped up. */
  private long target;

  /** To go back to the ledger: a lease under a quota that has changed since. */
  private long returning;

  /** What was overdrawn and is being charged to the ledger: still owed until it has answered. */
  private long charging;

  /** Spent since the last lease: its pace. */
  private long spent;

  /**
   * An empty one.
   *
   * @param leases whether its units are leased, or all of them are here when a period begins
   */
  Purse(Account account, Quota quota, int born, boolean leases) {
    this.unit = quota.unit();
    this.window = quota.window();
    this.policy = RateFields.name(account, quota.policy());
    this.quota = quota;
    this.born = born;
    this.leases = leases;
  }

  /** Makes sure that it is of the period at a moment; returns whether a new one has begun. */
  boolean turn(long nowMillis, ZoneId zone) {
    Period current = period;
    if (current != null && current.contains(nowMillis) && current.zone().equals(zone)) {
      return false;
    }
    period = Period.at(window, Instant.ofEpochMilli(nowMillis), zone);
    // What was leased of the period before is let go: nobody can spend it any more.
    held = leases ? 0 : quota.amount();
    inLedger = 0;
    seen = !leases;
    target = 0;
    returning = 0;
    charging = 0;
    spent = 0;
    return true;
  }

  /** The period that it is of, once it was turned to one. */
  Period period() {
    Period current = period;
    if (current == null) {
      throw new IllegalStateException("not turned to a period yet");
    }
    return current;
  }

  /** From now on this quota holds; a lease made under another one goes back first. */
  void follow(Quota now) {
    if (now.equals(quota)) {
      return;
    }
    long more = now.amount() - quota.amount();
    quota = now;
    if (more == 0) {
      return;
    }
    if (leases) {
      returning += Math.max(0, held);
      held = Math.min(0, held);
      // Until the ledger is asked again, the figures follow the change.
      inLedger += more;
      seen = false;
    } else {
      held += more;
    }
  }

  Quota quota() {
    return quota;
  }

  /** Not before the ledger was asked: until then what is left is not known, even for no need. */
  boolean covers(long need) {
    return seen && held >= need;
  }

  /** Whether it may be spent without asking the ledger, which can't be reached. */
  boolean coversOnGrace(long need) {
    return quota.grace().isPresent() && held - charging + quota.grace().getAsLong() >= need;
  }

  /** Whether there is no use in asking the ledger. */
  boolean knownUsedUp(long need, long nanoTime) {
    return !leases || (seen && nanoTime - seenNanos < BELIEVED_NANOS && spendable() < need);
  }

  void spend(long units) {
    held -= units;
    spent += units;
  }

  /** Units come back, or more was spent where negative. */
  void add(long units) {
    held += units;
    spent -= units;
  }

  /** What the caller can still spend in this period. */
  long left() {
    return Math.max(0, spendable());
  }

  private long spendable() {
    return held + returning + inLedger - charging;
  }

  /** Whether to fetch more before it is needed. */
  boolean runsLow() {
    return leases && seen && inLedger > 0 && held * 2 < target;
  }

  /**
   * What to fetch.
   *
   * @param need what the call that waits needs in all; 0 for a refill ahead of need
   * @param most the largest lease
   */
  Allowance.Wanted order(Account.Kept account, long need, long most) {
    // What was overdrawn is charged at once: another gate may spend what is left.
    charging = Math.max(0, -held);
    long back = returning - charging;
    returning = 0;
    held = Math.max(0, held);
    return new Allowance.Wanted(
        new Ledger.Line(account, period(), unit), quota.amount(), back, held, need, most);
  }

  /** How much is spent in a second, as far as it is seen; 0 where nothing was leased yet. */
  long perSecond(long nanoTime) {
    long nanos = Math.max(SHORTEST_NANOS, nanoTime - seenNanos);
    return seen ? (long) Math.ceil(Math.max(0, spent) * 1e9 / nanos) : 0;
  }

  /** The ledger answered, for the period that this is of. */
  void leased(Allowance.Wanted wanted, Ledger.Leased leased, long nanoTime) {
    charging = 0;
    if (wanted.quota() != quota.amount()) {
      returning += leased.granted();
      return;
    }
    held += leased.granted();
    inLedger = leased.remaining();
    target = wanted.target(leased.remaining() + leased.granted());
    seen = true;
    seenNanos = nanoTime;
    spent = 0;
  }

  /** The ledger did not answer: a debt is still owed, what was to go back counts as spent. */
  void failed() {
    held -= charging;
    charging = 0;
  }

  boolean isOf(Ledger.Line line) {
    return line.unit() == unit && line.period().equals(period);
  }

  /** What could be given back. */
  long held() {
    return held + returning;
  }

  /** Everything, at the end. */
  long handBackAll() {
    long units = returning + held;
    returning = 0;
    held = 0;
    return units;
  }
}
