package org.octroi.quota;

import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What one account may still spend: its pace, and its purses of today's requests, rows and bytes.
 *
 * <p>It decides, and never waits: where a purse is short, it orders a refill from its {@link
 * Supply} and hands out the future of that refill. One refill is under way at a time. Safe for use
 * by many threads: every method holds this object's lock for a few hundred nanoseconds and does no
 * input or output within it.
 */
final class Allowance {

  /** How long the ledger is left in peace after it could not be reached. */
  private static final long PEACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /**
   * A lease is worth so much of the tier's pace, so that a busy account asks every second or so.
   */
  private static final long LEASE_SECONDS = 2;

  /** Rows and bytes are leased for so many answers ahead. */
  private static final long ANSWERS_AHEAD = 8;

  private final Supply supply;
  private final Clock clock;
  private final TimeMeter time;
  private final int maxLease;
  private final Pace pace;
  private final List<Purse> purses =
      List.of(new Purse(Kind.REQUESTS), new Purse(Kind.ROWS), new Purse(Kind.BYTES));

  private @Nullable DayWindow window;
  private @Nullable Limits followed;

  /** As written for these limits and this day. */
  private @Nullable String policy;

  private @Nullable CompletableFuture<Refilled> refill;
  private boolean closed;
  private boolean failed;
  private long failedNanos;

  Allowance(Supply supply, Clock clock, TimeMeter time, int maxLease) {
    this.supply = supply;
    this.clock = clock;
    this.time = time;
    this.maxLease = maxLease;
    this.pace = new Pace(time);
  }

  /** Where an allowance gets its units from. */
  interface Supply {

    /** Whether units are leased; otherwise the whole quota is here at the beginning of a day. */
    boolean leases();

    /** Fetches in the background, then calls {@link Allowance#refilled}. */
    void fetch(Allowance allowance, Order order, CompletableFuture<Refilled> done);

    /** Gives units of a closed allowance back, in the background. */
    void giveBack(DayWindow window, Kind kind, long units);
  }

  /** How a refill ended; what it brought is in the purses. */
  enum Refilled {
    DONE,
    FAILED,
    TIMED_OUT
  }

  /**
   * What to fetch.
   *
   * @param window for which day
   * @param lines for each purse that is limited
   */
  record Order(DayWindow window, List<Line> lines) {}

  /**
   * What to fetch for one purse.
   *
   * @param quota the quota as it stands
   * @param returning what to give back first
   * @param held what the purse holds
   * @param need what the call that waits needs in all; 0 for a refill ahead of need
   * @param most the largest lease
   */
  record Line(Kind kind, long quota, long returning, long held, long need, long most) {

    /**
     * The lease to hold, given what nobody has leased: a tenth of it at most, so that it shrinks
     * towards the end of a quota and the last unit can be spent by whoever asks for it.
     */
    long target(long remaining) {
      return Math.max(1, Math.min(remaining / 10, most));
    }

    /** How much to lease; nothing where the call that waits can't be served anyway. */
    long amount(long remaining) {
      long missing = need - held;
      if (missing > remaining) {
        return 0;
      }
      return Math.max(missing, target(remaining) - Math.max(0, held));
    }
  }

