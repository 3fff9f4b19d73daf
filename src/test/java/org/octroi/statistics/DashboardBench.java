package org.octroi.statistics;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.octroi.statistics.Statistics.Step;
import org.octroi.testing.Median;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.usage.CountedUsage;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a dashboard over a year costs: the series by month with its uniques and quantiles, the ten
 * datasets used most with theirs, and the breakdown by reason, in the embedded database, whose work
 * is done by the same thread; that thread's CPU time.
 *
 * <p>One territory has 100 M events, another 1 M, over as many lines: {@code BENCH_DATASETS} of
 * them with {@code BENCH_LINES} lines each a month. The lines are written down straight, and the
 * sketches fed with a hundred times as many values.
 */
final class DashboardBench {

  private static final int ROUNDS = 5;
  private static final int TIMES = 20;
  private static final LocalDate FROM = LocalDate.parse("2025-12-01");
  private static final UsageQuestion YEAR =
      UsageQuestion.of(FROM, LocalDate.parse("2026-11-30"), 1000);

  private DashboardBench() {}

  public static void main(String[] args) {
    int datasets = number("BENCH_DATASETS", 100);
    int lines = number("BENCH_LINES", 20);
    try (HikariDataSource database = Engine.H2.migrated().pool()) {
      TerritoryId much = territory(database, 100_000_000, datasets, lines);
      TerritoryId little = territory(database, 1_000_000, datasets, lines);
      Statistics statistics = new Statistics(JdbcClient.create(database));
      double[] ofMuch = new double[ROUNDS];
      double[] ratios = new double[ROUNDS];
      cpuMillis(statistics, much);
      cpuMillis(statistics, little);
      for (int i = 0; i < ROUNDS; i++) {
        ofMuch[i] = cpuMillis(statistics, much);
        ratios[i] = ofMuch[i] / cpuMillis(statistics, little);
      }
      System.out.printf(Locale.ROOT, "value dashboard-cpu-ms %.2f%n", Median.of(ofMuch));
      System.out.printf(Locale.ROOT, "value dashboard-100m-vs-1m-ratio %.3f%n", Median.of(ratios));
    }
  }

  private static int number(String name, int usual) {
    return Integer.parseInt(System.getenv().getOrDefault(name, Integer.toString(usual)));
  }

  private static TerritoryId territory(DataSource database, long events, int datasets, int lines) {
    TerritoryId territory = TerritoryId.create();
    CountedUsage.year(database, territory, FROM, events, datasets, lines);
    return territory;
  }

  /** The mean of some dashboards. */
  private static double cpuMillis(Statistics statistics, TerritoryId territory) {
    StatisticsReach reach = StatisticsReach.whole(territory, CountedUsage.zone());
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < TIMES; i++) {
      UsageAnswer series =
          statistics.series(reach, YEAR, Step.MONTH, Optional.empty(), Locale.FRENCH);
      UsageAnswer top =
          statistics.breakdown(
              reach,
              UsageQuestion.of(YEAR.from(), YEAR.to(), 10),
              Dimension.DATASET,
              Locale.FRENCH);
      UsageAnswer reasons = statistics.breakdown(reach, YEAR, Dimension.REASON, Locale.FRENCH);
      if (series.period() == null
          || series.items().size() != 12
          || top.items().getFirst().uniques() == null
          || reasons.items().size() != 3) {
        throw new IllegalStateException("not the dashboard that is to be measured");
      }
    }
    return (threads.getCurrentThreadCpuTime() - before) / 1e6 / TIMES;
  }
}
