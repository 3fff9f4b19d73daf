package org.octroi.statistics;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the rollups. What a reader may not see is kept out by the statement itself: the reach is
 * part of every {@code where}. The cost of an answer grows with the lines of the days asked for,
 * not with the traffic behind them. Safe for use by many threads.
 */
@Component
public final class Statistics {

  private static final String SUMS =
      """
      sum(r.requests) as requests, sum(r.rows_out) as rows_out, sum(r.bytes_out) as bytes_out,
      sum(r.latency_micros) as latency_micros, max(r.latency_micros_max) as latency_micros_max
      """;

  private final JdbcClient jdbc;

  public Statistics(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The step of a series. */
  public enum Step {
    /** A day of the territory's time zone. */
    DAY("local_day"),
    /** An hour of UTC. */
    HOUR("utc_hour");

    private final String column;

    Step(String column) {
      this.column = column;
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
    String item = group.map(d -> "r." + d.column()).orElse("null");
    String grouping = group.map(d -> ", r." + d.column()).orElse("");
    String columns = group.map(Names::columns).orElse("null as name_fr, null as name_en");
    String sql =
        """
        select x.*, %s from (
          select r.%s as bucket, %s as item, %s
          from usage_rollup r
          where %s
          group by r.%s%s
        ) x %s
        order by x.bucket, x.requests desc, x.item
        limit :limit
        """
            .formatted(
                columns,
                step.column,
                item,
                SUMS,
                where(reach, question),
                step.column,
                grouping,
                group.map(Names::join).orElse(""));
    return ask(sql, reach, question, (row, n) -> item(row, time(row, step), locale));
  }

  /** Usage told apart by a dimension, most requests first. */
  public UsageAnswer breakdown(
      StatisticsReach reach, UsageQuestion question, Dimension dimension, Locale locale) {
    String sql =
        """
        select x.*, %s from (
          select r.%s as item, %s
          from usage_rollup r
          where %s
          group by r.%s
        ) x %s
        order by x.requests desc, x.item
        limit :limit
        """
            .formatted(
                Names.columns(dimension),
                dimension.column(),
                SUMS,
                where(reach, question),
                dimension.column(),
                Names.join(dimension));
    return ask(sql, reach, question, (row, n) -> item(row, null, locale));
  }

  private static String where(StatisticsReach reach, UsageQuestion question) {
    StringBuilder where =
        new StringBuilder("r.territory_id = :territory and r.local_day between :from and :to");
    if (question.dataset().isPresent()) {
      where.append(" and r.dataset_id = :dataset");
    }
    if (question.application().isPresent()) {
      where.append(" and r.application_id = :application");
    }
    if (!reach.whole()) {
      // An empty list is no SQL: a word that stands in no row takes its place.
      where.append(" and (r.holder_id in (:holders) or r.reuser in (:reusers))");
    }
    return where.toString();
  }

  private UsageAnswer ask(
      String sql, StatisticsReach reach, UsageQuestion question, RowMapper<UsageItem> mapper) {
    if (!reach.sees()) {
      return new UsageAnswer(List.of(), false);
    }
    JdbcClient.StatementSpec statement =
        jdbc.sql(sql)
            .param("territory", reach.territory().toString())
            .param("from", question.from())
            .param("to", question.to())
            .param("limit", question.limit() + 1);
    if (question.dataset().isPresent()) {
      statement = statement.param("dataset", question.dataset().map(DatasetId::toString).get());
    }
    if (question.application().isPresent()) {
      statement =
          statement.param("application", question.application().map(ApplicationId::toString).get());
    }
    if (!reach.whole()) {
      statement =
          statement
              .param("holders", orNobody(reach.holders().stream().map(HolderId::toString).toList()))
              .param("reusers", orNobody(List.copyOf(reach.reusers())));
    }
    List<UsageItem> items = statement.query(mapper).list();
    boolean truncated = items.size() > question.limit();
    return new UsageAnswer(truncated ? items.subList(0, question.limit()) : items, truncated);
  }

  private static List<String> orNobody(List<String> ids) {
    return ids.isEmpty() ? List.of("-") : ids;
  }

  private static UsageItem item(ResultSet row, @Nullable String time, Locale locale)
      throws SQLException {
    long requests = row.getLong("requests");
    return new UsageItem(
        time,
        row.getString("item"),
        row.getString("fr".equals(locale.getLanguage()) ? "name_fr" : "name_en"),
        requests,
        row.getLong("rows_out"),
        row.getLong("bytes_out"),
        requests == 0 ? 0 : row.getLong("latency_micros") / requests,
        row.getLong("latency_micros_max"));
  }

  private static String time(ResultSet row, Step step) throws SQLException {
    return switch (step) {
      case DAY -> row.getObject("bucket", LocalDate.class).toString();
      case HOUR ->
          DateTimeFormatter.ISO_INSTANT.format(
              row.getObject("bucket", LocalDateTime.class).toInstant(ZoneOffset.UTC));
    };
  }
}
