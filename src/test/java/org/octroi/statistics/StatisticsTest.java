package org.octroi.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.statistics.Statistics.Step;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.jdbc.core.simple.JdbcClient;

class StatisticsTest {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final LocalDate MONDAY = LocalDate.parse("2026-11-23");
  private static final LocalDate TUESDAY = MONDAY.plusDays(1);

  private final TerritoryId rennes = TerritoryId.create();
  private final TerritoryId bordeaux = TerritoryId.create();
  private final HolderId city = HolderId.create();
  private final HolderId state = HolderId.create();
  private final DatasetId parks = DatasetId.create();
  private final DatasetId rivers = DatasetId.create();
  private final ApplicationId map = ApplicationId.create();
  private final String ada = "0190-ada";

  private Statistics of(Engine engine) throws Exception {
    DataSource source = engine.empty().dataSource();
    UsageDatabase usage = UsageDatabase.in(source);
    usage.dataset(parks.toString(), rennes.toString(), "Parcs", "Parks");
    usage.application(map.toString(), "Carte");
    requests(usage, 5, rennes, city, parks, map, 200, MONDAY, "2026-11-23T10:00");
    requests(usage, 2, rennes, city, parks, null, 200, TUESDAY, "2026-11-23T23:00");
    requests(usage, 3, rennes, state, rivers, null, 429, TUESDAY, "2026-11-24T08:00");
    requests(
        usage,
        9,
        bordeaux,
        HolderId.create(),
        DatasetId.create(),
        map,
        200,
        MONDAY,
        "2026-11-23T10:00");
    return new Statistics(JdbcClient.create(source));
  }

  private void requests(
      UsageDatabase usage,
      long count,
      TerritoryId territory,
      HolderId holder,
      DatasetId dataset,
      @Nullable ApplicationId application,
      int status,
      LocalDate day,
      String hour) {
    usage.requests(
        count,
        territory.toString(),
        holder.toString(),
        dataset.toString(),
        application == null ? null : application.toString(),
        application == null ? null : ada,
        status,
        day,
        LocalDateTime.parse(hour));
  }

  @ParameterizedTest
  @EnumSource
  void a_territory_is_seen_by_its_own_days(Engine engine) throws Exception {
    UsageAnswer answer =
        of(engine)
            .series(
                StatisticsReach.whole(rennes, PARIS),
                question(100),
                Step.DAY,
                Optional.empty(),
                Locale.FRENCH);

    assertThat(answer.items())
        .extracting(UsageItem::time, UsageItem::requests, UsageItem::rows, UsageItem::bytes)
        .containsExactly(tuple("2026-11-23", 5L, 50L, 500L), tuple("2026-11-24", 5L, 50L, 500L));
    assertThat(answer.items())
        .extracting(UsageItem::meanLatencyMicros, UsageItem::maxLatencyMicros, UsageItem::counter)
        .containsExactly(
            tuple(2000L, 2500L, new CounterFigures(2, 1, 2, 1)),
            tuple(2000L, 2500L, new CounterFigures(1, 1, 1, 1)));
  }

  @ParameterizedTest
  @EnumSource
  void hours_are_those_of_utc_and_can_be_told_apart(Engine engine) throws Exception {
    UsageAnswer answer =
        of(engine)
            .series(
                StatisticsReach.whole(rennes, PARIS),
                question(100),
                Step.HOUR,
                Optional.of(Dimension.STATUS),
                Locale.FRENCH);

    assertThat(answer.items())
        .extracting(UsageItem::time, UsageItem::value, UsageItem::requests)
        .containsExactly(
            tuple("2026-11-23T10:00:00Z", "200", 5L),
            tuple("2026-11-23T23:00:00Z", "200", 2L),
            tuple("2026-11-24T08:00:00Z", "429", 3L));
  }

  @ParameterizedTest
  @EnumSource
  void datasets_and_applications_have_their_names(Engine engine) throws Exception {
    Statistics statistics = of(engine);
    StatisticsReach all = StatisticsReach.whole(rennes, PARIS);

    assertThat(statistics.breakdown(all, question(9), Dimension.DATASET, Locale.ENGLISH).items())
        .extracting(UsageItem::value, UsageItem::name, UsageItem::requests)
        .containsExactly(tuple(parks.toString(), "Parks", 7L), tuple(rivers.toString(), null, 3L));
    assertThat(statistics.breakdown(all, question(9), Dimension.APPLICATION, Locale.FRENCH).items())
        .extracting(UsageItem::name, UsageItem::requests)
        .containsExactlyInAnyOrder(tuple("Carte", 5L), tuple(null, 5L));
  }

