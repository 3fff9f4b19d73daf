package org.octroi.store;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many fetches go to one store at once, over all event loops, and has some more wait for
 * their turn, so that a city's small server is asked steadily and never crushed. Who came first
 * goes first. Nobody blocks here: no lock, and who waits is called on its own event loop.
 *
 * <p>No wake-up is lost: who queues looks for a free way once more after queueing, who leaves looks
 * into the queue after freeing its way, and who took a way and found nobody to give it to looks
 * again after giving it back. So whichever of them comes last sees the other.
 */
final class Turnstile {

  private final int ways;
  private final int maxWaiting;
  private final long patienceNanos;
  private final LongSupplier nanoTime;
  private final EventExecutor timer;

  private final AtomicInteger free;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Queue<Place> queue = new ConcurrentLinkedQueue<>();

  /** One timer for the whole queue: all wait equally long, so the first is the first to go. */
  private final AtomicBoolean watched = new AtomicBoolean();

  /**
   * @param ways how many may be in at once
   * @param maxWaiting how many may wait besides
   * @param patience how long one waits at the most
   * @param timer what looks after those who wait for too long
   */
  Turnstile(
      int ways, int maxWaiting, Duration patience, LongSupplier nanoTime, EventExecutor timer) {
    this.ways = ways;
    this.maxWaiting = maxWaiting;
    this.patienceNanos = patience.toNanos();
    this.nanoTime = nanoTime;
    this.timer = timer;
    this.free = new AtomicInteger(ways);
  }

  /** Who waits; hears exactly one of both, on its event loop, unless it gave its place up. */
  interface Visitor {

    /** Its turn has come, and it is in: it must {@link Turnstile#leave}. */
    void letIn();

    /** It waited for too long. */
    void turnedAway();
  }

  /** A place in the queue. */
  final class Place {
    private final Visitor visitor;
    private final EventLoop loop;
    private final long untilNanos;
    private final AtomicBoolean decided = new AtomicBoolean();

    private Place(Visitor visitor, EventLoop loop, long untilNanos) {
      this.visitor = visitor;
      this.loop = loop;
      this.untilNanos = untilNanos;
    }

    /**
     * Leaves the queue. Where the turn has come already, {@link Visitor#letIn} is on its way and
     * must let the way go again.
     */
    void giveUp() {
      if (decide()) {
        queue.remove(this);
      }
    }

    private boolean decide() {
      boolean first = decided.compareAndSet(false, true);
      if (first) {
        waiting.decrementAndGet();
      }
      return first;
    }
  }

  /** Goes in where there is room and nobody waits; who went in must {@link #leave}. */
  boolean tryEnter() {
    return queue.isEmpty() && takeWay();
  }

  /** Queues; empty-handed where as many wait as may. */
  @Nullable Place queue(Visitor visitor, EventLoop loop) {
    if (waiting.incrementAndGet() > maxWaiting) {
      waiting.decrementAndGet();
      return null;
    }
    Place place = new Place(visitor, loop, nanoTime.getAsLong() + patienceNanos);
    queue.add(place);
    letIn();
    if (!place.decided.get()) {
      watch();
    }
    return place;
  }

  /** Makes room for the next. */
  void leave() {
    free.incrementAndGet();
    letIn();
  }

  /** How many may be in at once. */
  int ways() {
    return ways;
  }

  /** How many wait. */
  int waiting() {
    return waiting.get();
  }

  /** How many are in. */
  int inside() {
    return ways - free.get();
  }

  private boolean takeWay() {
    int now = free.get();
    while (now > 0) {
      if (free.compareAndSet(now, now - 1)) {
        return true;
      }
      now = free.get();
    }
    return false;
  }

  private void letIn() {
    while (!queue.isEmpty() && takeWay()) {
      Place next = queue.poll();
      if (next == null || !next.decide() || !told(next.loop, next.visitor::letIn)) {
        free.incrementAndGet();
      }
    }
  }

  /** A loop that is shut down took the request along. */
  private static boolean told(EventLoop loop, Runnable what) {
    try {
      loop.execute(what);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void watch() {
    if (watched.compareAndSet(false, true)) {
      look(patienceNanos);
    }
  }

  // What the timer runs is told to those who wait.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void look(long inNanos) {
    timer.schedule(this::turnAway, inNanos, TimeUnit.NANOSECONDS);
  }

  /** Turns away all who waited for too long. */
  private void turnAway() {
    long now = nanoTime.getAsLong();
    Place first = queue.peek();
    while (first != null && first.untilNanos - now <= 0) {
      if (first.decide()) {
        told(first.loop, first.visitor::turnedAway);
      }
      queue.remove(first);
      first = queue.peek();
    }
    if (first != null) {
      look(first.untilNanos - now);
      return;
    }
    watched.set(false);
    if (!queue.isEmpty()) {
      watch();
    }
  }
}
