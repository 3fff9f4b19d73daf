package org.octroi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import liquibase.Liquibase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.testing.TestDatabase;
import org.octroi.testing.TestDatabase.Engine;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Every change set in {@code migrations/}, on both engines. */
class MigrationsTest {

  @ParameterizedTest
  @EnumSource
  void every_change_set_applies_to_an_empty_database(Engine engine) throws Exception {
    TestDatabase database = engine.empty();
    try (Liquibase liquibase = database.liquibase()) {
      liquibase.update();

      assertThat(liquibase.listUnrunChangeSets(null, null)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_second_start_finds_the_schema_as_the_first_left_it(Engine engine) throws Exception {
    TestDatabase database = engine.migrated();
    try (Liquibase secondStart = database.liquibase()) {
      secondStart.update();

      assertThat(secondStart.listUnrunChangeSets(null, null)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_change_set_rolls_back_and_leaves_no_table(Engine engine) throws Exception {
    TestDatabase database = engine.empty();
    try (Liquibase liquibase = database.liquibase()) {
      liquibase.update();
      int applied = liquibase.getDatabase().getRanChangeSetList().size();

      liquibase.rollback(applied, "");
    }

    assertThat(tablesOf(database)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void a_schema_that_was_rolled_back_can_be_applied_again(Engine engine) throws Exception {
    TestDatabase database = engine.empty();
    try (Liquibase liquibase = database.liquibase()) {
      liquibase.update();
      liquibase.rollback(liquibase.getDatabase().getRanChangeSetList().size(), "");

      liquibase.update();

      assertThat(liquibase.listUnrunChangeSets(null, null)).isEmpty();
    }
  }

  private static List<String> tablesOf(TestDatabase database) {
    String schema = database.engine() == Engine.H2 ? "'public'" : "database()";
    return JdbcClient.create(database.dataSource())
        .sql("select table_name from information_schema.tables where table_schema = " + schema)
        .query((row, number) -> row.getString(1))
        .list()
        .stream()
        .filter(name -> !name.toLowerCase(Locale.ROOT).startsWith("databasechangelog"))
        .toList();
  }
}
