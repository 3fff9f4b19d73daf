package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import liquibase.Liquibase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.testing.TestDatabase;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.DatasetId;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/** What the drain makes of events: hours, days, months, sketches and COUNTER's reading. */
@Timeout(180)
class RollupsTest {

  private static final String SUMS =
      "sum(requests) as requests, sum(rows_out) as row_count, sum(bytes_out) as byte_count,"
          + " sum(latency_micros) as latency, max(latency_micros_max) as longest";
  private static final String COUNTER =
      "sum(investigations) as ti, sum(unique_investigations) as ui,"
          + " sum(data_requests) as tr, sum(unique_data_requests) as ur";
  private static final PreparedAccess ANYBODYS =
      new PreparedAccess(Events.reached(Events.PARKS, Optional.empty(), Channel.HUMAN));

  @TempDir Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void hours_days_and_months_agree_with_each_other_and_with_the_events(Engine engine)
      throws IOException {
    HikariDataSource database = pool(engine.migrated());
    List<UsageEvent> events = someEvents(new Random(11), 3000);
    MappedJournal journal = journal();
    Drain drain = drain(journal, database, 700);
    for (int i = 0; i < events.size(); i++) {
      journal.append(events.get(i));
      if (i % 1100 == 0) {
        drain.drain();
      }
    }
    drain.drain();

    JdbcClient sql = JdbcClient.create(database);
    assertThat(rows(sql, "select " + SUMS + " from usage_rollup"))
        .containsExactly(
            List.of(
                "3000",
                sum(events, e -> Math.max(0, e.rows())),
                sum(events, UsageEvent::bytesOut),
                sum(events, UsageEvent::latencyMicros),
                "1500"));
    for (String dimensions : List.of("dataset_id, status, reason, channel", "local_day")) {
      String order = " from %s group by " + dimensions + " order by " + dimensions;
      assertThat(
              rows(sql, "select " + dimensions + ", " + SUMS + order.formatted("usage_rollup_day")))
          .isEqualTo(
              rows(sql, "select " + dimensions + ", " + SUMS + order.formatted("usage_rollup")));
    }
    String byMonth =
        " group by dataset_id, status, local_month order by dataset_id, status, local_month";
    assertThat(
            rows(
                sql,
                "select dataset_id, status, local_month, "
                    + SUMS
                    + ", "
                    + COUNTER
                    + " from usage_rollup_month"
                    + byMonth))
        .isEqualTo(
            rows(
                sql,
                "select dataset_id, status, local_month, "
                    + SUMS
                    + ", "
                    + COUNTER
                    + " from (select d.*, year(local_day) * 100 + month(local_day) as local_month"
                    + " from usage_rollup_day d) d"
                    + byMonth));
    long callers = events.stream().map(UsageEvent::pseudonym).distinct().count();
    assertThat(sketches(sql, "territory", "month", LocalDate.parse("2026-10-01")).uniqueCallers())
        .isEqualTo(callers);
  }

  @Test
  void the_day_the_clocks_go_back_has_25_hours_and_the_day_they_go_forward_23() throws IOException {
    HikariDataSource database = pool(Engine.H2.migrated());
    MappedJournal journal = journal();
    for (String from : List.of("2026-10-23T22:00:00Z", "2026-03-27T23:00:00Z")) {
      for (int hour = 0; hour < 96; hour++) {
        journal.append(
            Events.at(Instant.parse(from).plus(Duration.ofHours(hour)), "caller", ANYBODYS, 200));
      }
    }
    drain(journal, database, 50).drain();

    JdbcClient sql = JdbcClient.create(database);
    assertThat(requestsOf(sql, "2026-10-25")).isEqualTo(25);
    assertThat(requestsOf(sql, "2026-10-24")).isEqualTo(24);
    assertThat(requestsOf(sql, "2026-03-29")).isEqualTo(23);
    assertThat(requestsOf(sql, "2026-03-28")).isEqualTo(24);
    assertThat(
            sql.sql("select count(*) from usage_rollup where local_day = '2026-10-25'")
                .query(Long.class)
                .single())
        .isEqualTo(25);
  }

  @ParameterizedTest
  @EnumSource
  void however_often_the_drain_starts_again_it_counts_the_same(Engine engine) throws IOException {
    List<UsageEvent> events = someEvents(new Random(5), 4000);
    MappedJournal journal = journal();
    events.forEach(journal::append);
    HikariDataSource through = pool(engine.migrated());
    drain(journal, through, 1_000_000).drain();

    HikariDataSource often = pool(engine.migrated());
    JdbcClient sql = JdbcClient.create(often);
    for (int batch = 97; !position(sql).equals(Optional.of(journal.tail())); batch += 13) {
      TransactionTemplate killed = new TransactionTemplate(new JdbcTransactionManager(often));
      int batches = batch % 3 + 1;
      Drain drain = drain(journal, often, batch, new StoppingTransactions(killed, batches));
      try {
        drain.drain();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("killed");
      }
    }

    for (String table : List.of("usage_rollup_day", "usage_rollup_month")) {
      String question =
          "select dataset_id, status, channel, "
              + SUMS
              + ", "
              + COUNTER
              + " from "
              + table
              + " group by dataset_id, status, channel order by dataset_id, status, channel";
      assertThat(rows(sql, question)).isEqualTo(rows(JdbcClient.create(through), question));
    }
    assertThat(sketches(sql, "territory", "month", LocalDate.parse("2026-10-01")).uniqueCallers())
        .isEqualTo(
            sketches(
                    JdbcClient.create(through), "territory", "month", LocalDate.parse("2026-10-01"))
                .uniqueCallers());
  }

