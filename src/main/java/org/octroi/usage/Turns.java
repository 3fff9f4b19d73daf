package org.octroi.usage;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that is done again and again on one thread, which only this starts and ends. Safe for use by
 * many threads.
 */
final class Turns {

  private final Thread.Builder thread;
  private final LongSupplier turn;
  private @Nullable Thread running;
  private volatile CountDownLatch stop = new CountDownLatch(1);

  /**
   * Nothing runs yet.
   *
   * @param turn one turn; says how many milliseconds to wait before the next
   */
  Turns(Thread.Builder thread, LongSupplier turn) {
    this.thread = thread;
    this.turn = turn;
  }

  /** Starts, where it does not run. */
  synchronized void start(long firstPauseMillis) {
    if (running == null) {
      CountDownLatch until = new CountDownLatch(1);
      stop = until;
      running = thread.start(() -> run(firstPauseMillis, until));
    }
  }

  private void run(long firstPauseMillis, CountDownLatch until) {
    try {
      long pause = firstPauseMillis;
      while (!until.await(pause, TimeUnit.MILLISECONDS)) {
        pause = turn.getAsLong();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the turn under way is the last. */
  boolean stopping() {
    return stop.getCount() == 0;
  }

  /** Waits for the turn under way; returns whether it ran, and has ended. */
  synchronized boolean stop() {
    Thread last = running;
    if (last == null) {
      return false;
    }
    running = null;
    stop.countDown();
    try {
      last.join();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  synchronized boolean running() {
    return running != null;
  }
}
