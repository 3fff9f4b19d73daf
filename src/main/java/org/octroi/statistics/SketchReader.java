package org.octroi.statistics;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.octroi.statistics.Stretch.Piece;
import org.octroi.usage.Sketches;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads sketches of days and months. They are kept for a territory, and for each of its holders,
 * datasets, distributions, offers, agreements and applications, by itself: a question that names
 * two of them, or anything else, has none. The reach is part of the {@code where}.
 */
final class SketchReader {

  private final JdbcClient jdbc;

  SketchReader(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * What sketches are about.
   *
   * @param word as in the column {@code scope}
   */
  record Scope(String word, String id) {}

  /** The scope that a question is about, if it is one. */
  static Optional<Scope> of(StatisticsReach reach, UsageQuestion question) {
    if (question.statusClass().isPresent() || question.only().size() > 1) {
      return Optional.empty();
    }
    for (Map.Entry<Dimension, String> only : question.only().entrySet()) {
      return only.getKey().isSketched()
          ? Optional.of(new Scope(only.getKey().word(), only.getValue()))
          : Optional.empty();
    }
    return Optional.of(new Scope("territory", reach.territory().toString()));
  }

  /**
   * A line of the table.
   *
   * @param starts the day, or the first of the month
   */
  record Line(String id, LocalDate starts) {
    String month() {
      return YearMonth.from(starts).toString();
    }
  }

  /** What is wanted of the sketches; the rest is not read. */
  enum Wanted {
    /** Uniques and quantiles. */
    ALL("s.reusers, s.callers, null, s.latency_micros, s.answer_bytes"),
    /** Reusers and callers. */
    UNIQUES("s.reusers, s.callers, null, null, null"),
    /** Reusers, and callers without one. */
    PEOPLE("s.reusers, null, s.anonymous, null, null");

    private final String columns;

    Wanted(String columns) {
      this.columns = columns;
    }
  }

  /** Reads the sketches of things of a scope during some pieces. */
  void read(
      Wanted wanted,
      StatisticsReach reach,
      String scope,
      Collection<String> ids,
      List<Piece> pieces,
      BiConsumer<Line, Sketches> each) {
    if (ids.isEmpty() || !reach.sees()) {
      return;
    }
    StringBuilder times = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      times
          .append(i == 0 ? "" : " or ")
          .append(
              "(s.grain = '%s' and s.starts between :from%d and :to%d)"
                  .formatted(pieces.get(i).months() ? "month" : "day", i, i));
    }
    JdbcClient.StatementSpec statement =
        reach.bind(
            jdbc.sql(
                    """
                    select s.scope_id, s.starts, %s
                    from usage_sketch s
                    where s.territory_id = :territory and s.scope = :scope
                      and s.scope_id in (:ids) and (%s)%s
                    """
                        .formatted(wanted.columns, times, reach.condition("s")))
                .param("scope", scope)
                .param("ids", ids));
    for (int i = 0; i < pieces.size(); i++) {
      statement =
          statement.param("from" + i, pieces.get(i).from()).param("to" + i, pieces.get(i).to());
    }
    statement.query(
        row -> {
          Sketches sketches = new Sketches();
          sketches.merge(
              row.getBytes(3), row.getBytes(4), row.getBytes(5), row.getBytes(6), row.getBytes(7));
          each.accept(new Line(row.getString(1), row.getObject(2, LocalDate.class)), sketches);
        });
  }
}
