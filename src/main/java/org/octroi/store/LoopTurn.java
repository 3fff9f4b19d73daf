package org.octroi.store;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A turn of an event loop: it reads what has arrived on all its sockets, then runs its tasks, then
 * what was left for the end. Bytes leave there, all together, so that neither the kernel's work for
 * one request comes between that for others, nor the other ends are woken once for each.
 */
public final class LoopTurn {

  /** What is left for the end on this thread: one task of the loop runs them all. */
  private static final FastThreadLocal<LoopTurn> TURNS =
      new FastThreadLocal<>() {
        @Override
        protected LoopTurn initialValue() {
          return new LoopTurn();
        }
      };

  private final Queue<Runnable> left = new ArrayDeque<>();

  private LoopTurn() {}

  /** Runs a task when all others of this turn are done. On the loop's own thread only. */
  public static void atEnd(EventLoop loop, Runnable task) {
    if (loop instanceof SingleThreadEventLoop turning) {
      TURNS.get().add(turning, task);
    } else {
      loop.execute(task);
    }
  }

  private void add(SingleThreadEventLoop loop, Runnable task) {
    if (left.isEmpty()) {
      loop.executeAfterEventLoopIteration(() -> end(loop));
    }
    left.add(task);
  }

  private void end(SingleThreadEventLoop loop) {
    try {
      for (Runnable task = left.poll(); task != null; task = left.poll()) {
        task.run();
      }
    } finally {
      if (!left.isEmpty()) {
        // One of them failed, which is no reason to keep the others.
        loop.executeAfterEventLoopIteration(() -> end(loop));
      }
    }
  }
}
