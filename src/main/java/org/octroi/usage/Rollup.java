package org.octroi.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.TierName;
import org.octroi.vocabulary.UtcTimes;

/**
 * The line that an event is counted on: everything that statistics ask by.
 *
 * @param bucket the time that the line is about
 * @param reason the first reason of a refusal
 */
record Rollup(
    String territory,
    Bucket bucket,
    String holder,
    String dataset,
    String distribution,
    @Nullable String offer,
    @Nullable String agreement,
    @Nullable String application,
    @Nullable String reuser,
    @Nullable String licenceVersion,
    @Nullable String tier,
    @Nullable String purpose,
    String action,
    String format,
    String channel,
    int status,
    @Nullable String reason,
    String outcome) {

  private static final int LONGEST_REUSER = 64;
  private static final int LONGEST_REASON = 80;

  /** How long a line's time is. */
  enum Grain {
    HOUR("usage_rollup", "utc_hour", "local_day"),
    DAY("usage_rollup_day", "local_day"),
    MONTH("usage_rollup_month", "local_month");

    private final String table;
    private final List<String> columns;

    Grain(String table, String... columns) {
      this.table = table;
      this.columns = List.of(columns);
    }

    String table() {
      return table;
    }

    /** Where the table keeps the time. */
    List<String> columns() {
      return columns;
    }

    /**
     * Whether the table keeps COUNTER's reading: its sessions are hours, so it has none of them.
     */
    boolean counter() {
      return this != HOUR;
    }
  }

  /** A time. */
  sealed interface Bucket {

    /** What stands in the columns of the grain. */
    Object[] columns();

    /**
     * An hour.
     *
     * @param utc the hour of UTC that requests arrived in
     * @param localDay the day of the territory; where zones are no whole hours off, an hour has two
     */
    record Hour(LocalDateTime utc, LocalDate localDay) implements Bucket {
      @Override
      public Object[] columns() {
        return new Object[] {utc, localDay};
      }
    }

    /** A day of the territory. */
    record Day(LocalDate localDay) implements Bucket {
      @Override
      public Object[] columns() {
        return new Object[] {localDay};
      }
    }

    /** A month of the territory: year times a hundred and month. */
    record Month(int localMonth) implements Bucket {
      @Override
      public Object[] columns() {
        return new Object[] {localMonth};
      }
    }
  }

  /** The line of a grain. */
  static Rollup of(Tally.Line line, Grain grain) {
    Access access = line.access().access();
    return new Rollup(
        access.territory().toString(),
        bucket(line, grain),
        access.holder().toString(),
        access.dataset().toString(),
        access.distribution().toString(),
        text(access.offer()),
        text(access.agreement()),
        text(access.application()),
        access.reuser().map(Rollup::reuser).orElse(null),
        text(access.licenceVersion()),
        access.tier().map(TierName::value).orElse(null),
        access.purpose().map(Purpose::term).orElse(null),
        access.action().word(),
        access.format().word(),
        access.channel().word(),
        line.status(),
        line.reason() == null ? null : cut(line.reason(), LONGEST_REASON),
        line.outcome().name().toLowerCase(Locale.ROOT));
  }

  private static Bucket bucket(Tally.Line line, Grain grain) {
    return switch (grain) {
      case HOUR ->
          new Bucket.Hour(
              UtcTimes.column(Instant.ofEpochSecond(line.hour() * Tally.SECONDS_OF_AN_HOUR)),
              line.localDay());
      case DAY -> new Bucket.Day(line.localDay());
      case MONTH ->
          new Bucket.Month(line.localDay().getYear() * 100 + line.localDay().getMonthValue());
    };
  }

  private static @Nullable String text(Optional<?> value) {
    return value.map(Object::toString).orElse(null);
  }

  /** A reuser as it stands in columns. */
  static String reuser(String reuser) {
    return cut(reuser, LONGEST_REUSER);
  }

  /** A record that fits no column would stop the drain for good. */
  private static String cut(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) : text;
  }

  /** The line's key: 128 bits of the SHA-256 over all of it, in hex. */
  String key() {
    StringBuilder all = new StringBuilder(512);
    for (Object part : columns()) {
      all.append(part == null ? "" : part).append('\u001f');
    }
    return Sha256.hex(all.toString()).substring(0, 32);
  }

  /** The columns from {@code territory_id} to {@code outcome}, in the table's order. */
  @Nullable Object[] columns() {
    return Stream.of(
            new @Nullable Object[] {territory},
            bucket.columns(),
            new @Nullable Object[] {
              holder,
              dataset,
              distribution,
              offer,
              agreement,
              application,
              reuser,
              licenceVersion,
              tier,
              purpose,
              action,
              format,
              channel,
              status,
              reason,
              outcome
            })
        .flatMap(Arrays::stream)
        .toArray();
  }
}
