package org.octroi.statistics;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.statistics.Stretch.Piece;
import org.octroi.usage.Sketches;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the rollups and the sketches. What a reader may not see is kept out by the statement
 * itself: the reach is part of every {@code where}. The cost of an answer grows with the lines of
 * the buckets asked for, not with the traffic behind them, and each answer takes the largest
 * buckets that fit. Safe for use by many threads.
 */
@Component
public final class Statistics {

  /** Of so many lines of a breakdown the sketches are read: each line has one a month. */
  static final int MOST_SKETCHED = 100;

  static final String SUMS =
      """
      sum(r.requests) as requests, sum(r.rows_out) as rows_out, sum(r.bytes_out) as bytes_out,
      sum(r.latency_micros) as latency_micros, max(r.latency_micros_max) as latency_micros_max
      """;

  static final String COUNTER =
      """
      , sum(r.investigations) as investigations,
      sum(r.unique_investigations) as unique_investigations,
      sum(r.data_requests) as data_requests, sum(r.unique_data_requests) as unique_data_requests
      """;

  private final JdbcClient jdbc;
  private final SketchReader sketches;

  public Statistics(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.sketches = new SketchReader(jdbc);
  }

  /** The step of a series. */
  public enum Step {
    /** A month of the territory's time zone. */
    MONTH,
    /** A day of the territory's time zone. */
    DAY,
    /**
     * An hour of UTC; without COUNTER's reading, whose sessions are hours, and without sketches.
     */
    HOUR;

    private List<Piece> pieces(UsageQuestion question) {
      Stretch stretch = new Stretch(question.from(), question.to());
      return this == MONTH ? stretch.pieces() : stretch.days();
    }
  }

