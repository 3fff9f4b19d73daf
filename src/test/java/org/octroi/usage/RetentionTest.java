package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.testing.SetClock;
import org.octroi.testing.TestDatabase;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.vocabulary.KeptRecords;
import org.octroi.vocabulary.KeptRecords.Gone;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Timeout(120)
class RetentionTest {

  private static final Duration YEAR = Duration.ofDays(400);

  @TempDir Path folder;
  @TempDir Path logFolder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void files_of_the_journal_go_when_they_are_old_and_both_rollups_and_event_log_have_them()
      throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    MappedJournal first = journal();
    first.append(Events.served("old"));
    first.destroy();
    Path old = folder.resolve("0000000000000001.journal");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(401))));
    long size = Files.size(old);
    MappedJournal journal = journal();
    EventLog log = eventLog(journal);
    JournalKept kept = kept(journal, database, Optional.of(log));
    Instant before = Instant.now().minus(YEAR);

    assertThat(kept.letGoBefore(before)).as("nobody has it").isEqualTo(Gone.NOTHING);
    drain(journal, database).drain();
    assertThat(kept.letGoBefore(before)).as("the event log has not").isEqualTo(Gone.NOTHING);
    log.write();
    assertThat(kept.letGoBefore(before)).isEqualTo(new Gone(0, size));

    assertThat(old).doesNotExist();
    assertThat(folder.resolve("0000000000000002.journal")).exists();
  }

  @Test
  void where_no_event_log_is_written_the_journal_does_not_wait_for_it() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    MappedJournal first = journal();
    first.append(Events.served("old"));
    first.destroy();
    MappedJournal journal = journal();
    drain(journal, database).drain();

    kept(journal, database, Optional.empty()).letGoBefore(Instant.now().plusSeconds(60));

    assertThat(folder.resolve("0000000000000001.journal")).doesNotExist();
  }

  @Test
  void a_file_that_a_passage_under_way_points_at_stays() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    MappedJournal first = journal();
    first.append(Events.provisional("long", 8_000_000));
    drain(first, database).drain();
    EventLog log = eventLog(first);
    log.write();
    JournalKept kept = kept(first, database, Optional.of(log));
    while (first.tail().segment() == 1) {
      first.append(Events.served("more"));
    }
    drain(first, database).drain();
    log.write();

    kept.letGoBefore(Instant.now().plusSeconds(60));

    assertThat(folder.resolve("0000000000000001.journal")).exists();
  }

  @ParameterizedTest
  @EnumSource
  void every_kind_is_held_to_its_age_and_the_report_says_what_went(Engine engine) throws Exception {
    HikariDataSource database = pool(engine.migrated());
    JdbcClient sql = JdbcClient.create(database);
    MappedJournal journal = journal();
    journal.append(Events.served("one"));
    journal.keepShape("hash", "policy", 7, "{}");
    drain(journal, database).drain();
    EventLog log = eventLog(journal);
    log.write();
    log.release();
    SetClock clock = new SetClock(Instant.parse("2027-06-01T00:00:00Z"));
    Retention retention = retention(database, clock, kept(journal, database, Optional.of(log)));

    retention.enforce();
    assertThat(kind(retention, "usage-by-hour").holdings().rows()).isEqualTo(OptionalLong.of(1));
    assertThat(kind(retention, "usage-by-hour").holdings().oldest())
        .contains(Instant.parse("2026-11-24T23:00:00Z"));
    assertThat(kind(retention, "event-log").holdings().bytes().orElse(0)).isPositive();
    assertThat(kind(retention, "usage-by-day").holdings().newest())
        .contains(Instant.parse("2026-11-25T00:00:00Z"));
    assertThat(kind(retention, "usage-by-month").holdings().newest())
        .contains(Instant.parse("2026-11-01T00:00:00Z"));

    clock.set(Instant.parse("2030-06-01T00:00:00Z"));
    retention.enforce();

    assertThat(sql.sql("select count(*) from usage_rollup").query(Long.class).single()).isZero();
    assertThat(sql.sql("select count(*) from usage_rollup_day").query(Long.class).single())
        .isZero();
    assertThat(sql.sql("select distinct grain from usage_sketch").query(String.class).list())
        .containsExactly("month");
    assertThat(sql.sql("select count(*) from usage_rollup_month").query(Long.class).single())
        .isEqualTo(1);
    assertThat(sql.sql("select count(*) from usage_shape").query(Long.class).single()).isZero();
    Retention.Kept hours = kind(retention, "usage-by-hour");
    assertThat(hours.keptFor()).contains(Duration.ofDays(1100));
    assertThat(hours.last())
        .hasValueSatisfying(
            last -> {
              assertThat(last.at()).isEqualTo(Instant.parse("2030-06-01T00:00:00Z"));
              assertThat(last.gone()).isEqualTo(new Gone(1, 0));
              assertThat(last.allGone()).isEqualTo(new Gone(1, 0));
            });
    Retention.Kept days = kind(retention, "event-log");
    assertThat(days.holdings().oldest()).isEmpty();
    assertThat(days.last().orElseThrow().gone().bytes()).isPositive();
    assertThat(kind(retention, "for-ever").last()).isEmpty();
    assertThat(kind(retention, "that-fails").last()).isEmpty();
  }

  @Test
  void a_shape_that_is_still_asked_for_stays() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    JdbcClient sql = JdbcClient.create(database);
    MappedJournal journal = journal();
    journal.keepShape("hash", "policy", 7, "{}");
    drain(journal, database).drain();
    journal.destroy();
    sql.sql("update usage_shape set first_seen = timestamp '2020-01-01 00:00:00'").update();
    MappedJournal again = journal();
    again.keepShape("hash", "policy", 7, "{}");
    drain(again, database).drain();

    new UsageKept()
        .decisionShapesKept(new RetentionProperties(YEAR, YEAR, YEAR, YEAR), sql)
        .letGoBefore(Instant.now().minus(YEAR));

    assertThat(sql.sql("select first_seen from usage_shape").query(LocalDateTime.class).single())
        .isEqualTo(LocalDateTime.parse("2020-01-01T00:00:00"));
  }

  private static Retention.Kept kind(Retention retention, String kind) {
    return retention.report().stream()
        .filter(kept -> kept.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private Retention retention(HikariDataSource database, Clock clock, JournalKept journal) {
    JdbcClient sql = JdbcClient.create(database);
    RetentionProperties ages =
        new RetentionProperties(
            Duration.ofDays(1100),
            Duration.ofDays(1100),
            Duration.ofDays(1100),
            Duration.ofDays(800));
    UsageKept tables = new UsageKept();
    StaticListableBeanFactory beans = new StaticListableBeanFactory();
    beans.addBean("journal", journal);
    beans.addBean("hours", tables.rollupHoursKept(ages, sql));
    beans.addBean("days", tables.rollupDaysKept(ages, sql));
    beans.addBean("sketches", tables.sketchesOfDaysKept(ages, sql));
    beans.addBean("months", new MonthsKept(sql));
    beans.addBean("shapes", tables.decisionShapesKept(ages, sql));
    beans.addBean("log", new EventLogKept(new EventLogFolder(logFolder), ages));
    beans.addBean("for-ever", new Other("for-ever", Optional.empty()));
    beans.addBean("that-fails", new Other("that-fails", Optional.of(YEAR)));
    beans.addBean("clock", clock);
    return new Retention(
        beans.getBeanProvider(KeptRecords.class), sql, beans.getBeanProvider(Clock.class));
  }

  /** A kind of another room, which can't be let go of. */
  private record Other(String kind, Optional<Duration> keptFor) implements KeptRecords {

    @Override
    public Holdings holdings() {
      return Holdings.ofRows(Optional.empty(), Optional.empty(), 0);
    }

    @Override
    public Gone letGoBefore(Instant before) {
      throw new IllegalStateException("this kind fails");
    }
  }

  private MappedJournal journal() {
    MappedJournal journal = Journals.open(folder);
    open.add(journal::destroy);
    return journal;
  }

  private EventLog eventLog(MappedJournal journal) {
    EventLog log =
        new EventLog(
            new JournalReader(journal),
            List::of,
            EventLogs.in(logFolder, 16),
            new EventLogFolder(logFolder),
            new DiskWatch(Journals.in(folder), new LocalDisk(), metrics),
            Clock.systemUTC(),
            metrics);
    open.add(log::release);
    return log;
  }

  private JournalKept kept(
      MappedJournal journal, HikariDataSource database, Optional<EventLog> log) {
    return new JournalKept(
        new JournalReader(journal),
        List::of,
        tables(database),
        new ClicksTable(JdbcClient.create(database)),
        log,
        Journals.in(folder));
  }

  private Drain drain(MappedJournal journal, HikariDataSource database) {
    return new Drain(
        journal,
        new JournalReader(journal),
        tables(database),
        new SketchTable(JdbcClient.create(database), new JdbcTemplate(database)),
        new ClicksTable(JdbcClient.create(database)),
        new TransactionTemplate(new JdbcTransactionManager(database)),
        Journals.in(folder),
        Clock.systemUTC(),
        metrics);
  }

  private static RollupTables tables(HikariDataSource database) {
    return new RollupTables(JdbcClient.create(database), new JdbcTemplate(database));
  }

  private HikariDataSource pool(TestDatabase database) {
    HikariDataSource pool = database.pool();
    open.add(pool);
    return pool;
  }
}
