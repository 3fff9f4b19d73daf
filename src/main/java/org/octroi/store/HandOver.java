package org.octroi.store;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.octroi.store.StoreConnector.Fetching;
import org.octroi.store.StoreConnector.Receiver;

/**
 * Hands what a (virtual) thread reads over to an event loop, a few pieces at most ahead of it: the
 * thread parks while the reader is paused.
 *
 * <p>The thread calls {@link #head}, {@link #body}, {@link #end}, {@link #failed}; the event loop
 * calls the rest.
 */
final class HandOver implements Fetching {

  private static final int AHEAD = 2;

  private final EventLoop loop;
  private final Receiver receiver;
  private final long stallNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private boolean paused;
  private boolean gone;
  private int underWay;

  /**
   * @param stall how long a paused reader is waited for
   */
  HandOver(EventLoop loop, Receiver receiver, Duration stall) {
    this.loop = loop;
    this.receiver = receiver;
    this.stallNanos = stall.toNanos();
  }

  /** The reader left, or stands still for too long: there is nobody to read for. */
  static final class NobodyReadsException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean stalled;

    NobodyReadsException(boolean stalled) {
      super(stalled ? "the reader stands still" : "the reader left", null, false, false);
      this.stalled = stalled;
    }

    boolean stalled() {
      return stalled;
    }
  }

  /** Reads on a virtual thread; a fault in the reading is told to the receiver too. */
  void begin(String name, Runnable reading) {
    Thread.ofVirtual()
        .name(name)
        .start(
            () -> {
              boolean through = false;
              try {
                reading.run();
                through = true;
              } finally {
                if (!through) {
                  failed(new StoreFailure.Unavailable("the gate met a fault of its own"));
                }
              }
            });
  }

  void head(StoreAnswer answer) {
    onLoop(() -> receiver.head(answer));
  }

  /** Hands a piece over, or releases it; waits for room. */
  void body(ByteBuf piece) throws NobodyReadsException {
    boolean handedOver = false;
    try {
      awaitRoom();
      handedOver = true;
    } finally {
      if (!handedOver) {
        piece.release();
      }
    }
    try {
      loop.execute(() -> deliver(piece));
    } catch (RejectedExecutionException e) {
      piece.release();
      throw new NobodyReadsException(false);
    }
  }

  void end(long rows) {
    onLoop(() -> receiver.end(rows));
  }

  void failed(StoreFailure failure) {
    onLoop(() -> receiver.failed(failure));
  }

  @Override
  public void pause() {
    locked(() -> paused = true);
  }

  @Override
  public void resume() {
    locked(() -> paused = false);
  }

  @Override
  public void cancel() {
    locked(() -> gone = true);
  }

  private void awaitRoom() throws NobodyReadsException {
    lock.lock();
    try {
      long left = stallNanos;
      while (!gone && (paused || underWay >= AHEAD)) {
        if (left <= 0) {
          throw new NobodyReadsException(true);
        }
        left = room.awaitNanos(left);
      }
      if (gone) {
        throw new NobodyReadsException(false);
      }
      underWay++;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NobodyReadsException(false);
    } finally {
      lock.unlock();
    }
  }

  private void deliver(ByteBuf piece) {
    locked(() -> underWay--);
    if (isGone()) {
      piece.release();
    } else {
      receiver.body(piece);
    }
  }

  private void onLoop(Runnable telling) {
    try {
      loop.execute(
          () -> {
            if (!isGone()) {
              telling.run();
            }
          });
    } catch (RejectedExecutionException e) {
      // The loop is shut down, and with it the connection that this was for.
      cancel();
    }
  }

  private boolean isGone() {
    lock.lock();
    try {
      return gone;
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
