package org.octroi.obligation;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** Writes rows one by one in a format, masks applied. For use by one thread, for one answer. */
public interface RowWriting {

  /** Appends what stands before the first row. */
  void begin(ByteBuf out);

  /**
   * Appends a row.
   *
   * @param values in the order of the columns
   */
  void row(List<Datum> values, ByteBuf out);

  /** Appends what stands after the last row. */
  void end(ByteBuf out);
}
