package org.octroi.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.statistics.Statistics.Step;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.usage.CountedUsage;
import org.octroi.usage.Sketches.Quantiles;
import org.octroi.vocabulary.HolderId;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Uniques and quantiles, beside the sums. */
class SketchedStatisticsTest {

  private static final UsageQuestion YEAR =
      UsageQuestion.of(LocalDate.parse("2025-12-15"), LocalDate.parse("2026-11-24"), 100);

  private Statistics of(Engine engine) throws Exception {
    DataSource source = engine.empty().dataSource();
    UsageDatabase.in(source);
    new CountedUsage(source)
        .reuser("ada", "2025-12-20T10:00:00Z")
        .reuser("ada", "2026-03-02T10:00:00Z")
        .reuser("eve", "2026-03-03T10:00:00Z")
        .anonymous("caller", "2026-03-03T11:00:00Z")
        .anonymous("caller", "2026-11-02T11:00:00Z")
        .count();
    return new Statistics(JdbcClient.create(source));
  }

  @ParameterizedTest
  @EnumSource
  void reusers_of_a_year_are_not_the_sum_of_its_months(Engine engine) throws Exception {
    UsageAnswer answer =
        of(engine)
            .series(
                StatisticsReach.whole(CountedUsage.TERRITORY, CountedUsage.zone()),
                YEAR,
                Step.MONTH,
                Optional.empty(),
                Locale.FRENCH);

    assertThat(answer.items())
        .extracting(UsageItem::time, UsageItem::requests, UsageItem::uniques)
        .containsExactly(
            tuple("2025-12", 1L, new UsageItem.Uniques(1, 1)),
            tuple("2026-03", 3L, new UsageItem.Uniques(2, 3)),
            tuple("2026-11", 1L, new UsageItem.Uniques(0, 1)));
    assertThat(answer.period())
        .isEqualTo(
            new SketchFigures(
                new UsageItem.Uniques(2, 3),
                new Quantiles(1500, 1500, 1500),
                new Quantiles(1000, 1000, 1000)));
  }

  @ParameterizedTest
  @EnumSource
  void a_reader_sees_the_sketches_of_what_they_see_all_of(Engine engine) throws Exception {
    Statistics statistics = of(engine);
    UsageQuestion ofDataset = YEAR.only(Dimension.DATASET, CountedUsage.DATASET.toString());

    assertThat(period(statistics, Set.of(CountedUsage.HOLDER), Set.of(), ofDataset)).isPresent();
    assertThat(
            statistics
                .breakdown(
                    reach(Set.of(CountedUsage.HOLDER), Set.of()),
                    YEAR,
                    Dimension.DATASET,
                    Locale.FRENCH)
                .items())
        .extracting(UsageItem::uniques)
        .containsExactly(new UsageItem.Uniques(2, 3));
    assertThat(period(statistics, Set.of(CountedUsage.HOLDER), Set.of(), YEAR)).isEmpty();
    assertThat(period(statistics, Set.of(), Set.of("ada"), ofDataset)).isEmpty();
    assertThat(period(statistics, Set.of(HolderId.create()), Set.of(), ofDataset)).isEmpty();
    assertThat(
            period(
                statistics,
                Set.of(CountedUsage.HOLDER),
                Set.of(),
                ofDataset.only(Dimension.CHANNEL, "machine")))
        .isEmpty();
  }

  private static StatisticsReach reach(Set<HolderId> holders, Set<String> reusers) {
    return StatisticsReach.of(CountedUsage.TERRITORY, CountedUsage.zone(), holders, reusers);
  }

  private static Optional<SketchFigures> period(
      Statistics statistics, Set<HolderId> holders, Set<String> reusers, UsageQuestion question) {
    return Optional.ofNullable(
        statistics
            .series(reach(holders, reusers), question, Step.DAY, Optional.empty(), Locale.FRENCH)
            .period());
  }
}
