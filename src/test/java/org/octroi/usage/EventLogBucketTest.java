package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.testing.S3Server;
import org.octroi.usage.EventLogFiles.Found;
import org.octroi.usage.EventLogFiles.LogFile;
import org.octroi.usage.EventLogFiles.Partition;
import org.octroi.usage.EventLogProperties.S3;
import org.octroi.vocabulary.KeptRecords.Gone;
import org.octroi.vocabulary.KeptRecords.Holdings;

/** The event log in a bucket, of a server that is another process. */
@Timeout(180)
class EventLogBucketTest {

  private static final Clock THAT_DAY =
      Clock.fixed(Instant.parse("2026-11-25T12:00:00Z"), ZoneOffset.UTC);
  private static final LocalDate LONG_BEFORE = LocalDate.parse("2026-11-16");
  private static final Duration LONG = Duration.ofDays(1100);

  private static final String ONCE = "select count(*), count(distinct request_id) from log";

  @TempDir static Path serverFolder;
  private static S3Server server;

  @TempDir Path folder;
  @TempDir Path logFolder;
  @TempDir Path downloads;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final EventLogBucket bucket = bucket("city/" + UUID.randomUUID());

  @BeforeAll
  static void startServer() throws IOException {
    server = S3Server.with("octroi", serverFolder);
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    bucket.close();
  }

  @Test
  void what_is_written_to_a_bucket_stands_there_by_territory_and_day() throws Exception {
    MappedJournal journal = journal();
    journal.append(Events.served("r1"));
    journal.append(Events.refused("r2"));
    log(journal, bucket).write();

    assertThat(bucket.all())
        .extracting(found -> found.file().path())
        .containsExactly(
            "territory=%s/day=2026-11-25/%s-0000000001-%010d.parquet"
                .formatted(Events.RENNES, journal.id(), Segment.HEADER));
    assertThat(rows("select territory, day, request_id, status from log order by request_id"))
        .containsExactly(
            Events.RENNES + "|2026-11-25|r1|200", Events.RENNES + "|2026-11-25|r2|403");
    assertThat(logFolder).isDirectoryNotContaining("glob:**/territory=*");
  }

  @Test
  void a_stretch_whose_process_ended_before_it_was_noted_is_put_again_under_the_same_names()
      throws Exception {
    MappedJournal journal = journal();
    for (int i = 0; i < 500; i++) {
      journal.append(Events.served("r" + i));
    }
    EventLog log = log(journal, bucket);
    log.write();
    log.release();
    List<Found> written = bucket.all();
    EventLogNotes notes = new EventLogNotes(logFolder);
    EventLogPosition after = notes.position(journal.id()).orElseThrow();

    // As it stood when all files had been put and the position had not been moved.
    notes.keep(
        journal.id(),
        EventLogPosition.beginningAt(new MappedJournal.Place(1, Segment.HEADER))
            .beginning(new EventLogPosition.UnderWay.Stretch(after.at())));
    for (int i = 500; i < 700; i++) {
      journal.append(Events.served("r" + i));
    }
    log(journal, bucket).write();

    assertThat(bucket.all())
        .extracting(Found::file)
        .containsAll(written.stream().map(Found::file).toList())
        .hasSize(written.size() + 1);
    assertThat(rows(ONCE)).containsExactly("700|700");
  }

