package org.octroi.outbox;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Wakes the courier: rung while nobody waits, it is heard by who waits next. */
@Component
final class Bell {

  private final Semaphore rung = new Semaphore(0);

  void ring() {
    rung.release();
  }

  /** Rings once when the current transaction has committed. */
  void ringAfterCommit() {
    if (TransactionSynchronizationManager.getSynchronizations().stream()
        .noneMatch(known -> known instanceof Ring ring && ring.bell == this)) {
      TransactionSynchronizationManager.registerSynchronization(new Ring(this));
    }
  }

  /** Waits until it rings, or this long. */
  void await(Duration most) throws InterruptedException {
    if (rung.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
      // However often it was rung, one look is enough.
      rung.drainPermits();
    }
  }

  private record Ring(Bell bell) implements TransactionSynchronization {
    @Override
    public void afterCommit() {
      bell.ring();
    }
  }
}
