package org.octroi.store;

import io.netty.channel.EventLoop;

/**
 * Asks a store on behalf of one request and streams its answer, shaped by the obligations.
 *
 * <p>Fails closed: where an obligation can't be honoured for this answer nothing of it goes out.
 * Safe for use by many threads.
 */
public interface StoreConnector {

  /** Whether this connector speaks to such a store. */
  boolean speaks(StoreAddress address);

  /**
   * Begins to fetch; called on the event loop. Returns at once; everything else is told to the
   * receiver, always on the given event loop: first {@link Receiver#head} or {@link
   * Receiver#failed}, then any number of {@link Receiver#body}, at the end exactly one of {@link
   * Receiver#end} and {@link Receiver#failed}.
   */
  Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver);

  /** A fetch under way; its methods may be called from the event loop only. */
  interface Fetching {

    /** Asks for no more pieces for now; a few that are under way may still arrive. */
    void pause();

    /** Asks for more pieces again. */
    void resume();

    /** Gives up; the receiver hears nothing more. */
    void cancel();
  }

  /** Who gets the answer. */
  interface Receiver {

    /** The store answers, this way. */
    void head(StoreAnswer answer);

    /** A piece of the body, as it goes out; the receiver releases it. */
    void body(io.netty.buffer.ByteBuf piece);

    /**
     * All is there.
     *
     * @param rows how many rows went out, or -1 where rows don't exist
     */
    void end(long rows);

    /** It came to nothing, or broke off. */
    void failed(StoreFailure failure);
  }
}