  /**
   * A day of three files that are merged, and a day that is over; each question to the bucket fails
   * once before it was answered and once after, and one of these ends the process.
   */
  @Test
  @Timeout(400)
  void every_event_is_there_once_wherever_the_bucket_failed_or_the_process_ended()
      throws Exception {
    int failed = 0;
    for (int failsAt = 1; failed == failsAt - 1; failsAt++) {
      for (boolean answered : new boolean[] {false, true}) {
        boolean killed = answered == (failsAt % 2 == 0);
        Path at = Files.createDirectory(folder.resolve(failsAt + "-" + answered));
        MappedJournal journal = Journals.open(at.resolve("journal"));
        try (EventLogBucket place = bucket("run-" + failsAt + "-" + answered)) {
          var faltering = new FalteringBucket(place, failsAt, answered);
          EventLog log = log(journal, faltering, at.resolve("log"));
          for (int turn = 0; turn < 4; turn++) {
            if (turn < 3) {
              journal.append(Events.served("r" + turn));
            }
            if (turn < 2) {
              journal.append(longBefore("before-" + turn));
            }
            if (catchThrowable(log::write) instanceof IOException) {
              failed = failsAt;
              if (killed) {
                log.release();
                log = log(journal, place, at.resolve("log"));
              }
            }
          }
          log.release();

          assertThat(rows(place, ONCE))
              .as("question %d, answered: %s, killed: %s", failsAt, answered, killed)
              .containsExactly("5|5");
          assertThat(place.of(new Partition(Events.RENNES.toString(), LONG_BEFORE))).hasSize(1);
          assertThat(at.resolve("log/_octroi")).isDirectoryNotContaining("glob:**.merge");
          assertThat(at.resolve("log/_octroi/tmp")).isEmptyDirectory();
        } finally {
          journal.destroy();
        }
      }
    }
    assertThat(failed).isGreaterThan(20);
  }

  @Test
  void the_journal_waits_for_a_server_that_is_away_and_then_everything_arrives_once()
      throws Exception {
    MappedJournal journal = journal();
    EventLog log = log(journal, bucket);
    journal.append(Events.served("before"));
    log.write();
    server.stop();
    try {
      for (int i = 0; i < 2; i++) {
        journal.append(Events.served("meanwhile-" + i));
        assertThatIOException()
            .isThrownBy(log::write)
            .withMessageContaining("bucket octroi/city")
            .withMessageContaining("can't be reached");
      }
      assertThat(log.oldestNeeded(new JournalReader(journal))).isEqualTo(1);
      assertThat(metrics.get("octroi.usage.event-log.lag.bytes").gauge().value()).isPositive();
      assertThat(logFolder.resolve("_octroi/tmp")).isEmptyDirectory();
      assertThat(kept().holdings()).isEqualTo(Holdings.UNKNOWN);
    } finally {
      server.startAgain();
    }
    log.write();

    assertThat(rows(ONCE)).containsExactly("3|3");
    assertThat(metrics.get("octroi.usage.event-log.lag.bytes").gauge().value()).isZero();
  }

  @Test
  void the_logs_of_two_journals_in_one_bucket_leave_each_others_files_alone() throws Exception {
    for (String which : List.of("a", "b")) {
      Path at = Files.createDirectory(folder.resolve(which));
      MappedJournal journal = Journals.open(at.resolve("journal"));
      open.add(journal::destroy);
      EventLog log = log(journal, bucket, at.resolve("log"));
      open.add(log::release);
      for (int i = 0; i < 4; i++) {
        journal.append(Events.served(which + i));
        log.write();
      }
    }

    assertThat(rows(ONCE)).containsExactly("8|8");
    assertThat(bucket.all())
        .extracting(found -> found.file().name().contains("-merged-"))
        .containsExactlyInAnyOrder(true, false, true, false);
  }

  @Test
  void days_go_from_a_bucket_when_they_are_old_and_what_is_left_is_told() throws Exception {
    MappedJournal journal = journal();
    journal.append(Events.served("r"));
    journal.append(longBefore("before"));
    log(journal, bucket).write();
    long all = bucket.all().stream().mapToLong(Found::bytes).sum();
    assertThat(kept().holdings().bytes()).isEqualTo(OptionalLong.of(all));

    Gone gone = kept().letGoBefore(Instant.parse("2026-11-20T00:00:00Z"));

    assertThat(gone.bytes()).isPositive();
    assertThat(kept().holdings())
        .isEqualTo(
            new Holdings(
                kept().holdings().newest(),
                Optional.of(Instant.parse("2026-11-25T00:00:00Z")),
                OptionalLong.empty(),
                OptionalLong.of(all - gone.bytes())));
    assertThat(rows("select request_id from log")).containsExactly("r");
  }