  @Test
  void a_poll_every_ten_seconds_stays_in_the_raw_count_and_a_robot_too() throws IOException {
    HikariDataSource database = pool(Engine.H2.migrated());
    MappedJournal journal = journal();
    Instant noon = Instant.parse("2026-11-24T11:00:00Z");
    PreparedAccess robots =
        new PreparedAccess(Events.reached(Events.PARKS, Optional.empty(), Channel.ROBOT));
    for (int second = 0; second < 7200; second += 10) {
      journal.append(Events.at(noon.plusSeconds(second), "poller", ANYBODYS, 200));
      journal.append(Events.at(noon.plusSeconds(second), "robot", robots, 200));
    }
    journal.append(Events.at(noon.plusSeconds(60), "reader", ANYBODYS, 304));
    journal.append(Events.at(noon.plusSeconds(7200), "reader", ANYBODYS, 200));
    drain(journal, database, 100).drain();

    assertThat(
            rows(
                JdbcClient.create(database),
                "select sum(requests) as requests, " + COUNTER + " from usage_rollup_day"))
        .containsExactly(List.of("1442", "3", "3", "2", "2"));
  }

  @Test
  void sketches_are_kept_of_whatever_an_access_names() throws IOException {
    HikariDataSource database = pool(Engine.H2.migrated());
    MappedJournal journal = journal();
    journal.append(Events.served("one"));
    journal.append(Events.refused("two"));
    drain(journal, database, 100).drain();

    JdbcClient sql = JdbcClient.create(database);
    assertThat(
            rows(
                sql,
                "select scope, grain, count(*) as lines, count(holder_id) as holders,"
                    + " count(reuser) as reusers from usage_sketch where grain = 'day'"
                    + " group by scope, grain order by scope"))
        .extracting(row -> row.getFirst() + " " + row.get(3) + " " + row.get(4))
        .containsExactly(
            "agreement 1 1",
            "application 0 1",
            "dataset 1 0",
            "distribution 1 0",
            "holder 1 0",
            "offer 1 0",
            "territory 0 0");
    Sketches all = sketches(sql, "territory", "day", LocalDate.parse("2026-11-25"));
    assertThat(all.uniqueCallers()).isEqualTo(2);
    assertThat(all.uniqueReusers()).isEqualTo(1);
    assertThat(all.uniqueAnonymousCallers()).isEqualTo(1);
    assertThat(all.latencyMicros()).contains(new Sketches.Quantiles(1500, 1500, 1500));
    assertThat(all.answerBytes()).contains(new Sketches.Quantiles(1000, 1000, 1000));
  }

  @ParameterizedTest
  @EnumSource
  void what_was_counted_before_is_carried_into_days_and_months(Engine engine) throws Exception {
    TestDatabase database = engine.empty();
    try (Liquibase liquibase = database.liquibase()) {
      liquibase.update();
      while (liquibase.getDatabase().getRanChangeSetList().stream()
          .anyMatch(ran -> ran.getId().equals("usage-022"))) {
        liquibase.rollback(1, "");
      }
      JdbcClient sql = JdbcClient.create(database.dataSource());
      hour(sql, "a", "2026-10-31T22:00:00", "2026-10-31", 200, 3, 40);
      hour(sql, "b", "2026-10-31T23:00:00", "2026-11-01", 200, 5, 90);
      hour(sql, "c", "2026-11-01T10:00:00", "2026-11-01", 200, 7, 20);
      hour(sql, "d", "2026-11-02T10:00:00", "2026-11-02", 429, 1, 10);

      liquibase.update();

      assertThat(
              rows(
                  sql,
                  "select local_day, status, requests, latency_micros_max from usage_rollup_day"
                      + " order by local_day"))
          .containsExactly(
              List.of("2026-10-31", "200", "3", "40"),
              List.of("2026-11-01", "200", "12", "90"),
              List.of("2026-11-02", "429", "1", "10"));
      assertThat(
              rows(
                  sql,
                  "select local_month, status, requests, latency_micros_max, investigations"
                      + " from usage_rollup_month order by local_month, status"))
          .containsExactly(
              List.of("202610", "200", "3", "40", "0"),
              List.of("202611", "200", "12", "90", "0"),
              List.of("202611", "429", "1", "10", "0"));
    }
  }

