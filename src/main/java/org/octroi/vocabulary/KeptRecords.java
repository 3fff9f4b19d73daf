package org.octroi.vocabulary;

import java.sql.ResultSet;
import java.sql.SQLException;
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

  /** What there is now; {@link Holdings#UNKNOWN} where that can't be told. */
  Holdings holdings();

  /**
   * Lets go of what is older; what something still needs stays.
   *
   * @param before when the oldest was made that is kept
   */
  Gone letGoBefore(Instant before);

  /** A kind that is kept for ever. */
  interface ForEver extends KeptRecords {

    @Override
    default Optional<Duration> keptFor() {
      return Optional.empty();
    }

    @Override
    default Gone letGoBefore(Instant before) {
      return Gone.NOTHING;
    }
  }

  /**
   * What there is of a kind.
   *
   * @param rows how many rows, where it is rows
   * @param bytes how many bytes, where it is files
   */
  record Holdings(
      Optional<Instant> oldest, Optional<Instant> newest, OptionalLong rows, OptionalLong bytes) {

    /** Of a kind that is kept where it can't be asked now. */
    public static final Holdings UNKNOWN =
        new Holdings(
            Optional.empty(), Optional.empty(), OptionalLong.empty(), OptionalLong.empty());

    /** Of a kind that is kept in files. */
    public static Holdings ofFiles(Optional<Instant> oldest, Optional<Instant> newest, long bytes) {
      return new Holdings(oldest, newest, OptionalLong.empty(), OptionalLong.of(bytes));
    }

    /** Of a kind that is kept in a table. */
    public static Holdings ofRows(Optional<Instant> oldest, Optional<Instant> newest, long rows) {
      return new Holdings(oldest, newest, OptionalLong.of(rows), OptionalLong.empty());
    }

    /**
     * The same, as a query with the columns {@code oldest}, {@code newest} and {@code kept} says.
     */
    public static Holdings ofRows(ResultSet row, int number) throws SQLException {
      return ofRows(
          UtcTimes.read(row, "oldest"), UtcTimes.read(row, "newest"), row.getLong("kept"));
    }
  }

  /** What went. */
  record Gone(long rows, long bytes) {

    /** Nothing had to go. */
    public static final Gone NOTHING = new Gone(0, 0);
  }
}