  @Test
  void what_a_server_refuses_is_said_with_the_setting_to_change() {
    assertThatIOException()
        .isThrownBy(() -> look("octroi", S3Server.ACCESS_KEY, "something-else"))
        .withMessageContaining("credentials for the bucket octroi at " + server.endpoint())
        .withMessageContaining("octroi.usage.event-log.s3.access-key")
        .withMessageNotContaining("something-else");
    assertThatIOException()
        .isThrownBy(() -> look("octroi", "nobody", S3Server.SECRET_KEY))
        .withMessageContaining("octroi.usage.event-log.s3.access-key");
    assertThatIOException()
        .isThrownBy(() -> look("elsewhere", S3Server.ACCESS_KEY, S3Server.SECRET_KEY))
        .withMessageContaining("There is no bucket elsewhere")
        .withMessageContaining("octroi.usage.event-log.s3.bucket");
  }

  private static UsageEvent longBefore(String requestId) {
    return Events.with(
        Events.served(requestId), Events.AGREED, Events.TIME.minus(Duration.ofDays(9)));
  }

  private static void look(String bucket, String accessKey, String secretKey) throws IOException {
    try (var place = new EventLogBucket(s3(bucket, "", accessKey, secretKey))) {
      place.look();
    }
  }

  private static EventLogBucket bucket(String prefix) {
    return new EventLogBucket(s3("octroi", prefix, S3Server.ACCESS_KEY, S3Server.SECRET_KEY));
  }

  private static S3 s3(String bucket, String prefix, String accessKey, String secretKey) {
    return new S3(bucket, prefix, "", server.endpoint(), null, accessKey, secretKey);
  }

  private EventLogKept kept() {
    return new EventLogKept(bucket, new RetentionProperties(LONG, LONG, LONG, LONG));
  }

  private MappedJournal journal() {
    MappedJournal journal = Journals.open(folder.resolve("journal"));
    open.add(journal::destroy);
    return journal;
  }

  private EventLog log(MappedJournal journal, EventLogFiles files) {
    EventLog log = log(journal, files, logFolder);
    open.add(log::release);
    return log;
  }

  private EventLog log(MappedJournal journal, EventLogFiles files, Path notes) {
    return new EventLog(
        new JournalReader(journal),
        List::of,
        EventLogs.in(notes, 3),
        files,
        new DiskWatch(Journals.in(folder), new StubbornDisk(), metrics),
        THAT_DAY,
        metrics);
  }

  private List<String> rows(String sql) throws IOException, SQLException {
    return rows(bucket, sql);
  }

  /** Brings everything from the bucket, and asks DuckDB. */
  private List<String> rows(EventLogBucket place, String sql) throws IOException, SQLException {
    Path here = Files.createTempDirectory(downloads, "log");
    for (Found found : place.all()) {
      Path file = here.resolve(found.file().path());
      Files.createDirectories(here.resolve(found.file().day().path()));
      place.readable(found.file(), file);
    }
    return EventLogs.rows(here, sql);
  }

  /** A bucket of which one question fails: it is not done, or nobody learns that it was. */
  private static final class FalteringBucket implements EventLogFiles {

    private final EventLogFiles real;
    private final int failsAt;
    private final boolean answered;
    private int asked;

    FalteringBucket(EventLogFiles real, int failsAt, boolean answered) {
      this.real = real;
      this.failsAt = failsAt;
      this.answered = answered;
    }

    private interface Question<T> {
      T ask() throws IOException;
    }

    private <T> T ask(Question<T> question) throws IOException {
      boolean fails = ++asked == failsAt;
      if (fails && !answered) {
        throw new IOException("the bucket of this test fails before");
      }
      T answer = question.ask();
      if (fails) {
        throw new IOException("the bucket of this test fails after");
      }
      return answer;
    }

    @Override
    public void look() throws IOException {
      ask(
          () -> {
            real.look();
            return true;
          });
    }

    @Override
    public List<Found> all() throws IOException {
      return ask(real::all);
    }

    @Override
    public List<Found> of(Partition day) throws IOException {
      return ask(() -> real.of(day));
    }

    @Override
    public void publish(Path draft, LogFile file) throws IOException {
      ask(
          () -> {
            real.publish(draft, file);
            return true;
          });
    }

    @Override
    public Path readable(LogFile file, Path draft) throws IOException {
      return ask(() -> real.readable(file, draft));
    }

    @Override
    public void delete(LogFile file) throws IOException {
      ask(
          () -> {
            real.delete(file);
            return true;
          });
    }
  }
}
