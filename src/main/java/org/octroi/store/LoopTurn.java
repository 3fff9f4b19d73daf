package org.octroi.store;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;

/**
 * A turn of an event loop: it reads what has arrived on all its sockets, then runs its tasks, then
 * what was left for the end. Bytes leave there, all together, so that neither the kernel's work for
 * one request comes between that for others, nor the other ends are woken once for each.
 */
public final class LoopTurn {

  private LoopTurn() {}

  /** Runs a task when all others of this turn are done. On the loop's own thread only. */
  public static void atEnd(EventLoop loop, Runnable task) {
    if (loop instanceof SingleThreadEventLoop turning) {
      turning.executeAfterEventLoopIteration(task);
    } else {
      loop.execute(task);
    }
  }
}
