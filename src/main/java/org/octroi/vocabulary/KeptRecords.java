package org.octroi.vocabulary;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A kind of record that is kept for a while, or for ever: what its room tells of it, so that one
 * place can show what there is and let go of what has reached its age. A room makes a component of
 * it; no more is needed.
 */
public interface KeptRecords {

  /** What it is called, in lower case with hyphens, such as {@code usage-journal}. */
  String kind();

  /** How long it is kept; empty for ever. */
  Optional<Duration> keptFor();

  /** What there is now. */
  Holdings holdings();

  /**
   * Lets go of what is older; what something still needs stays.
   *
   * @param before when the oldest was made that is kept
   */
  Gone letGoBefore(Instant before);

  /**
   * What there is of a kind.
   *
   * @param rows how many rows, where it is rows
   * @param bytes how many bytes, where it is files
   */
  record Holdings(
      Optional<Instant> oldest, Optional<Instant> newest, OptionalLong rows, OptionalLong bytes) {

    /** Of a kind that is kept in files. */
    public static Holdings ofFiles(Optional<Instant> oldest, Optional<Instant> newest, long bytes) {
      return new Holdings(oldest, newest, OptionalLong.empty(), OptionalLong.of(bytes));
    }

    /** Of a kind that is kept in a table. */
    public static Holdings ofRows(Optional<Instant> oldest, Optional<Instant> newest, long rows) {
      return new Holdings(oldest, newest, OptionalLong.of(rows), OptionalLong.empty());
    }
  }

  /** What went. */
  record Gone(long rows, long bytes) {

    /** Nothing had to go. */
    public static final Gone NOTHING = new Gone(0, 0);
  }
}