  private static void hour(
      JdbcClient sql,
      String key,
      String hour,
      String day,
      int status,
      long requests,
      long longest) {
    sql.sql(
            """
            insert into usage_rollup (
              rollup_key, territory_id, utc_hour, local_day, holder_id, dataset_id, distribution_id,
              action, format, channel, status, outcome,
              requests, rows_out, bytes_out, latency_micros, latency_micros_max)
            values (?, 't', ?, ?, 'h', 'd', 'f', 'read', 'json', 'human', ?, 'complete', ?, 0, 0, 0, ?)
            """)
        .params(key, hour.replace('T', ' '), day, status, requests, longest)
        .update();
  }

  /** Passages of a month of many callers, some of them again and again. */
  private static List<UsageEvent> someEvents(Random random, int count) {
    List<PreparedAccess> accesses = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      accesses.add(
          new PreparedAccess(
              Events.reached(
                  DatasetId.of("01900000-0000-7000-8000-00000000010" + i % 4),
                  i % 3 == 0 ? Optional.empty() : Optional.of("reuser " + i % 5),
                  i % 6 == 5 ? Channel.ROBOT : Channel.MACHINE)));
    }
    List<UsageEvent> events = new ArrayList<>();
    Instant at = Instant.parse("2026-10-01T05:00:00Z");
    for (int i = 0; i < count; i++) {
      at = at.plusSeconds(random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(20));
      events.add(
          Events.at(
              at,
              "caller " + random.nextInt(40),
              accesses.get(random.nextInt(accesses.size())),
              new int[] {200, 200, 304, 429}[random.nextInt(4)]));
    }
    assertThat(at).isBefore(Instant.parse("2026-10-31T22:00:00Z"));
    return events;
  }

  private interface Figure {
    long of(UsageEvent event);
  }

  private static String sum(List<UsageEvent> events, Figure figure) {
    return Long.toString(events.stream().mapToLong(figure::of).sum());
  }

  private static List<List<String>> rows(JdbcClient sql, String question) {
    return sql.sql(question).query().listOfRows().stream()
        .map(row -> row.values().stream().map(String::valueOf).toList())
        .toList();
  }

  private static long requestsOf(JdbcClient sql, String day) {
    return sql.sql("select sum(requests) from usage_rollup_day where local_day = :day")
        .param("day", LocalDate.parse(day))
        .query(Long.class)
        .single();
  }

  private static Optional<Place> position(JdbcClient sql) {
    return sql.sql("select segment, byte_offset from usage_drain_position")
        .query((row, n) -> new Place(row.getLong(1), row.getLong(2)))
        .optional();
  }

  private static Sketches sketches(JdbcClient sql, String scope, String grain, LocalDate starts) {
    Sketches all = new Sketches();
    sql.sql(
            """
            select reusers, callers, anonymous, latency_micros, answer_bytes from usage_sketch
            where scope = :scope and grain = :grain and starts = :starts
            """)
        .param("scope", scope)
        .param("grain", grain)
        .param("starts", starts)
        .query(
            row -> {
              all.merge(
                  row.getBytes(1),
                  row.getBytes(2),
                  row.getBytes(3),
                  row.getBytes(4),
                  row.getBytes(5));
            });
    return all;
  }

  /** Stops, as a kill would, in the middle of the transaction after so many. */
  private static final class StoppingTransactions implements TransactionOperations {
    private final TransactionTemplate real;
    private int left;

    StoppingTransactions(TransactionTemplate real, int left) {
      this.real = real;
      this.left = left;
    }

    @Override
    public <T extends @Nullable Object> T execute(TransactionCallback<T> work) {
      return real.execute(
          status -> {
            T result = work.doInTransaction(status);
            if (left-- == 0) {
              throw new IllegalStateException("killed");
            }
            return result;
          });
    }
  }

  private MappedJournal journal() {
    MappedJournal journal = Journals.open(folder);
    open.add(journal::destroy);
    return journal;
  }

  private Drain drain(MappedJournal journal, HikariDataSource database, int batch) {
    return drain(
        journal, database, batch, new TransactionTemplate(new JdbcTransactionManager(database)));
  }

  private Drain drain(
      MappedJournal journal,
      HikariDataSource database,
      int batch,
      TransactionOperations transactions) {
    JdbcClient sql = JdbcClient.create(database);
    return new Drain(
        journal,
        new JournalReader(journal),
        new RollupTables(sql, new JdbcTemplate(database)),
        new SketchTable(sql, new JdbcTemplate(database)),
        new ClicksTable(sql),
        transactions,
        new UsageProperties(
            folder,
            DataSize.ofMegabytes(1),
            Duration.ofMillis(50),
            UsageProperties.Durability.BACKGROUND,
            DataSize.ofMegabytes(8),
            Duration.ofMillis(50),
            batch,
            Duration.ofDays(400)),
        Clock.systemUTC(),
        new SimpleMeterRegistry());
  }

  private HikariDataSource pool(TestDatabase database) {
    HikariDataSource pool = database.pool();
    open.add(pool);
    return pool;
  }
}
