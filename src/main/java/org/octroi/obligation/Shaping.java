package org.octroi.obligation;

import io.netty.buffer.ByteBuf;

/**
 * Shapes one answer as it streams by. Fed with pieces in any split it gives the same bytes; it
 * holds at most one record of at most {@value Shapings#MAX_RECORD_BYTES} bytes. For use by one
 * thread at a time, for one answer.
 */
public interface Shaping {

  /**
   * Takes in a piece and appends what may go out.
   *
   * @param piece read to its end, not released
   * @param out appended to
   * @throws UnshapeableException when the content is not of the declared form; nothing more of it
   *     may go out, and what stands in {@code out} may not either
   */
  void feed(ByteBuf piece, ByteBuf out);

  /**
   * Nothing more comes; appends what closes the answer.
   *
   * @throws UnshapeableException when the content stops in its middle
   */
  void end(ByteBuf out);

  /** Whether no further row can go out, so that the rest need not be fetched before the end. */
  boolean satisfied();

  /** How many rows went out so far. */
  long rows();
}
