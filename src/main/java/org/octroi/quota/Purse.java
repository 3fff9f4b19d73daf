package org.octroi.quota;

import java.util.concurrent.TimeUnit;

/**
 * What is held of one kind of daily quota: the units leased and not yet spent, and how many the
 * ledger still had when it was last asked. Guarded by its {@link Allowance}.
 */
final class Purse {

  /** For how long the ledger's "nothing left" is believed before it is asked again. */
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(1);

  final Kind kind;

  private boolean limited;
  private long quota;

  /**
   * Leased and not spent; negative when an answer outran its reserve, which the next lease pays.
   */
  private long held;

  /** What nobody had leased when the ledger was last asked. */
  private long inLedger;

  private boolean seen;
  private long seenNanos;

  /** The lease to keep topped up. */
  private long target;

  /** To go back to the ledger: a lease under a quota that has changed since. */
  private long returning;

  Purse(Kind kind) {
    this.kind = kind;
  }

  /** A new day: nothing is held, nothing is known. */
  void reset() {
    limited = false;
    held = 0;
    inLedger = 0;
    seen = false;
    target = 0;
    returning = 0;
  }

  /** From now on this quota holds; a lease made under another one goes back first. */
  void followLeased(boolean nowLimited, long nowQuota) {
    if (nowLimited == limited && nowQuota == quota) {
      return;
    }
    returning += Math.max(0, held);
    held = Math.min(0, held);
    // Until the ledger is asked again, the figures follow the change.
    inLedger = Math.max(0, inLedger + returning + (limited ? nowQuota - quota : 0));
    limited = nowLimited;
    quota = nowQuota;
    seen = false;
  }

  /** From now on this quota holds, all of it here. */
  void followLocal(boolean nowLimited, long nowQuota) {
    if (nowLimited && !(limited && nowQuota == quota)) {
      held += nowQuota - (limited ? quota : 0);
    }
    limited = nowLimited;
    quota = nowLimited ? nowQuota : 0;
    seen = true;
  }

  boolean limited() {
    return limited;
  }

  long quota() {
    return quota;
  }

  /** Not before the ledger was asked: until then what is left is not known, even for no need. */
  boolean covers(long need) {
    return !limited || (seen && held >= need);
  }

  /** Whether there is no use in asking the ledger. */
  boolean knownUsedUp(long need, long nanoTime) {
    return limited
        && seen
        && nanoTime - seenNanos < BELIEVED_NANOS
        && held + returning + inLedger < need;
  }

  /** Adds units, or spends them where negative. */
  void add(long units) {
    if (limited) {
      held += units;
    }
  }

  /** What the caller can still spend today. */
  long left() {
    return Math.max(0, held + returning + inLedger);
  }

  long held() {
    return held;
  }

  /** Whether to fetch more before it is needed. */
  boolean runsLow() {
    return limited && seen && inLedger > 0 && held * 2 < target;
  }

  /** Hands out what must go back to the ledger before a new lease. */
  long handBack() {
    long units = returning;
    returning = 0;
    return units;
  }

  /** Everything, at the end. */
  long handBackAll() {
    long units = returning + held;
    returning = 0;
    held = 0;
    return units;
  }

  /** The ledger answered. */
  void leased(long quotaThen, long granted, long remaining, long wantedTarget, long nanoTime) {
    if (!limited || quotaThen != quota) {
      returning += granted;
      return;
    }
    held += granted;
    inLedger = remaining;
    target = wantedTarget;
    seen = true;
    seenNanos = nanoTime;
  }
}
