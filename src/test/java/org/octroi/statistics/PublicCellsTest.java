package org.octroi.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.sql.SQLException;
import java.time.LocalDate;
import javax.sql.DataSource;
import liquibase.exception.LiquibaseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.statistics.PublicUsage.Cell;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.usage.CountedUsage;
import org.springframework.jdbc.core.simple.JdbcClient;

class PublicCellsTest {

  private static final LocalDate FIRST = LocalDate.parse("2026-10-01");
  private static final LocalDate TODAY = LocalDate.parse("2026-11-24");
  private static final StatisticsReach ALL =
      StatisticsReach.whole(CountedUsage.TERRITORY, CountedUsage.zone());

  private DataSource source = database(Engine.H2);
  private CountedUsage usage = new CountedUsage(source);

  private static DataSource database(Engine engine) {
    DataSource source = engine.empty().dataSource();
    try {
      UsageDatabase.in(source);
    } catch (SQLException | LiquibaseException e) {
      throw new IllegalStateException("no tables", e);
    }
    return source;
  }

  private PublicCells cells() {
    return new PublicCells(JdbcClient.create(source), new StatisticsProperties(5));
  }

  private void came(String day, int callers) {
    for (int i = 0; i < callers; i++) {
      usage.anonymous("caller " + i, day + "T10:00:00Z");
    }
  }

  private PublicUsage shown(boolean months) {
    usage.count();
    return cells().shown(ALL, CountedUsage.DATASET, FIRST, TODAY, months, TODAY);
  }

  @ParameterizedTest
  @EnumSource
  void a_day_that_fewer_than_five_came_on_is_suppressed_and_in_no_sum(Engine engine) {
    source = database(engine);
    usage = new CountedUsage(source);
    came("2026-10-05", 5);
    came("2026-10-06", 4);
    usage.reuser("ada", "2026-10-06T11:00:00Z");
    came("2026-10-07", 4);

    PublicUsage shown = shown(false);

    assertThat(shown.items())
        .extracting(Cell::time, Cell::suppressed, Cell::requests)
        .containsExactly(
            tuple("2026-10-05", false, 5L),
            tuple("2026-10-06", false, 5L),
            tuple("2026-10-07", true, null));
    assertThat(shown.items().getLast().counter()).isNull();
    assertThat(shown.shown().requests()).isEqualTo(10);
    assertThat(shown.shown().counter()).isEqualTo(new CounterFigures(10, 10, 10, 10));
  }

  @Test
  void one_caller_who_comes_often_is_one() {
    for (int hour = 10; hour < 20; hour++) {
      usage.anonymous("caller", "2026-10-05T" + hour + ":00:00Z");
      usage.reuser("ada", "2026-10-05T" + hour + ":10:00Z");
    }

    assertThat(shown(false).items()).extracting(Cell::suppressed).containsExactly(true);
  }

  @Test
  void a_month_does_not_give_its_one_suppressed_day_away() {
    came("2026-10-05", 9);
    came("2026-10-06", 8);
    came("2026-10-07", 2);

    assertThat(shown(true).items())
        .extracting(Cell::time, Cell::suppressed, Cell::daysLeftOut, Cell::requests)
        .containsExactly(tuple("2026-10", false, 1, 17L));
  }

  @Test
  void a_month_does_not_give_a_few_days_of_the_same_few_away() {
    came("2026-10-05", 9);
    for (int day = 10; day < 20; day++) {
      came("2026-10-" + day, 3);
    }

    assertThat(shown(true).items())
        .extracting(Cell::daysLeftOut, Cell::requests)
        .containsExactly(tuple(10, 9L));
  }

  @Test
  void a_month_tells_all_when_enough_came_on_the_days_that_are_suppressed() {
    came("2026-10-05", 9);
    for (int day = 10; day < 16; day++) {
      usage.reuser("reuser " + day, "2026-10-" + day + "T10:00:00Z");
    }

    assertThat(shown(true).items())
        .extracting(Cell::daysLeftOut, Cell::requests)
        .containsExactly(tuple(0, 15L));
    assertThat(shown(false).items())
        .extracting(Cell::suppressed)
        .containsExactly(false, true, true, true, true, true, true);
  }

  @Test
  void a_month_of_suppressed_days_of_few_is_suppressed() {
    came("2026-10-05", 2);
    came("2026-10-06", 2);

    assertThat(shown(true).items())
        .extracting(Cell::suppressed, Cell::requests)
        .containsExactly(tuple(true, null));
  }

  @Test
  void what_is_not_over_is_not_shown() {
    came("2026-11-23", 9);
    came("2026-11-24", 9);

    assertThat(shown(false).items()).extracting(Cell::time).containsExactly("2026-11-23");
    assertThat(shown(true).items()).isEmpty();
  }

  @Test
  void asking_for_a_part_of_a_month_by_month_gives_the_month() {
    came("2026-10-05", 9);
    came("2026-10-20", 7);
    usage.count();

    assertThat(
            cells()
                .shown(
                    ALL,
                    CountedUsage.DATASET,
                    LocalDate.parse("2026-10-10"),
                    LocalDate.parse("2026-10-15"),
                    true,
                    TODAY)
                .items())
        .extracting(Cell::requests)
        .containsExactly(16L);
  }

  @Test
  void who_may_see_all_sees_all() {
    came("2026-10-05", 1);
    came("2026-11-24", 2);
    usage.count();

    assertThat(cells().whole(ALL, CountedUsage.DATASET, FIRST, TODAY, false).items())
        .extracting(Cell::suppressed, Cell::requests)
        .containsExactly(tuple(false, 1L), tuple(false, 2L));
  }
}
