package org.octroi.vocabulary;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How an {@link Instant} stands in a table: as a {@code datetime(6)} in UTC, whatever zone the
 * server, the driver and the database believe to be in.
 */
public final class UtcTimes {

  private UtcTimes() {}

  /** The instant as a column value, cut to the microseconds that a column keeps. */
  public static LocalDateTime column(Instant instant) {
    return LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
  }

  /** The instant in a column of a row, where there is one. */
  public static Optional<Instant> read(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, LocalDateTime.class)).map(UtcTimes::instant);
  }

  /** The column value as an instant. */
  public static Instant instant(LocalDateTime column) {
    return column.toInstant(ZoneOffset.UTC);
  }
}
