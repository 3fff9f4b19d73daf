package org.octroi.quota;

import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one account may still spend: its pace, and a purse for each of its quotas.
 *
 * <p>It decides, and never waits: where a purse is short, it orders a refill from its {@link
 * Supply} and hands out the future of that refill. One refill is under way at a time. Safe for use
 * by many threads: every method holds this object's lock for a few hundred nanoseconds and does no
 * input or output within it.
 */
final class Allowance {

  /** How long the ledger is left in peace after it could not be reached. */
  private static final long PEACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** A lease is worth so much of the pace, so that a busy account asks every second or so. */
  private static final long LEASE_SECONDS = 2;

  /** A lease is for so many answers ahead, while no pace is seen. */
  private static final long ANSWERS_AHEAD = 8;

  private final Account account;
  private final Supply supply;
  private final Clock clock;
  private final TimeMeter time;
  private final int maxLease;
  private final Pace pace;

  private Limits followed = Limits.NONE;
  private int terms;
  private Purse[] purses = {};

  /** As written for these terms and these periods. */
  private @Nullable String policy;

  private @Nullable CompletableFuture<Refilled> refill;
  private long orderedNanos;
  private boolean closed;
  private boolean failed;
  private long failedNanos;

  Allowance(Account account, Supply supply, Clock clock, TimeMeter time, int maxLease) {
    this.account = account;
    this.supply = supply;
    this.clock = clock;
    this.time = time;
    this.maxLease = maxLease;
    this.pace = new Pace(time);
  }

  /** Where an allowance gets its units from. */
  interface Supply {

    /** Whose units are leased; empty where a whole quota is here when its period begins. */
    Account.@Nullable Kept leasing();

    /** How long a call waits for a refill. */
    long patienceNanos();

    /** Fetches in the background, then calls {@link Allowance#refilled}. */
    void fetch(Allowance allowance, List<Wanted> order, CompletableFuture<Refilled> done);

    /** Gives units back, or charges them where negative, in the background. */
    void giveBack(Ledger.Line line, long units);

    /** The ledger can't be reached and a call was served all the same. */
    void servedOnGrace();
  }

  /** How a refill ended; what it brought is in the purses. */
  enum Refilled {
    DONE,
    FAILED,
    TIMED_OUT
  }

  /**
   * What to fetch for one purse.
   *
   * @param line of which line
   * @param quota the quota as it stands
   * @param returning what to give back first, or to charge where negative
   * @param held what the purse holds
   * @param need what the call that waits needs in all; 0 for a refill ahead of need
   * @param most the largest lease
   */
  record Wanted(Ledger.Line line, long quota, long returning, long held, long need, long most)
      implements LongUnaryOperator {

    /**
     * The lease to hold, given what nobody has leased: a tenth of it at most, so that it shrinks
     * towards the end of a quota and the last unit can be spent by whoever asks for it.
     */
    long target(long remaining) {
      return Math.max(1, Math.min(remaining / 10, most));
    }

    /** How much to lease; nothing where the call that waits can't be served anyway. */
    @Override
    public long applyAsLong(long remaining) {
      long missing = need - held;
      if (missing > remaining) {
        return 0;
      }
      return Math.max(missing, target(remaining) - held);
    }
  }

  /** What the ledger answered. */
  record Filled(Wanted wanted, Ledger.Leased leased) {}

  /** What came of an attempt. */
  sealed interface Attempt {
    /** An answer. */
    record Answered(Spent spent) implements Attempt {}

    /** Try again when this is done. */
    record Waiting(CompletableFuture<Refilled> refill) implements Attempt {}

    /** This allowance was closed: open a new one. */
    record Closed() implements Attempt {}
  }

  /**
   * Tries to spend.
   *
   * @param paced whether an earlier attempt of the same call has passed the pace already
   */
  synchronized Attempt attempt(Limits limits, ZoneId zone, Quotas.Reserve reserve, boolean paced) {
    if (closed) {
      return new Attempt.Closed();
    }
    long now = clock.millis();
    follow(limits, now, zone);
    if (!paced) {
      long nanosToWait = pace.takeOrNanosToWait();
      if (nanosToWait > 0) {
        return new Attempt.Answered(
            new Spent.TooFast(account, Duration.ofNanos(nanosToWait), left(now), policy()));
      }
    }
    boolean covered = true;
    for (Purse purse : purses) {
      long need = purse.unit.needOf(reserve);
      if (!purse.covers(need)) {
        covered = false;
        if (purse.knownUsedUp(need, time.currentTimeNanos())) {
          pace.giveBack();
          return new Attempt.Answered(
              new Spent.UsedUp(
                  account,
                  purse.unit,
                  purse.window,
                  purse.period().left(now),
                  left(now),
                  policy()));
        }
      }
    }
    if (covered) {
      boolean runsLow = spend(reserve);
      Grant grant = new Grant(now, terms, reserve, figures(), policy());
      if (runsLow && refill == null && !failedJustNow()) {
        var _ = order(Quotas.Reserve.NOTHING, 0, reserve);
      }
      return new Attempt.Answered(grant);
    }
    if (failed || stalled()) {
      if (refill == null && !failedJustNow()) {
        var _ = order(reserve, 1, reserve);
      }
      if (coveredOnGrace(reserve)) {
        return new Attempt.Answered(onGrace(reserve, now));
      }
    }
    CompletableFuture<Refilled> underWay = refill;
    if (underWay != null && !stalled()) {
      return new Attempt.Waiting(underWay);
    }
    if (underWay != null || failedJustNow()) {
      return new Attempt.Answered(refuse(now));
    }
    return new Attempt.Waiting(order(reserve, 1, reserve));
  }