  /** What the ledger answered to one line. */
  record Filled(Line line, Ledger.Leased leased) {}

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
    Instant now = clock.instant();
    DayWindow today = today(now, zone);
    follow(limits);
    if (!paced) {
      long nanosToWait = pace.takeOrNanosToWait();
      if (nanosToWait > 0) {
        return new Attempt.Answered(
            new Spent.TooFast(Duration.ofNanos(nanosToWait), left(today, now), policy(today)));
      }
    }
    boolean covered = true;
    for (Purse purse : purses) {
      long need = purse.kind.needOf(reserve);
      if (!purse.covers(need)) {
        covered = false;
        if (supply.leases() ? purse.knownUsedUp(need, time.currentTimeNanos()) : true) {
          pace.giveBack();
          return new Attempt.Answered(
              new Spent.UsedUp(
                  purse.kind.word(), today.left(now), left(today, now), policy(today)));
        }
      }
    }
    if (covered) {
      boolean runsLow = false;
      for (Purse purse : purses) {
        purse.add(-purse.kind.needOf(reserve));
        runsLow |= purse.runsLow();
      }
      Grant grant = new Grant(today, reserve, left(today, now), policy(today));
      if (runsLow && refill == null && !failedJustNow()) {
        var _ = order(today, Quotas.Reserve.NOTHING, 0, reserve);
      }
      return new Attempt.Answered(grant);
    }
    if (refill != null) {
      return new Attempt.Waiting(refill);
    }
    if (failedJustNow()) {
      return new Attempt.Answered(giveUp(today, now));
    }
    return new Attempt.Waiting(order(today, reserve, 1, reserve));
  }

  /** The ledger did not answer in time: what the call took is given back. */
  synchronized Spent giveUp(ZoneId zone) {
    Instant now = clock.instant();
    return giveUp(closed ? DayWindow.at(now, zone) : today(now, zone), now);
  }

  private Spent giveUp(DayWindow today, Instant now) {
    pace.giveBack();
    return new Spent.Unknown(left(today, now), policy(today));
  }

  private boolean failedJustNow() {
    return failed && time.currentTimeNanos() - failedNanos < PEACE_NANOS;
  }

  private DayWindow today(Instant now, ZoneId zone) {
    DayWindow current = window;
    if (current == null || !current.zone().equals(zone) || !current.contains(now)) {
      current = DayWindow.at(now, zone);
      window = current;
      policy = null;
      // Yesterday's lease is let go: nobody can spend it any more.
      purses.forEach(Purse::reset);
    }
    return current;
  }

  private void follow(Limits limits) {
    if (!limits.equals(followed)) {
      followed = limits;
      policy = null;
    }
    pace.follow(limits.rate());
    for (Purse purse : purses) {
      var quota = purse.kind.of(limits);
      if (supply.leases()) {
        purse.followLeased(quota.isPresent(), quota.orElse(0));
      } else {
        purse.followLocal(quota.isPresent(), quota.orElse(0));
      }
    }
  }

  private CompletableFuture<Refilled> order(
      DayWindow today, Quotas.Reserve need, long requests, Quotas.Reserve perAnswer) {
    List<Line> lines = new ArrayList<>(purses.size());
    for (Purse purse : purses) {
      if (purse.limited()) {
        boolean isRequests = purse.kind == Kind.REQUESTS;
        long most =
            isRequests
                ? Math.min(maxLease, pace.worth(LEASE_SECONDS))
                : ANSWERS_AHEAD * purse.kind.needOf(perAnswer);
        lines.add(
            new Line(
                purse.kind,
                purse.quota(),
                purse.handBack(),
                purse.held(),
                isRequests ? requests : purse.kind.needOf(need),
                most));
      }
    }
    CompletableFuture<Refilled> done = new CompletableFuture<>();
    refill = done;
    supply.fetch(this, new Order(today, List.copyOf(lines)), done);
    return done;
  }

  /**
   * A refill came back. Returns whether its units found their purse; those of a closed allowance
   * must go back to the ledger.
   */
  synchronized boolean refilled(Order order, List<Filled> brought, Refilled how) {
    refill = null;
    failed = how == Refilled.FAILED;
    failedNanos = time.currentTimeNanos();
    if (closed) {
      return false;
    }
    if (order.window().equals(window)) {
      for (Filled filled : brought) {
        Line line = filled.line();
        Ledger.Leased leased = filled.leased();
        for (Purse purse : purses) {
          if (purse.kind == line.kind()) {
            purse.leased(
                line.quota(),
                leased.granted(),
                leased.remaining(),
                line.target(leased.remaining() + leased.granted()),
                time.currentTimeNanos());
          }
        }
      }
    }
    return true;
  }

  /** Closes it for good; the purses' units go back through the supply. */
  void close(Returns returns) {
    List<Runnable> back = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      DayWindow last = window;
      if (last != null && supply.leases()) {
        for (Purse purse : purses) {
          long units = purse.handBackAll();
          if (units != 0) {
            back.add(() -> returns.giveBack(last, purse.kind, units));
          }
        }
      }
    }
    back.forEach(Runnable::run);
  }

  /** Takes what a closed allowance still held. */
  interface Returns {
    void giveBack(DayWindow window, Kind kind, long units);
  }

  private void add(DayWindow day, long requests, long rows, long bytes, boolean token) {
    boolean late;
    synchronized (this) {
      late = closed;
      if (token) {
        pace.giveBack();
      }
      if (!closed && day.equals(window)) {
        for (Purse purse : purses) {
          purse.add(
              switch (purse.kind) {
                case REQUESTS -> requests;
                case ROWS -> rows;
                case BYTES -> bytes;
              });
        }
      }
    }
    if (late && supply.leases()) {
      for (Purse purse : purses) {
        long units =
            switch (purse.kind) {
              case REQUESTS -> requests;
              case ROWS -> rows;
              case BYTES -> bytes;
            };
        if (units != 0 && purse.limited()) {
          supply.giveBack(day, purse.kind, units);
        }
      }
    }
  }

  private String left(DayWindow today, Instant now) {
    return RateFields.left(purses, today, now, pace);
  }

  private String policy(DayWindow today) {
    @Nullable String written = policy;
    if (written == null) {
      written = RateFields.policy(purses, today, pace);
      policy = written;
    }
    return written;
  }

  /** What was taken for one request. */
  private final class Grant implements Spent.Granted {

    private final AtomicBoolean settled = new AtomicBoolean();
    private final DayWindow day;
    private final Quotas.Reserve reserve;
    private final String rateLimit;
    private final String rateLimitPolicy;

    Grant(DayWindow day, Quotas.Reserve reserve, String rateLimit, String rateLimitPolicy) {
      this.day = day;
      this.reserve = reserve;
      this.rateLimit = rateLimit;
      this.rateLimitPolicy = rateLimitPolicy;
    }

    @Override
    public void settle(long rows, long bytes) {
      if (settled.compareAndSet(false, true)) {
        long spareRows = reserve.rows() - Math.max(0, rows);
        long spareBytes = reserve.bytes() - Math.max(0, bytes);
        if (spareRows != 0 || spareBytes != 0) {
          add(day, 0, spareRows, spareBytes, false);
        }
      }
    }

    @Override
    public void giveBack() {
      if (settled.compareAndSet(false, true)) {
        add(day, 1, reserve.rows(), reserve.bytes(), true);
      }
    }

    @Override
    public String rateLimit() {
      return rateLimit;
    }

    @Override
    public String rateLimitPolicy() {
      return rateLimitPolicy;
    }
  }
}
