package org.octroi.policy;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of instances, each lent to one thread at a time. Some are made at once; more are
 * made when all are lent, up to the bound. Safe for use by many threads.
 *
 * <p>A decision takes a fraction of a millisecond, so whoever finds all instances lent waits for a
 * moment rather than being refused; with four a core that means more threads than the machine can
 * run.
 */
final class PolicyInstances {

  /** Thousands of decisions' time; beyond that something is wrong. */
  private static final long PATIENCE_MILLIS = 250;

  private final Supplier<PolicyInstance> maker;
  private final BlockingQueue<PolicyInstance> idle;
  private final AtomicInteger alive = new AtomicInteger();
  private final int most;

  /**
   * @param maker makes an instance
   * @param warm how many are made at once
   * @param most how many there may be, not fewer than {@code warm}
   */
  PolicyInstances(Supplier<PolicyInstance> maker, int warm, int most) {
    this.maker = maker;
    this.most = most;
    // Fair, since otherwise a thread that asks again and again overtakes those who wait.
    this.idle = new ArrayBlockingQueue<>(most, true);
    for (int i = 0; i < warm; i++) {
      alive.incrementAndGet();
      idle.add(maker.get());
    }
  }

  /**
   * Lends an instance for one use. One that fails is dropped, since nobody knows what its memory
   * holds then.
   *
   * @throws DecisionUnavailableException when none comes free in time, or the use throws it
   */
  String lend(Function<PolicyInstance, String> use) {
    PolicyInstance instance = borrow();
    boolean sound = false;
    try {
      String answer = use.apply(instance);
      sound = true;
      return answer;
    } finally {
      if (sound) {
        idle.add(instance);
      } else {
        alive.decrementAndGet();
      }
    }
  }

  /** How many instances there are, lent or idle. */
  int alive() {
    return alive.get();
  }

  private PolicyInstance borrow() {
    PolicyInstance free = idle.poll();
    if (free != null) {
      return free;
    }
    PolicyInstance more = makeOneMore();
    return more != null ? more : waitForOne();
  }

  private @Nullable PolicyInstance makeOneMore() {
    if (alive.getAndUpdate(n -> n < most ? n + 1 : n) >= most) {
      return null;
    }
    boolean made = false;
    try {
      PolicyInstance instance = maker.get();
      made = true;
      return instance;
    } finally {
      if (!made) {
        alive.decrementAndGet();
      }
    }
  }

  private PolicyInstance waitForOne() {
    try {
      PolicyInstance free = idle.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (free == null) {
        throw new DecisionUnavailableException(
            "All "
                + most
                + " instances of the policy are busy; octroi.policy.instances bounds them");
      }
      return free;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DecisionUnavailableException("Interrupted while waiting for the policy", e);
    }
  }
}