  /**
   * The ledger did not answer in time: the call that waited is served on grace, or what it took is
   * given back.
   */
  synchronized Spent withoutLedger(Limits limits, ZoneId zone, Quotas.Reserve reserve) {
    long now = clock.millis();
    follow(limits, now, zone);
    return !closed && coveredOnGrace(reserve) ? onGrace(reserve, now) : refuse(now);
  }

  private boolean spend(Quotas.Reserve reserve) {
    boolean runsLow = false;
    for (Purse purse : purses) {
      purse.spend(purse.unit.needOf(reserve));
      runsLow |= purse.runsLow();
    }
    return runsLow;
  }

  private boolean coveredOnGrace(Quotas.Reserve reserve) {
    for (Purse purse : purses) {
      long need = purse.unit.needOf(reserve);
      if (!purse.covers(need) && !purse.coversOnGrace(need)) {
        return false;
      }
    }
    return true;
  }

  private Spent onGrace(Quotas.Reserve reserve, long now) {
    supply.servedOnGrace();
    spend(reserve);
    return new Grant(now, terms, reserve, figures(), policy());
  }

  private Spent refuse(long now) {
    pace.giveBack();
    return new Spent.Unknown(left(now), policy());
  }

  private boolean failedJustNow() {
    return failed && time.currentTimeNanos() - failedNanos < PEACE_NANOS;
  }

  /** Whether a refill is under way for longer than anybody waits. */
  private boolean stalled() {
    return refill != null && time.currentTimeNanos() - orderedNanos >= supply.patienceNanos();
  }

  private void follow(Limits limits, long now, ZoneId zone) {
    // Almost always the very object that was followed before.
    if (limits != followed && !limits.equals(followed)) {
      take(limits);
    }
    for (Purse purse : purses) {
      if (purse.turn(now, zone)) {
        policy = null;
      }
    }
  }

  /** From now on these limits hold; what was leased of a quota that is no more goes back. */
  private void take(Limits limits) {
    followed = limits;
    terms++;
    policy = null;
    pace.follow(limits.rate());
    Account.@Nullable Kept leasing = supply.leasing();
    List<Purse> before = List.of(purses);
    List<Purse> now = new ArrayList<>(limits.quotas().size());
    for (Quota quota : limits.quotas()) {
      Purse purse =
          before.stream()
              .filter(p -> p.unit == quota.unit() && p.window == quota.window())
              .findFirst()
              .orElseGet(() -> new Purse(account, quota, terms, leasing != null));
      purse.follow(quota);
      now.add(purse);
    }
    purses = now.toArray(Purse[]::new);
    if (leasing != null) {
      before.stream()
          .filter(purse -> !now.contains(purse))
          .forEach(
              purse -> {
                long units = purse.handBackAll();
                if (units != 0) {
                  supply.giveBack(new Ledger.Line(leasing, purse.period(), purse.unit), units);
                }
              });
    }
  }

  private CompletableFuture<Refilled> order(
      Quotas.Reserve need, long requests, Quotas.Reserve perAnswer) {
    Account.@Nullable Kept leasing = supply.leasing();
    if (leasing == null) {
      throw new IllegalStateException("nothing to fetch: all of the quota is here");
    }
    long nanoTime = time.currentTimeNanos();
    List<Wanted> order = new ArrayList<>(purses.length);
    for (Purse purse : purses) {
      order.add(
          purse.order(
              leasing,
              purse.unit == Unit.REQUESTS ? requests : purse.unit.needOf(need),
              lease(purse, purse.unit.needOf(perAnswer), nanoTime)));
    }
    CompletableFuture<Refilled> done = new CompletableFuture<>();
    refill = done;
    orderedNanos = nanoTime;
    supply.fetch(this, List.copyOf(order), done);
    return done;
  }

  /**
   * How much to lease: two seconds of the pace that is seen, a few answers where none is seen yet;
   * for requests no more than two seconds of the tier's own pace.
   */
  private long lease(Purse purse, long perAnswer, long nanoTime) {
    long seen = Math.max(ANSWERS_AHEAD * perAnswer, purse.perSecond(nanoTime) * LEASE_SECONDS);
    return purse.unit == Unit.REQUESTS
        ? Math.min(Math.min(maxLease, pace.worth(LEASE_SECONDS)), seen)
        : Math.min(seen, Math.max(1, maxLease) * Math.max(1, perAnswer));
  }