  /**
   * Usage over time, oldest first; a step without usage has no line.
   *
   * @param group tells each step's usage apart, where present
   */
  public UsageAnswer series(
      StatisticsReach reach,
      UsageQuestion question,
      Step step,
      Optional<Dimension> group,
      Locale locale) {
    List<Piece> pieces = step.pieces(question);
    String item = group.map(d -> "r." + d.column()).orElse("cast(null as char(36))");
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      String bucket =
          switch (step) {
            case MONTH -> piece.month();
            case DAY -> "r.local_day";
            case HOUR -> "r.utc_hour";
          };
      parts.add(
          part(
              step == Step.HOUR ? "usage_rollup" : piece.table(),
              bucket + " as bucket, " + item + " as item",
              SUMS + (step == Step.HOUR ? "" : COUNTER),
              piece.condition(i) + where(reach, question),
              bucket + group.map(d -> ", r." + d.column()).orElse("")));
    }
    String sql =
        """
        select x.*, %s from (
          select r.bucket, r.item, %s%s
          from (%s) r
          group by r.bucket, r.item
        ) x %s
        order by x.bucket, x.requests desc, x.item
        limit :limit
        """
            .formatted(
                group.map(Names::columns).orElse("null as name_fr, null as name_en"),
                SUMS,
                step == Step.HOUR ? "" : COUNTER,
                String.join(" union all ", parts),
                group.map(Names::join).orElse(""));
    UsageAnswer raw =
        ask(
            sql,
            reach,
            question,
            pieces,
            (row, n) -> item(row, time(row, step), step != Step.HOUR, locale));
    return group.isPresent() || step == Step.HOUR
        ? raw
        : withSketches(raw, reach, question, step, pieces);
  }

  private UsageAnswer withSketches(
      UsageAnswer raw,
      StatisticsReach reach,
      UsageQuestion question,
      Step step,
      List<Piece> pieces) {
    Optional<SketchReader.Scope> scope = SketchReader.of(reach, question);
    Map<String, Sketches> found = new HashMap<>();
    Sketches whole = new Sketches();
    if (scope.isPresent()) {
      sketches.read(
          SketchReader.Wanted.ALL,
          reach,
          scope.get().word(),
          List.of(scope.get().id()),
          pieces,
          (line, read) ->
              found.merge(
                  step == Step.MONTH ? line.month() : line.starts().toString(),
                  read,
                  Statistics::together));
    }
    found.values().forEach(whole::merge);
    return new UsageAnswer(
        raw.items().stream().map(item -> with(item, found.get(item.time()))).toList(),
        raw.truncated(),
        found.isEmpty() ? null : SketchFigures.of(whole));
  }

  private static Sketches together(Sketches some, Sketches more) {
    some.merge(more);
    return some;
  }

  private static UsageItem with(UsageItem item, @Nullable Sketches found) {
    return found == null ? item : item.with(SketchFigures.of(found));
  }

  /** Usage told apart by a dimension, most requests first. */
  public UsageAnswer breakdown(
      StatisticsReach reach, UsageQuestion question, Dimension dimension, Locale locale) {
    List<Piece> pieces = Step.MONTH.pieces(question);
    String column = "r." + dimension.column();
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      parts.add(
          part(
              pieces.get(i).table(),
              column + " as item",
              SUMS + COUNTER,
              pieces.get(i).condition(i) + where(reach, question),
              column));
    }
    String sql =
        """
        select x.*, %s from (
          select r.item, %s%s
          from (%s) r
          group by r.item
          order by requests desc, r.item
          limit :limit
        ) x %s
        order by x.requests desc, x.item
        """
            .formatted(
                Names.columns(dimension),
                SUMS,
                COUNTER,
                String.join(" union all ", parts),
                Names.join(dimension));
    UsageAnswer raw = ask(sql, reach, question, pieces, (row, n) -> item(row, null, true, locale));
    return dimension.isSketched()
            && question.only().isEmpty()
            && question.statusClass().isEmpty()
            && raw.items().size() <= MOST_SKETCHED
        ? withSketchesOf(dimension, raw, reach, pieces)
        : raw;
  }

  private UsageAnswer withSketchesOf(
      Dimension dimension, UsageAnswer raw, StatisticsReach reach, List<Piece> pieces) {
    List<String> ids = new ArrayList<>();
    for (UsageItem item : raw.items()) {
      if (item.value() != null) {
        ids.add(item.value());
      }
    }
    Map<String, Sketches> found = new HashMap<>();
    sketches.read(
        SketchReader.Wanted.UNIQUES,
        reach,
        dimension.word(),
        ids,
        pieces,
        (line, read) -> found.merge(line.id(), read, Statistics::together));
    return new UsageAnswer(
        raw.items().stream().map(item -> with(item, found.get(item.value()))).toList(),
        raw.truncated(),
        null);
  }

  private static String part(
      String table, String columns, String sums, String where, String grouping) {
    return """
    select %s, %s
    from %s r
    where r.territory_id = :territory and %s
    group by %s
    """
        .formatted(columns, sums, table, where, grouping);
  }

  /** What of the lines of a piece is asked for, and may be seen. */
  static String where(StatisticsReach reach, UsageQuestion question) {
    StringBuilder where = new StringBuilder();
    for (Dimension dimension : question.only().keySet()) {
      where.append(" and r.%s = :%s".formatted(dimension.column(), dimension.word()));
    }
    if (question.statusClass().isPresent()) {
      where.append(" and r.status between :leastStatus and :mostStatus");
    }
    return where + reach.condition("r");
  }

  /** Gives a statement all that {@link #where} and the pieces speak of. */
  static JdbcClient.StatementSpec bind(
      JdbcClient.StatementSpec statement,
      StatisticsReach reach,
      UsageQuestion question,
      List<Piece> pieces) {
    JdbcClient.StatementSpec bound = reach.bind(statement).param("limit", question.limit() + 1);
    for (Map.Entry<Dimension, String> only : question.only().entrySet()) {
      bound = bound.param(only.getKey().word(), only.getValue());
    }
    if (question.statusClass().isPresent()) {
      int least = question.statusClass().get() * 100;
      bound = bound.param("leastStatus", least).param("mostStatus", least + 99);
    }
    for (int i = 0; i < pieces.size(); i++) {
      bound = bound.param("from" + i, pieces.get(i).first()).param("to" + i, pieces.get(i).last());
    }
    return bound;
  }

  private UsageAnswer ask(
      String sql,
      StatisticsReach reach,
      UsageQuestion question,
      List<Piece> pieces,
      RowMapper<UsageItem> mapper) {
    if (!reach.sees()) {
      return new UsageAnswer(List.of(), false, null);
    }
    List<UsageItem> items = bind(jdbc.sql(sql), reach, question, pieces).query(mapper).list();
    boolean truncated = items.size() > question.limit();
    return new UsageAnswer(truncated ? items.subList(0, question.limit()) : items, truncated, null);
  }

  private static UsageItem item(
      ResultSet row, @Nullable String time, boolean counter, Locale locale) throws SQLException {
    long requests = row.getLong("requests");
    return new UsageItem(
        time,
        row.getString("item"),
        row.getString("fr".equals(locale.getLanguage()) ? "name_fr" : "name_en"),
        requests,
        row.getLong("rows_out"),
        row.getLong("bytes_out"),
        requests == 0 ? 0 : row.getLong("latency_micros") / requests,
        row.getLong("latency_micros_max"),
        counter ? counter(row) : null,
        null,
        null,
        null,
        null,
        null);
  }

  static CounterFigures counter(ResultSet row) throws SQLException {
    return new CounterFigures(
        row.getLong("investigations"),
        row.getLong("unique_investigations"),
        row.getLong("data_requests"),
        row.getLong("unique_data_requests"));
  }

  private static String time(ResultSet row, Step step) throws SQLException {
    return switch (step) {
      case MONTH -> "%04d-%02d".formatted(row.getInt("bucket") / 100, row.getInt("bucket") % 100);
      case DAY -> row.getObject("bucket", LocalDate.class).toString();
      case HOUR ->
          DateTimeFormatter.ISO_INSTANT.format(
              row.getObject("bucket", LocalDateTime.class).toInstant(ZoneOffset.UTC));
    };
  }
}
