package org.octroi.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.StoreId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves a store in peace that fails again and again (M. Nygard, <cite>Release It!</cite>, "Circuit
 * Breaker"): its callers hear so at once instead of after a timeout, and a store that comes back to
 * its feet is not pushed over again.
 *
 * <p>A closed circuit opens when failures outnumber successes by so many, counted from the last
 * time that they were even: so many in a row, or a store that fails more often than not. It stays
 * open for a while, then lets one call through as a trial; its success closes the circuit, its
 * failure opens it again for twice as long.
 *
 * <p>A call's result counts for the phase that it was let through in and for no other, since a call
 * that began before the store fell tells nothing of how it stands up. Without locks, safe for use
 * by many threads; while all goes well a call costs two reads of what seldom changes.
 */
final class Circuit {

  private static final Logger log = LoggerFactory.getLogger(Circuit.class);

  /** Of how long it stays open, so much more at the most: stores that fell together rise apart. */
  private static final double JITTER = 0.2;

  private final StoreId store;
  private final int failuresToOpen;
  private final long firstNanos;
  private final long longestNanos;
  private final LongSupplier nanoTime;
  private final DoubleSupplier random;
  private final @Nullable BiConsumer<Circuit, Open> probing;
  private final AtomicReference<Phase> phase = new AtomicReference<>(new Closed());

  /**
   * @param failuresToOpen by how many failures must outnumber successes
   * @param first how long it stays open the first time
   * @param longest how long it stays open at the most
   * @param random 0 to 1, for the jitter
   * @param probing begins to look whether the store is back, and says {@link Open#reached} when it
   *     is; absent where nobody looks, so that a caller has to
   */
  Circuit(
      StoreId store,
      int failuresToOpen,
      Duration first,
      Duration longest,
      LongSupplier nanoTime,
      DoubleSupplier random,
      @Nullable BiConsumer<Circuit, Open> probing) {
    this.store = store;
    this.failuresToOpen = failuresToOpen;
    this.firstNanos = first.toNanos();
    this.longestNanos = longest.toNanos();
    this.nanoTime = nanoTime;
    this.random = random;
    this.probing = probing;
  }

  /** What a call was let through in; compared by identity. */
  sealed interface Phase {}

  /** All are let through. */
  private static final class Closed implements Phase {
    private final AtomicInteger failuresAhead = new AtomicInteger();
  }

  /** None is let through. */
  static final class Open implements Phase {
    private final long untilNanos;
    private final int times;
    private volatile boolean reachable;

    private Open(long untilNanos, int times, boolean reachable) {
      this.untilNanos = untilNanos;
      this.times = times;
      this.reachable = reachable;
    }

    /** The store was seen to be there: a caller may try it when the time has come. */
    void reached() {
      reachable = true;
    }
  }

  /** One is let through, to see. */
  private record HalfOpen(long sinceNanos, int times) implements Phase {}

  /**
   * Asks to be let through. Whoever is must say how it went: {@link #succeeded}, {@link #failed} or
   * {@link #undecided}.
   *
   * @return what the call was let through in, or null where the store is left in peace
   */
  @Nullable Phase enter() {
    Phase now = phase.get();
    return switch (now) {
      case Closed closed -> closed;
      case Open open ->
          open.reachable && open.untilNanos - nanoTime.getAsLong() <= 0
              ? trial(open, open.times)
              : null;
      case HalfOpen trying ->
          nanoTime.getAsLong() - trying.sinceNanos >= longestNanos
              // Nobody heard of that trial any more, and a store may not be lost to it.
              ? trial(trying, trying.times)
              : null;
    };
  }

  private @Nullable Phase trial(Phase from, int times) {
    HalfOpen trial = new HalfOpen(nanoTime.getAsLong(), times);
    return phase.compareAndSet(from, trial) ? trial : null;
  }

  /** The store begins to answer: enough of a trial, which a long answer would make long. */
  void answers(Phase in) {
    if (in instanceof HalfOpen) {
      succeeded(in);
    }
  }

  /** The store answered to the end. */
  void succeeded(Phase in) {
    switch (in) {
      case Closed closed -> {
        AtomicInteger ahead = closed.failuresAhead;
        int now = ahead.get();
        while (now > 0 && !ahead.compareAndSet(now, now - 1)) {
          now = ahead.get();
        }
      }
      case HalfOpen trial -> {
        if (phase.compareAndSet(trial, new Closed())) {
          log.info("Store {} answers again", store);
        }
      }
      case Open open -> {}
    }
  }

  /** The store did not answer, or not to the end. */
  void failed(Phase in, StoreFailure failure) {
    switch (in) {
      case Closed closed -> {
        if (closed.failuresAhead.incrementAndGet() >= failuresToOpen && open(closed, 0)) {
          log.warn(
              "Store {} failed repeatedly and is left in peace; the last was: {}", store, failure);
        }
      }
      case HalfOpen trial -> open(trial, trial.times() + 1);
      case Open open -> {}
    }
  }

  /** The call told nothing of the store's health: the next one may. */
  void undecided(Phase in) {
    if (in instanceof HalfOpen trial) {
      phase.compareAndSet(trial, new Open(nanoTime.getAsLong(), trial.times(), true));
    }
  }

  private boolean open(Phase from, int times) {
    long doubled = firstNanos << Math.min(times, 20);
    double nanos = Math.min(doubled, longestNanos) * (1 + JITTER * random.getAsDouble());
    Open open = new Open(nanoTime.getAsLong() + (long) nanos, times, probing == null);
    boolean mine = phase.compareAndSet(from, open);
    if (mine && probing != null) {
      probing.accept(this, open);
    }
    return mine;
  }

  /** Whether it is still open since that time. */
  boolean isStill(Open open) {
    return phase.get() == open;
  }

  /** How many seconds the store is left in peace yet, at least 1: what a caller is told. */
  long secondsLeft() {
    long nanos = phase.get() instanceof Open open ? open.untilNanos - nanoTime.getAsLong() : 0;
    return Math.max(1, Math.ceilDiv(nanos, 1_000_000_000L));
  }

  /** 0 closed, 1 half-open, 2 open. */
  int state() {
    return switch (phase.get()) {
      case Closed closed -> 0;
      case HalfOpen trying -> 1;
      case Open open -> 2;
    };
  }
}
