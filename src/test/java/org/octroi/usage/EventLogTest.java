package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.usage.UsageEvent.Outcome;

@Timeout(120)
class EventLogTest {

  private static final Clock THAT_DAY =
      Clock.fixed(Instant.parse("2026-11-25T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;
  @TempDir Path logFolder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final StubbornDisk disk = new StubbornDisk();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void an_event_is_a_row_with_all_that_is_known_of_it() throws Exception {
    MappedJournal journal = journal();
    journal.append(Events.queried("r1", "commune:eq&limit"));
    journal.append(Events.refused("r2"));
    log(journal).write();

    assertThat(
            rows(
                """
                select territory, day, epoch_us(time), request_id, dataset_id, agreement_id, tier,
                  action, format, channel, query_shape, status, reasons, outcome, rows_out,
                  bytes_out, latency_micros, region, pseudonym, snapshot_revision
                from log order by request_id
                """))
        .containsExactly(
            Events.RENNES
                + "|2026-11-25|1795562130123456|r1|"
                + Events.PARKS
                + "|01900000-0000-7000-8000-000000000008|pro|query|geojson|machine|"
                + "commune:eq&limit|200|[]|complete|10|1000|1500|eu-fr|pseudonym-é|42",
            Events.RENNES
                + "|2026-11-25|1795562130123456|r2|"
                + Events.PARKS
                + "|null|null|read|json|human|null|403|[not-permitted, purpose-not-agreed]"
                + "|refused|null|312|90|unknown||0");
  }

  @Test
  void columns_have_types_that_every_engine_reads() throws Exception {
    MappedJournal journal = journal();
    journal.append(Events.served("r1"));
    log(journal).write();

    assertThat(
            rows("select string_agg(column_name || ' ' || column_type, ', ') from (describe log)"))
        .containsExactly(
            "time TIMESTAMP WITH TIME ZONE, request_id VARCHAR, holder_id VARCHAR, dataset_id"
                + " VARCHAR, distribution_id VARCHAR, reuser VARCHAR, application_id VARCHAR,"
                + " offer_id VARCHAR, agreement_id VARCHAR, licence_version_id VARCHAR, tier"
                + " VARCHAR, purpose VARCHAR, action VARCHAR, format VARCHAR, channel VARCHAR,"
                + " query_shape VARCHAR, status INTEGER, reasons VARCHAR[], outcome VARCHAR,"
                + " rows_out BIGINT, bytes_out BIGINT, latency_micros BIGINT, region VARCHAR,"
                + " pseudonym VARCHAR, snapshot_revision BIGINT, policy_revision VARCHAR,"
                + " shape_hash VARCHAR, journal_id VARCHAR, journal_segment BIGINT,"
                + " journal_offset BIGINT, day DATE, territory VARCHAR");
  }

  @Test
  void every_event_is_written_once_over_restarts_of_journal_and_log() throws Exception {
    for (int start = 0; start < 3; start++) {
      MappedJournal journal = journal();
      EventLog log = log(journal);
      for (int i = 0; i < 3000; i++) {
        journal.append(Events.served(start + "-" + i));
        if (i == 1000) {
          log.write();
        }
      }
      if (start == 1) {
        log.write();
        log.write();
      }
      log.release();
      journal.destroy();
    }
    log(journal()).write();

    assertThat(rows("select count(*), count(distinct request_id) from log"))
        .containsExactly("9000|9000");
  }

  @Test
  void a_stretch_whose_process_ended_before_it_was_noted_is_written_again_to_the_same_files()
      throws Exception {
    MappedJournal journal = journal();
    for (int i = 0; i < 500; i++) {
      journal.append(Events.served("r" + i));
    }
    EventLog log = log(journal);
    log.write();
    List<Path> written = parquet();
    Path position = logFolder.resolve("_octroi").resolve(journal.id() + ".position");
    EventLogPosition after = EventLogPosition.of(Files.readAllLines(position));
    log.release();

    // As it stood when all files had been written and the position had not been moved.
    Files.write(
        position,
        EventLogPosition.beginningAt(new Place(1, Segment.HEADER))
            .beginning(new EventLogPosition.UnderWay.Stretch(after.at()))
            .lines());
    for (int i = 500; i < 700; i++) {
      journal.append(Events.served("r" + i));
    }
    log(journal).write();

    assertThat(parquet()).containsAll(written).hasSize(written.size() + 1);
    assertThat(rows("select count(*), count(distinct request_id) from log"))
        .containsExactly("700|700");
  }

  @Test
  void provisional_records_give_way_to_the_final_one() throws Exception {
    MappedJournal journal = journal();
    EventLog log = log(journal);
    journal.append(Events.provisional("long", 8_000_000));
    log.write();
    journal.append(Events.provisional("long", 16_000_000));
    log.write();
    assertThat(parquet()).isEmpty();

    journal.append(Events.event("long", -1, 20_000_000, Outcome.COMPLETE, false));
    log.write();

    assertThat(rows("select request_id, bytes_out, outcome from log"))
        .containsExactly("long|20000000|complete");
  }

  @Test
  void a_passage_that_a_killed_process_never_ended_is_written_once_as_cut() throws Exception {
    MappedJournal killed = journal();
    EventLog before = log(killed);
    killed.append(Events.provisional("long", 8_000_000));
    before.write();
    killed.append(Events.provisional("long", 16_000_000));
    before.release();
    killed.destroy();

    for (int start = 0; start < 2; start++) {
      MappedJournal restarted = journal();
      EventLog log = log(restarted);
      log.write();
      log.write();
      log.release();
      restarted.destroy();
    }

    assertThat(rows("select request_id, bytes_out, outcome from log"))
        .containsExactly("long|16000000|cut");
  }

  @Test
  void the_small_files_of_a_day_become_one_and_those_of_a_day_that_is_over_too() throws Exception {
    MappedJournal journal = journal();
    EventLog log = log(journal);
    Instant longBefore = Events.TIME.minus(Duration.ofDays(9));
    for (int i = 0; i < 3; i++) {
      journal.append(Events.served("today-" + i));
      if (i < 2) {
        journal.append(Events.with(Events.served("before-" + i), Events.AGREED, longBefore));
      }
      log.write();
    }

    assertThat(parquet()).hasSize(2).allMatch(file -> file.toString().contains("merged-"));
    assertThat(
            rows("select day, count(*), count(distinct request_id) from log group by 1 order by 1"))
        .containsExactly("2026-11-16|2|2", "2026-11-25|3|3");
  }

  @Test
  void a_merge_that_was_not_finished_leaves_neither_a_gap_nor_anything_double() throws Exception {
    MappedJournal journal = journal();
    EventLog log = log(journal);
    for (int i = 0; i < 2; i++) {
      journal.append(Events.served("r" + i));
      log.write();
    }
    List<Path> parts = parquet();
    log.release();
    Path merged = Files.copy(parts.getFirst(), parts.getFirst().resolveSibling("merged-x.parquet"));
    Path before = parts.getFirst().resolveSibling("merged-never-made.parquet");
    for (List<Path> files :
        List.of(List.of(merged, parts.getFirst()), List.of(before, parts.getLast()))) {
      Files.write(
          logFolder.resolve("_octroi").resolve(UUID.randomUUID() + ".merge"),
          files.stream().map(Path::toString).toList());
    }

    log(journal).write();

    assertThat(rows("select count(*), count(distinct request_id) from log")).containsExactly("2|2");
    assertThat(logFolder.resolve("_octroi")).isDirectoryNotContaining("glob:**.merge");
  }

  @Test
  void nothing_is_written_while_the_disk_is_nearly_full_and_everything_afterwards()
      throws Exception {
    MappedJournal journal = journal();
    DiskWatch watch = new DiskWatch(Journals.in(folder), disk, metrics);
    EventLog log = log(journal, watch);
    journal.append(Events.served("r"));
    disk.free(1 << 20);
    watch.look();
    log.write();
    assertThat(parquet()).isEmpty();
    assertThat(metrics.get("octroi.usage.disk.low").gauge().value()).isEqualTo(1);
    assertThat(watch.health().getStatus().getCode()).isEqualTo("DOWN");

    disk.plenty();
    watch.look();
    log.write();

    assertThat(parquet()).hasSize(1);
    assertThat(watch.health().getStatus().getCode()).isEqualTo("UP");
  }

  @Test
  void a_folder_that_another_process_writes_to_is_left_alone() throws Exception {
    MappedJournal journal = journal();
    journal.append(Events.served("r"));
    log(journal).write();

    assertThatThrownBy(() -> log(journal).write())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("octroi.usage.event-log.folder");
  }

  @Test
  void a_hundred_thousand_events_are_written_and_merged_in_little_memory() throws Exception {
    MappedJournal journal = journal();
    for (int i = 0; i < 100_000; i++) {
      journal.append(Events.served("r" + i));
    }
    EventLog log = log(journal);
    log.write();
    journal.append(Events.served("last"));
    log.write();

    assertThat(rows("select count(*), count(distinct request_id) from log"))
        .containsExactly("100001|100001");
    assertThat(parquet()).hasSize(1);
  }

  private MappedJournal journal() {
    MappedJournal journal = Journals.open(folder);
    open.add(journal::destroy);
    return journal;
  }

  private EventLog log(MappedJournal journal) {
    return log(journal, new DiskWatch(Journals.in(folder), disk, metrics));
  }

  private EventLog log(MappedJournal journal, DiskWatch watch) {
    EventLog log =
        new EventLog(
            new JournalReader(journal),
            List::of,
            EventLogs.in(logFolder, 3),
            new EventLogFolder(logFolder),
            watch,
            THAT_DAY,
            metrics);
    open.add(log::release);
    return log;
  }

  private List<Path> parquet() throws IOException {
    try (Stream<Path> files = Files.walk(logFolder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  private List<String> rows(String sql) throws SQLException {
    return EventLogs.rows(logFolder, sql);
  }
}
