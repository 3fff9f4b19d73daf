package org.octroi.usage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.EventLogFiles.Partition;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TierName;
import org.springframework.util.unit.DataSize;

/**
 * Writes Parquet files by an embedded DuckDB, which is loaded when there is first something to
 * write: one thread, bounded memory, no extension from elsewhere. Events are taken in, then written
 * by day and territory. For one thread.
 */
final class ParquetWriter implements AutoCloseable {

  /** As many rows as fit the memory of a merge; readers pass over whole groups. */
  private static final String HOW = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)";

  private final DataSize memory;
  private final Path overflow;
  private @Nullable DuckDBConnection connection;
  private @Nullable DuckDBAppender appender;

  ParquetWriter(DataSize memory, Path overflow) {
    this.memory = memory;
    this.overflow = overflow;
  }

  /** Takes an event in, with how it ended and where its record stands. */
  void take(UUID journal, Place place, UsageEvent event, Outcome outcome) {
    try {
      append(journal, place, event, outcome);
    } catch (SQLException e) {
      throw failed("An event can't be written to the event log", e);
    }
  }

  private void append(UUID journal, Place place, UsageEvent event, Outcome outcome)
      throws SQLException {
    Access access = event.access();
    DuckDBAppender row = appender().beginRow();
    row.append(access.territory().toString());
    row.append(event.localDay());
    row.append(micros(event.time()));
    row.append(event.requestId());
    row.append(access.holder().toString());
    row.append(access.dataset().toString());
    row.append(access.distribution().toString());
    optional(row, access.reuser());
    optional(row, access.application());
    optional(row, access.offer());
    optional(row, access.agreement());
    optional(row, access.licenceVersion());
    optional(row, access.tier().map(TierName::value));
    optional(row, access.purpose().map(Purpose::term));
    row.append(access.action().word());
    row.append(access.format().word());
    row.append(access.channel().word());
    optional(row, access.queryShape());
    row.append(event.status());
    row.append(event.reasons());
    row.append(outcome.name().toLowerCase(Locale.ROOT));
    if (event.rows() < 0) {
      row.appendNull();
    } else {
      row.append(event.rows());
    }
    row.append(event.bytesOut());
    row.append(event.latencyMicros());
    row.append(event.region());
    row.append(event.pseudonym());
    row.append(event.snapshotRevision());
    optional(row, access.policyRevision());
    optional(row, access.shapeHash());
    row.append(journal.toString());
    row.append(place.segment());
    row.append(place.offset());
    row.endRow();
  }

  private static void optional(DuckDBAppender row, Optional<?> value) throws SQLException {
    if (value.isPresent()) {
      row.append(value.get().toString());
    } else {
      row.appendNull();
    }
  }

  private static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
  }

  /** The days and territories of what was taken in. */
  List<Partition> partitions() {
    if (appender == null) {
      return List.of();
    }
    List<Partition> partitions = new ArrayList<>();
    try {
      appender.flush();
      try (Statement statement = connection().createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "select distinct territory, day from event order by territory, day")) {
        while (rows.next()) {
          partitions.add(new Partition(rows.getString(1), rows.getObject(2, LocalDate.class)));
        }
      }
    } catch (SQLException e) {
      throw failed("What was taken in can't be read back", e);
    }
    return partitions;
  }

  /** Writes what was taken in of a day and territory. */
  void write(Partition partition, Path file) {
    execute(
        """
        copy (
          select make_timestamptz(micros) as time, * exclude (territory, day, micros) from event
          where territory = '%s' and day = date '%s')
        to %s %s
        """
            .formatted(partition.territory(), partition.day(), literal(file), HOW));
  }

  /** Forgets what was taken in. */
  void forget() {
    if (appender != null) {
      execute("truncate event");
    }
  }

  /** Makes one file of many. */
  void merge(List<Path> parts, Path file) {
    execute(
        """
        copy (
          select * from read_parquet([%s], union_by_name = true, hive_partitioning = false))
        to %s %s
        """
            .formatted(
                parts.stream().map(ParquetWriter::literal).collect(Collectors.joining(", ")),
                literal(file),
                HOW));
  }

  private static String literal(Path file) {
    return "'" + file.toString().replace("'", "''") + "'";
  }

  private DuckDBAppender appender() throws SQLException {
    if (appender == null) {
      execute(
          """
          create table event (
            territory varchar, day date, micros bigint, request_id varchar, holder_id varchar,
            dataset_id varchar, distribution_id varchar, reuser varchar, application_id varchar,
            offer_id varchar, agreement_id varchar, licence_version_id varchar, tier varchar,
            purpose varchar, action varchar, format varchar, channel varchar, query_shape varchar,
            status integer, reasons varchar[], outcome varchar, rows_out bigint, bytes_out bigint,
            latency_micros bigint, region varchar, pseudonym varchar, snapshot_revision bigint,
            policy_revision varchar, shape_hash varchar, journal_id varchar,
            journal_segment bigint, journal_offset bigint)
          """);
      appender = connection().createAppender(DuckDBConnection.DEFAULT_SCHEMA, "event");
    }
    return appender;
  }

  private void execute(String sql) {
    try (Statement statement = connection().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed("The event log can't be written", e);
    }
  }

  private Connection opened() throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("threads", "1");
    settings.setProperty("memory_limit", memory.toMegabytes() + "MB");
    settings.setProperty("temp_directory", overflow.toString());
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    settings.setProperty("preserve_insertion_order", "false");
    return DriverManager.getConnection("jdbc:duckdb:", settings);
  }

  private DuckDBConnection connection() throws SQLException {
    if (connection == null) {
      connection = opened().unwrap(DuckDBConnection.class);
    }
    return connection;
  }

  private static UncheckedIOException failed(String what, SQLException why) {
    return new UncheckedIOException(new IOException(what + ": " + why.getMessage(), why));
  }

  @Override
  public void close() {
    try {
      if (appender != null) {
        appender.close();
      }
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      throw failed("DuckDB can't be closed", e);
    } finally {
      appender = null;
      connection = null;
    }
  }
}