  @ParameterizedTest
  @EnumSource
  void a_holder_sees_its_datasets_a_reuser_its_own_calls_and_others_nothing(Engine engine)
      throws Exception {
    Statistics statistics = of(engine);

    assertThat(total(statistics, StatisticsReach.of(rennes, PARIS, Set.of(city), Set.of())))
        .isEqualTo(7);
    assertThat(total(statistics, StatisticsReach.of(rennes, PARIS, Set.of(), Set.of(ada))))
        .isEqualTo(5);
    assertThat(total(statistics, StatisticsReach.of(rennes, PARIS, Set.of(state), Set.of(ada))))
        .isEqualTo(8);
    assertThat(total(statistics, StatisticsReach.of(bordeaux, PARIS, Set.of(city), Set.of())))
        .isZero();
    assertThat(total(statistics, StatisticsReach.of(rennes, PARIS, Set.of(), Set.of()))).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void every_dimension_can_be_asked_for(Engine engine) throws Exception {
    Statistics statistics = of(engine);

    for (Dimension dimension : Dimension.values()) {
      assertThat(
              statistics
                  .breakdown(
                      StatisticsReach.whole(rennes, PARIS), question(100), dimension, Locale.FRENCH)
                  .items()
                  .stream()
                  .mapToLong(UsageItem::requests)
                  .sum())
          .isEqualTo(10);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_year_by_month_is_read_from_months_and_its_ends_from_days(Engine engine) throws Exception {
    DataSource source = engine.empty().dataSource();
    UsageDatabase usage = UsageDatabase.in(source);
    for (String day :
        List.of("2025-11-27", "2025-11-28", "2025-12-01", "2026-05-31", "2026-11-27")) {
      requests(usage, 3, rennes, city, parks, map, 200, LocalDate.parse(day), day + "T10:00");
    }
    Statistics statistics = new Statistics(JdbcClient.create(source));
    UsageQuestion year =
        UsageQuestion.of(LocalDate.parse("2025-11-28"), LocalDate.parse("2026-11-27"), 100);
    StatisticsReach all = StatisticsReach.whole(rennes, PARIS);

    assertThat(statistics.series(all, year, Step.MONTH, Optional.empty(), Locale.FRENCH).items())
        .extracting(UsageItem::time, UsageItem::requests)
        .containsExactly(
            tuple("2025-11", 3L), tuple("2025-12", 3L), tuple("2026-05", 3L), tuple("2026-11", 3L));
    assertThat(statistics.breakdown(all, year, Dimension.DATASET, Locale.FRENCH).items())
        .extracting(UsageItem::requests)
        .containsExactly(12L);

    JdbcClient.create(source)
        .sql("delete from usage_rollup_day where local_day between '2025-12-01' and '2026-10-31'")
        .update();
    assertThat(statistics.breakdown(all, year, Dimension.DATASET, Locale.FRENCH).items())
        .extracting(UsageItem::requests)
        .containsExactly(12L);
  }

  @ParameterizedTest
  @EnumSource
  void a_question_can_be_of_one_only(Engine engine) throws Exception {
    Statistics statistics = of(engine);
    StatisticsReach all = StatisticsReach.whole(rennes, PARIS);

    assertThat(count(statistics, all, question(9).only(Dimension.DATASET, parks.toString())))
        .isEqualTo(7);
    assertThat(count(statistics, all, question(9).only(Dimension.APPLICATION, map.toString())))
        .isEqualTo(5);
    assertThat(count(statistics, all, question(9).only(Dimension.HOLDER, state.toString())))
        .isEqualTo(3);
    assertThat(count(statistics, all, question(9).only(Dimension.STATUS, "429"))).isEqualTo(3);
    assertThat(count(statistics, all, question(9).only(Dimension.FORMAT, "csv"))).isZero();
    assertThat(
            count(statistics, all, new UsageQuestion(MONDAY, TUESDAY, Map.of(), Optional.of(2), 9)))
        .isEqualTo(7);
  }

  @ParameterizedTest
  @EnumSource
  void what_was_refused_and_what_nobody_answered_is_unmet(Engine engine) throws Exception {
    DataSource source = engine.empty().dataSource();
    UsageDatabase usage = UsageDatabase.in(source);
    usage.dataset(rivers.toString(), rennes.toString(), "Rivières", "Rivers");
    usage.offer(UsageDatabase.OFFER, rennes.toString(), "Plus", "More");
    requests(usage, 3, rennes, state, rivers, null, 429, TUESDAY, "2026-11-24T08:00");
    requests(usage, 2, rennes, city, parks, null, 429, TUESDAY, "2026-11-24T08:00");
    requests(usage, 1, rennes, state, rivers, null, 403, TUESDAY, "2026-11-24T08:00");
    requests(usage, 8, rennes, city, parks, null, 200, TUESDAY, "2026-11-24T08:00");
    usage.offer("open", rennes.toString(), "Ouvert", "Open");
    usage.covers("open", rivers.toString(), rennes.toString());
    usage.demand(rennes.toString(), state.toString(), ada, rivers.toString(), "open");
    usage.demand(rennes.toString(), state.toString(), "eve", rivers.toString(), "open");
    usage.demand(rennes.toString(), state.toString(), ada, null, "answered");
    usage.demand(rennes.toString(), city.toString(), "eve", null, "open");
    UnmetDemands unmet = new UnmetDemands(JdbcClient.create(source));

    UnmetDemand all = unmet.read(StatisticsReach.whole(rennes, PARIS), question(9), Locale.ENGLISH);
    assertThat(all.refusals())
        .containsExactly(
            refusals("quota-exceeded", UsageDatabase.OFFER, "More", rivers, "Rivers", 3),
            refusals("quota-exceeded", UsageDatabase.OFFER, "More", parks, null, 2),
            refusals("agreement-required", "open", "Open", rivers, "Rivers", 1));
    assertThat(all.demands())
        .extracting(UnmetDemand.Demands::datasetName, UnmetDemand.Demands::demands)
        .containsExactly(tuple("Rivers", 2L), tuple(null, 1L));
    UnmetDemand ofCity =
        unmet.read(
            StatisticsReach.of(rennes, PARIS, Set.of(city), Set.of()), question(9), Locale.ENGLISH);
    assertThat(ofCity.refusals()).extracting(UnmetDemand.Refusals::requests).containsExactly(2L);
    assertThat(ofCity.demands()).hasSize(1);
    UnmetDemand ofAda =
        unmet.read(
            StatisticsReach.of(rennes, PARIS, Set.of(), Set.of(ada)), question(9), Locale.ENGLISH);
    assertThat(ofAda.refusals()).isEmpty();
    assertThat(ofAda.demands()).extracting(UnmetDemand.Demands::demands).containsExactly(1L);
  }

  @ParameterizedTest
  @EnumSource
  void more_than_was_asked_for_is_said_to_be_there(Engine engine) throws Exception {
    UsageAnswer answer =
        of(engine)
            .breakdown(
                StatisticsReach.whole(rennes, PARIS),
                question(1),
                Dimension.DATASET,
                Locale.FRENCH);

    assertThat(answer.items()).hasSize(1);
    assertThat(answer.truncated()).isTrue();
  }

  private static long total(Statistics statistics, StatisticsReach reach) {
    return statistics
        .series(reach, question(100), Step.DAY, Optional.empty(), Locale.FRENCH)
        .items()
        .stream()
        .mapToLong(UsageItem::requests)
        .sum();
  }

  private static UnmetDemand.Refusals refusals(
      String reason,
      String offer,
      String offerName,
      DatasetId dataset,
      @Nullable String datasetName,
      long requests) {
    return new UnmetDemand.Refusals(
        reason,
        List.of(new UnmetDemand.Offered(offer, offerName)),
        dataset.toString(),
        datasetName,
        requests);
  }

  private static long count(Statistics statistics, StatisticsReach reach, UsageQuestion question) {
    return statistics.breakdown(reach, question, Dimension.STATUS, Locale.FRENCH).items().stream()
        .mapToLong(UsageItem::requests)
        .sum();
  }

  private static UsageQuestion question(int limit) {
    return UsageQuestion.of(MONDAY, TUESDAY, limit);
  }
}
