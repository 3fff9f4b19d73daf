package org.octroi.statistics;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.octroi.usage.Sketches;
import org.octroi.vocabulary.DatasetId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes cells of a dataset's usage such that none tells what somebody did.
 *
 * <p>A day is shown when enough came on it: reusers, and callers without one. Nothing else decides
 * about a day, so asking for other days, or by month, or tomorrow again, changes nothing about it.
 *
 * <p>A month, less its days that are shown, is what passed on its days that are not. That rest is a
 * cell of its own, and is given away with the month only when it could be shown: when it is two
 * days at least, and enough came on them together. Callers have other pseudonyms on other days, so
 * of those without a reuser only as many are believed in as came on one of the days. Otherwise the
 * month's figures are those of its days that are shown, and say so.
 *
 * <p>What is not over is not shown: two readings of a running day, a moment apart, would tell what
 * passed between them. Sums are over cells that are shown. Usage from before sketches were kept
 * counts as nobody's, and is not shown.
 *
 * <p>Safe for use by many threads.
 */
@Component
final class PublicCells {

  private final JdbcClient jdbc;
  private final SketchReader sketches;
  private final int smallest;

  PublicCells(JdbcClient jdbc, StatisticsProperties properties) {
    this.jdbc = jdbc;
    this.sketches = new SketchReader(jdbc);
    this.smallest = properties.smallestCell();
  }

  private static final class Day {
    private PublicUsage.Figures figures = PublicUsage.Figures.NOTHING;
    private final Sketches sketches = new Sketches();
  }

  /** All of what is asked, to whoever may see all of the dataset. */
  PublicUsage whole(
      StatisticsReach reach, DatasetId dataset, LocalDate from, LocalDate to, boolean months) {
    SortedMap<String, PublicUsage.Figures> figures = new TreeMap<>();
    days(reach, dataset, from, to)
        .forEach(
            (date, day) ->
                figures.merge(
                    months ? YearMonth.from(date).toString() : date.toString(),
                    day.figures,
                    PublicUsage.Figures::plus));
    List<PublicUsage.Cell> cells = new ArrayList<>();
    figures.forEach((time, sum) -> cells.add(PublicUsage.Cell.shown(time, 0, sum)));
    return usage(dataset, from, to, months, true, cells, figures.values());
  }

  /**
   * What everybody may see.
   *
   * @param today the territory's day, which is not over
   */
  PublicUsage shown(
      StatisticsReach reach,
      DatasetId dataset,
      LocalDate from,
      LocalDate to,
      boolean months,
      LocalDate today) {
    LocalDate first = months ? from.withDayOfMonth(1) : from;
    LocalDate over = months ? today.withDayOfMonth(1).minusDays(1) : today.minusDays(1);
    LocalDate end = months ? YearMonth.from(to).atEndOfMonth() : to;
    LocalDate last = end.isAfter(over) ? over : end;
    if (last.isBefore(first)) {
      return usage(dataset, from, to, months, false, List.of(), List.of());
    }
    NavigableMap<LocalDate, Day> days = days(reach, dataset, first, last);
    List<PublicUsage.Cell> cells = new ArrayList<>();
    List<PublicUsage.Figures> shown = new ArrayList<>();
    if (months) {
      SortedMap<YearMonth, List<Day>> byMonth = new TreeMap<>();
      days.forEach(
          (date, day) ->
              byMonth.computeIfAbsent(YearMonth.from(date), m -> new ArrayList<>()).add(day));
      byMonth.forEach((month, its) -> add(cells, shown, month.toString(), its));
    } else {
      days.forEach((date, day) -> add(cells, shown, date.toString(), List.of(day)));
    }
    return usage(dataset, from, to, months, false, cells, shown);
  }

  private void add(
      List<PublicUsage.Cell> cells, List<PublicUsage.Figures> shown, String time, List<Day> days) {
    List<Day> showable = days.stream().filter(day -> enough(List.of(day))).toList();
    List<Day> rest = days.stream().filter(day -> !showable.contains(day)).toList();
    boolean restToo = rest.size() > 1 && enough(rest);
    List<Day> those = restToo ? days : showable;
    int leftOut = days.size() - those.size();
    if (those.isEmpty()) {
      cells.add(PublicUsage.Cell.suppressed(time, leftOut));
      return;
    }
    PublicUsage.Figures figures =
        those.stream()
            .map(day -> day.figures)
            .reduce(PublicUsage.Figures.NOTHING, PublicUsage.Figures::plus);
    cells.add(PublicUsage.Cell.shown(time, leftOut, figures));
    shown.add(figures);
  }

  private boolean enough(List<Day> days) {
    Sketches together = new Sketches();
    long anonymous = 0;
    for (Day day : days) {
      together.merge(day.sketches);
      anonymous = Math.max(anonymous, day.sketches.uniqueAnonymousCallers());
    }
    return together.uniqueReusers() + anonymous >= smallest;
  }

  private PublicUsage usage(
      DatasetId dataset,
      LocalDate from,
      LocalDate to,
      boolean months,
      boolean whole,
      List<PublicUsage.Cell> cells,
      Collection<PublicUsage.Figures> shown) {
    return new PublicUsage(
        dataset.toString(),
        months ? "month" : "day",
        from,
        to,
        whole ? null : smallest,
        cells,
        shown.stream().reduce(PublicUsage.Figures.NOTHING, PublicUsage.Figures::plus));
  }

  private NavigableMap<LocalDate, Day> days(
      StatisticsReach reach, DatasetId dataset, LocalDate from, LocalDate to) {
    Map<LocalDate, Day> days = new HashMap<>();
    reach
        .bind(
            jdbc.sql(
                """
                select r.local_day, %s%s
                from usage_rollup_day r
                where r.territory_id = :territory and r.dataset_id = :dataset
                  and r.local_day between :from and :to%s
                group by r.local_day
                """
                    .formatted(Statistics.SUMS, Statistics.COUNTER, reach.condition("r"))))
        .param("dataset", dataset.toString())
        .param("from", from)
        .param("to", to)
        .query(
            row -> {
              Day day = days.computeIfAbsent(row.getObject(1, LocalDate.class), date -> new Day());
              day.figures =
                  new PublicUsage.Figures(
                      row.getLong("requests"),
                      row.getLong("rows_out"),
                      row.getLong("bytes_out"),
                      Statistics.counter(row));
            });
    sketches.read(
        SketchReader.Wanted.PEOPLE,
        reach,
        Dimension.DATASET.word(),
        List.of(dataset.toString()),
        new Stretch(from, to).days(),
        (line, read) -> {
          Day day = days.get(line.starts());
          if (day != null) {
            day.sketches.merge(read);
          }
        });
    return new TreeMap<>(days);
  }
}