  /**
   * A refill came back. Returns whether its units found their purse; those of a closed allowance
   * must go back to the ledger.
   */
  synchronized boolean refilled(List<Wanted> order, List<Filled> brought, Refilled how) {
    refill = null;
    failed = how == Refilled.FAILED;
    failedNanos = time.currentTimeNanos();
    if (closed) {
      return false;
    }
    for (Filled filled : brought) {
      Purse purse = purseOf(filled.wanted().line());
      if (purse != null) {
        purse.leased(filled.wanted(), filled.leased(), failedNanos);
      } else if (filled.leased().granted() > 0) {
        // Its quota is no more, or its period is over.
        supply.giveBack(filled.wanted().line(), filled.leased().granted());
      }
    }
    for (Wanted missed : order.subList(brought.size(), order.size())) {
      Purse purse = purseOf(missed.line());
      if (purse != null) {
        purse.failed();
      }
    }
    return true;
  }

  private @Nullable Purse purseOf(Ledger.Line line) {
    for (Purse purse : purses) {
      if (purse.isOf(line)) {
        return purse;
      }
    }
    return null;
  }

  /** Closes it for good; the purses' units go back. */
  void close(Returns returns) {
    List<Runnable> back = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      Account.@Nullable Kept leasing = supply.leasing();
      if (leasing != null) {
        for (Purse purse : purses) {
          long units = purse.handBackAll();
          if (units != 0) {
            Ledger.Line line = new Ledger.Line(leasing, purse.period(), purse.unit);
            back.add(() -> returns.giveBack(line, units));
          }
        }
      }
    }
    back.forEach(Runnable::run);
  }

  /** Takes what a closed allowance still held. */
  interface Returns {
    void giveBack(Ledger.Line line, long units);
  }

  /** What is leased of a line and neither spent nor given back; negative where overdrawn. */
  synchronized long held(Ledger.Line line) {
    Purse purse = closed ? null : purseOf(line);
    return purse == null ? 0 : purse.held();
  }

  private void add(Grant grant, long requests, long rows, long bytes, boolean token) {
    List<Runnable> late = List.of();
    synchronized (this) {
      if (grant.settled) {
        return;
      }
      grant.settled = true;
      if (token) {
        pace.giveBack();
      }
      for (Purse purse : purses) {
        // What was taken of a period that is over, or under terms without this quota, is not owed.
        if (purse.born <= grant.terms && purse.period().contains(grant.takenMillis)) {
          long units =
              switch (purse.unit) {
                case REQUESTS -> requests;
                case ROWS -> rows;
                case BYTES -> bytes;
              };
          Account.@Nullable Kept leasing = supply.leasing();
          if (!closed) {
            purse.add(units);
          } else if (units != 0 && leasing != null) {
            Ledger.Line line = new Ledger.Line(leasing, purse.period(), purse.unit);
            late = late.isEmpty() ? new ArrayList<>() : late;
            late.add(() -> supply.giveBack(line, units));
          }
        }
      }
    }
    late.forEach(Runnable::run);
  }

  private String left(long now) {
    return RateFields.left(account, purses, figures(), now, pace.rate());
  }

  /** For each purse what is left and when its period ends, in millis; then the pace's requests. */
  private long[] figures() {
    long[] figures = new long[2 * purses.length + 1];
    for (int i = 0; i < purses.length; i++) {
      figures[2 * i] = purses[i].left();
      figures[2 * i + 1] = purses[i].period().endMillis();
    }
    figures[2 * purses.length] = pace.available();
    return figures;
  }

  private String policy() {
    @Nullable String written = policy;
    if (written == null) {
      written = RateFields.policy(account, purses, pace.rate());
      policy = written;
    }
    return written;
  }

  /**
   * What was taken for one request. Its fields are written when they are asked for, outside of the
   * lock.
   */
  private final class Grant implements Spent.Granted {

    private final long takenMillis;
    private final int terms;
    private final Quotas.Reserve reserve;
    private final long[] figures;
    private final Purse[] from;
    private final Limits.Rate rate;
    private final String rateLimitPolicy;

    /** Guarded by the allowance. */
    private boolean settled;

    Grant(
        long takenMillis,
        int terms,
        Quotas.Reserve reserve,
        long[] figures,
        String rateLimitPolicy) {
      this.takenMillis = takenMillis;
      this.terms = terms;
      this.reserve = reserve;
      this.figures = figures;
      this.from = purses;
      this.rate = pace.rate();
      this.rateLimitPolicy = rateLimitPolicy;
    }

    @Override
    public void settle(long rows, long bytes) {
      long spareRows = reserve.rows() - Math.max(0, rows);
      long spareBytes = reserve.bytes() - Math.max(0, bytes);
      add(this, 0, spareRows, spareBytes, false);
    }

    @Override
    public void giveBack() {
      add(this, 1, reserve.rows(), reserve.bytes(), true);
    }

    @Override
    public String rateLimit() {
      return RateFields.left(account, from, figures, takenMillis, rate);
    }

    @Override
    public String rateLimitPolicy() {
      return rateLimitPolicy;
    }
  }
}
