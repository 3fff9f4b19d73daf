package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.testing.TestDatabase;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.vocabulary.KeyId;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Timeout(120)
class DrainTest {

  @TempDir Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void events_are_added_up_by_hour_day_and_what_statistics_ask_by(Engine engine)
      throws IOException {
    HikariDataSource database = pool(engine.migrated());
    MappedJournal journal = journal();
    for (int i = 0; i < 250; i++) {
      journal.append(Events.served("s" + i));
    }
    journal.append(Events.refused("refused"));
    drain(journal, database).drain();

    JdbcClient sql = JdbcClient.create(database);
    assertThat(
            sql.sql(
                    "select requests, rows_out, bytes_out, latency_micros, latency_micros_max"
                        + " from usage_rollup where outcome = 'complete'")
                .query()
                .singleRow()
                .values())
        .containsExactly(250L, 2500L, 250_000L, 375_000L, 1500L);
    assertThat(
            sql.sql("select reason from usage_rollup where status = 403")
                .query(String.class)
                .single())
        .isEqualTo("not-permitted");
    assertThat(
            sql.sql("select utc_hour from usage_rollup where status = 403")
                .query(LocalDateTime.class)
                .single())
        .isEqualTo(LocalDateTime.parse("2026-11-24T23:00:00"));
    assertThat(
            sql.sql("select local_day from usage_rollup where status = 403")
                .query(LocalDate.class)
                .single())
        .isEqualTo(LocalDate.parse("2026-11-25"));
  }

  @Test
  void every_event_is_counted_once_over_restarts_of_journal_and_drain() throws IOException {
    HikariDataSource database = pool(Engine.H2.migrated());
    for (int start = 0; start < 4; start++) {
      MappedJournal journal = journal();
      for (int i = 0; i < 1500; i++) {
        journal.append(Events.served(start + "-" + i));
        if (i == 700) {
          drain(journal, database).drain();
        }
      }
      if (start == 2) {
        drain(journal, database).drain();
        drain(journal, database).drain();
      }
      journal.destroy();
    }
    drain(journal(), database).drain();

    assertThat(requests(database)).isEqualTo(6000);
  }

  @Test
  void a_batch_that_fails_half_way_counts_for_nothing_and_then_once() throws IOException {
    HikariDataSource database = pool(Engine.H2.migrated());
    MappedJournal journal = journal();
    Drain drain = drain(journal, database);
    journal.append(Events.served("one"));
    JdbcClient.create(database).sql("alter table usage_rollup rename to gone").update();
    drain.start();
    open.add(drain::stop);
    journal.append(Events.served("two"));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> metrics.get("octroi.usage.drain.failures").counter().count() > 2);

    JdbcClient.create(database).sql("alter table gone rename to usage_rollup").update();

    await().atMost(Duration.ofSeconds(60)).until(() -> requests(database) == 2);
  }

  @ParameterizedTest
  @EnumSource
  void provisional_records_give_way_to_the_final_one(Engine engine) throws IOException {
    HikariDataSource database = pool(engine.migrated());
    MappedJournal journal = journal();
    Drain drain = drain(journal, database);
    journal.append(Events.provisional("long", 8_000_000));
    drain.drain();
    journal.append(Events.provisional("long", 16_000_000));
    drain.drain();
    assertThat(requests(database)).isZero();

    journal.append(Events.event("long", -1, 20_000_000, Outcome.COMPLETE, false));
    journal.append(Events.provisional("short", 8_000_000));
    journal.append(Events.event("short", -1, 9_000_000, Outcome.COMPLETE, false));
    drain.drain();

    assertThat(requests(database)).isEqualTo(2);
    assertThat(bytes(database)).isEqualTo(29_000_000);
  }

  @Test
  void a_passage_that_a_killed_process_never_ended_counts_once_as_cut() throws IOException {
    HikariDataSource database = pool(Engine.H2.migrated());
    MappedJournal killed = journal();
    killed.append(Events.provisional("long", 8_000_000));
    drain(killed, database).drain();
    killed.append(Events.provisional("long", 16_000_000));
    killed.destroy();

    MappedJournal restarted = journal();
    drain(restarted, database).drain();
    drain(restarted, database).drain();

    assertThat(requests(database)).isEqualTo(1);
    assertThat(bytes(database)).isEqualTo(16_000_000);
    assertThat(
            JdbcClient.create(database)
                .sql("select outcome from usage_rollup")
                .query(String.class)
                .single())
        .isEqualTo("cut");
  }

  @ParameterizedTest
  @EnumSource
  void a_shape_is_kept_once(Engine engine) throws IOException {
    HikariDataSource database = pool(engine.migrated());
    for (int start = 0; start < 2; start++) {
      MappedJournal journal = journal();
      journal.keepShape("hash", "policy", 7, "{\"subject\":\"é\"}");
      journal.keepShape("hash", "policy", 7, "{\"subject\":\"é\"}");
      drain(journal, database).drain();
      journal.destroy();
    }

    assertThat(
            JdbcClient.create(database)
                .sql("select input from usage_shape")
                .query(String.class)
                .list())
        .containsExactly("{\"subject\":\"é\"}");
  }

  @Test
  void a_graceful_stop_drains_what_is_left() {
    HikariDataSource database = pool(Engine.H2.migrated());
    MappedJournal journal = journal();
    Drain drain = drain(journal, database);
    drain.start();
    journal.append(Events.served("last"));

    drain.stop();

    assertThat(requests(database)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void a_key_is_known_by_the_last_day_of_its_use(Engine engine) throws IOException {
    HikariDataSource database = pool(engine.migrated());
    MappedJournal journal = journal();
    KeyId key = KeyId.create();
    KeyId other = KeyId.create();
    KeyUsage usage = new KeyUsage(JdbcClient.create(database));
    LocalDate day = LocalDate.of(2026, 11, 27);
    Drain drain = drain(journal, database);

    journal.keyUsed(key, day);
    journal.keyUsed(key, day.minusDays(1));
    journal.keyUsed(other, day);
    drain.drain();
    journal.keyUsed(key, day.minusDays(2));
    journal.keyUsed(other, day.plusDays(1));
    drain.drain();

    assertThat(usage.lastUsedOn(List.of(key, other, KeyId.create())))
        .containsExactlyInAnyOrderEntriesOf(Map.of(key, day, other, day.plusDays(1)));
  }

  private MappedJournal journal() {
    MappedJournal journal = Journals.open(folder);
    open.add(journal::destroy);
    return journal;
  }

  private Drain drain(MappedJournal journal, HikariDataSource database) {
    return new Drain(
        journal,
        new JournalReader(journal),
        new RollupTables(JdbcClient.create(database), new JdbcTemplate(database)),
        new SketchTable(JdbcClient.create(database), new JdbcTemplate(database)),
        new ClicksTable(JdbcClient.create(database)),
        new TransactionTemplate(new JdbcTransactionManager(database)),
        Journals.in(folder),
        Clock.systemUTC(),
        metrics);
  }

  private static long requests(HikariDataSource database) {
    return JdbcClient.create(database)
        .sql("select coalesce(sum(requests), 0) from usage_rollup")
        .query(Long.class)
        .single();
  }

  private static long bytes(HikariDataSource database) {
    return JdbcClient.create(database)
        .sql("select coalesce(sum(bytes_out), 0) from usage_rollup")
        .query(Long.class)
        .single();
  }

  private HikariDataSource pool(TestDatabase database) {
    HikariDataSource pool = database.pool();
    open.add(pool);
    return pool;
  }
}
