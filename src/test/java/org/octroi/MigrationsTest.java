package org.octroi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
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

  @ParameterizedTest
  @EnumSource
  void addresses_that_differ_in_an_accent_are_two_people_s(Engine engine) {
    JdbcClient jdbc = JdbcClient.create(engine.migrated().dataSource());

    person(jdbc, "victim@example.org");
    person(jdbc, "víctim@example.org");

    assertThat(
            jdbc.sql("select count(*) from person where email = 'victim@example.org'")
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void a_slug_is_found_only_as_it_is_written(Engine engine) {
    JdbcClient jdbc = JdbcClient.create(engine.migrated().dataSource());
    jdbc.sql(
            """
            insert into territory
              (id, slug, name_fr, name_en, time_zone, revision, created_at, updated_at)
            values
              ('t', 'rennes', 'Rennes', 'Rennes', 'Europe/Paris', 1,
               '2026-01-01 00:00:00', '2026-01-01 00:00:00')
            """)
        .update();

    assertThat(
            jdbc.sql("select slug from territory where slug = :slug")
                .param("slug", "RENNES")
                .query(String.class)
                .optional())
        .isEmpty();
  }

  private static void person(JdbcClient jdbc, String email) {
    jdbc.sql(
            """
            insert into person
              (id, email, display_name, password_hash, reuser_kind, status, created_at)
            values (:id, :email, 'A', 'none', 'citizen', 'active', '2026-01-01 00:00:00')
            """)
        .param("id", UUID.randomUUID().toString())
        .param("email", email)
        .update();
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
