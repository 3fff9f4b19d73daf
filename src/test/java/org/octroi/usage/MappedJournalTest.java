package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.problem.StartRefusedException;
import org.octroi.usage.UsageProperties.Durability;
import org.octroi.vocabulary.TerritoryId;

@Timeout(120)
class MappedJournalTest {

  @TempDir Path folder;

  @Test
  void events_of_many_threads_come_back_over_many_segments_and_starts() throws Exception {
    MappedJournal journal = Journals.open(folder);
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        String name = "t" + thread + "-";
        work.add(
            () -> {
              for (int i = 0; i < 9000; i++) {
                journal.append(Events.served(name + i));
              }
              return true;
            });
      }
      for (var each : threads.invokeAll(work)) {
        assertThat(each.get()).isTrue();
      }
    }
    journal.destroy();
    MappedJournal restarted = Journals.open(folder);
    restarted.append(Events.refused("last"));

    List<UsageEvent> events = Journals.events(restarted);

    assertThat(restarted.sequences()).hasSizeGreaterThan(3);
    assertThat(events).hasSize(36_001);
    assertThat(events.stream().map(UsageEvent::requestId).distinct()).hasSize(36_001);
    assertThat(events.getLast()).isEqualTo(Events.refused("last"));
    restarted.destroy();
  }

  @Test
  void a_killed_process_loses_no_event_that_it_had_appended() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AppendForEver.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int acknowledged = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      String line = lines.readLine();
      while (line != null) {
        acknowledged = Integer.parseInt(line);
        if (acknowledged == 20_000) {
          // By its handle: Process.destroyForcibly would close the pipe before it is read out.
          child.toHandle().destroyForcibly();
        }
        line = lines.readLine();
      }
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();

    MappedJournal recovered = Journals.open(folder);
    Set<String> found = new HashSet<>();
    Journals.events(recovered).forEach(event -> found.add(event.requestId()));
    recovered.destroy();

    assertThat(acknowledged).isGreaterThanOrEqualTo(20_000);
    assertThat(found)
        .containsAll(IntStream.rangeClosed(1, acknowledged).mapToObj(i -> "r" + i).toList());
  }

  @Test
  void a_second_process_on_the_same_folder_is_refused() {
    MappedJournal first = Journals.open(folder);

    assertThatThrownBy(() -> Journals.open(folder))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining(folder.toString());
    first.destroy();
    Journals.open(folder).destroy();
  }

  @Test
  void a_torn_tail_is_set_aside_and_reported_and_the_rest_is_kept() throws Exception {
    // A segment left open: made by hand, as a killed process leaves it.
    Path allocated = folder.resolve("new");
    Segment.allocate(allocated, 1 << 20);
    Segment segment = Segment.map(allocated).begin(folder, 1);
    segment.append(RecordCodec.encode(Events.served("whole")));
    long tail = segment.position();
    try (var channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("half a rec".getBytes(StandardCharsets.US_ASCII)), tail);
    }

    MappedJournal journal = Journals.open(folder);

    assertThat(Journals.events(journal)).containsExactly(Events.served("whole"));
    assertThat(folder.resolve("0000000000000001.journal." + tail + ".torn"))
        .hasContent("half a rec");
    journal.destroy();
  }

  /** The first record of an access in a segment has it, and the others say where that stands. */
  @Test
  void passages_of_one_access_come_back_whole_over_several_segments() throws Exception {
    MappedJournal journal = Journals.open(folder);
    int passages = 20_000;
    for (int i = 0; i < passages; i++) {
      journal.append(Events.served("r" + i));
    }

    assertThat(journal.tail().segment()).isGreaterThan(1);
    assertThat(Journals.events(journal))
        .isEqualTo(IntStream.range(0, passages).mapToObj(i -> Events.served("r" + i)).toList());
    journal.destroy();
  }

  @Test
  void passages_that_lean_on_a_torn_record_are_not_taken_for_others() throws Exception {
    MappedJournal journal = Journals.open(folder);
    journal.append(Events.served("whole"));
    long first = journal.tail().offset();
    journal.append(Events.served("leaning"));
    journal.append(Events.refused("of another access"));
    journal.destroy();
    try (var channel =
        FileChannel.open(folder.resolve(Segment.name(1)), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {0}), first - 16);
    }

    MappedJournal reopened = Journals.open(folder);

    assertThat(
            new JournalReader(reopened)
                .read(new MappedJournal.Place(1, Segment.HEADER), 10).records().stream()
                    .map(JournalReader.Placed::content))
        .containsExactly(
            new JournalRecord.Severed(Segment.HEADER),
            new JournalRecord.Passed(Events.refused("of another access")));
    reopened.destroy();
  }

  @Test
  void a_closed_journal_takes_nothing() {
    MappedJournal journal = Journals.open(folder);
    journal.destroy();

    assertThatThrownBy(() -> journal.append(Events.served("late")))
        .isInstanceOf(UsageJournal.JournalUnavailableException.class);
  }

  @Test
  void an_event_is_found_by_its_request_in_its_territory_only() {
    MappedJournal journal = Journals.open(folder);
    journal.append(Events.provisional("one", 10));
    journal.append(Events.served("one"));
    JournalReader reader = new JournalReader(journal);

    assertThat(reader.find(Events.RENNES, "one")).contains(Events.served("one"));
    assertThat(reader.find(TerritoryId.create(), "one")).isEmpty();
    assertThat(reader.find(Events.RENNES, "two")).isEqualTo(Optional.empty());
    journal.destroy();
  }

  @Test
  void unused_files_are_cleared_away() throws IOException {
    Files.writeString(folder.resolve("7.new"), "left by a killed process");

    Journals.open(folder).destroy();

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("id", "lock", "0000000000000001.journal");
    }
  }

  @Test
  void all_who_wait_for_the_disk_are_served_by_few_forces() throws Exception {
    StubbornDisk disk = new StubbornDisk();
    MappedJournal journal = Journals.open(Journals.in(folder, Durability.FSYNC), disk);
    disk.hold();
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      journal.append(Events.served("r" + i));
      waiting.add(journal.forced().toCompletableFuture());
    }
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    disk.letGo();

    CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    assertThat(disk.asked()).isLessThan(10);
    journal.destroy();
  }

  @Test
  void who_waits_for_a_disk_that_fails_is_told_and_a_later_one_is_served() throws Exception {
    StubbornDisk disk = new StubbornDisk();
    MappedJournal journal = Journals.open(Journals.in(folder, Durability.FSYNC), disk);
    disk.fail(true);
    journal.append(Events.served("one"));
    assertThatThrownBy(() -> journal.forced().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UsageJournal.JournalUnavailableException.class);

    disk.fail(false);
    journal.append(Events.served("two"));

    journal.forced().toCompletableFuture().get(20, TimeUnit.SECONDS);
    journal.destroy();
  }

  @Test
  void a_disk_nearly_full_is_written_to_until_its_last_quarter_and_again_when_there_is_room()
      throws Exception {
    StubbornDisk disk = new StubbornDisk();
    MappedJournal journal = Journals.open(Journals.in(folder), disk);
    // The reserve is 8 MB, a quarter of it is left to the database, a segment is 1 MB.
    disk.free((3 << 20) - 1);
    int taken = appendUntilFull(journal);
    assertThat(taken).as("what was allocated before is used up").isPositive();
    assertThat(Journals.events(journal)).hasSize(taken);

    disk.plenty();

    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(() -> journal.append(Events.served("again")));
    assertThat(Journals.events(journal)).hasSize(taken + 1);
    journal.destroy();
  }

  @Test
  void a_folder_that_takes_no_new_file_refuses_and_goes_on_when_it_does() throws Exception {
    MappedJournal journal = Journals.open(folder);
    // What stands in the way of a file by that name: a folder that is not empty.
    Path one = Files.createDirectories(folder.resolve("new").resolve("x"));
    Path other = Files.createDirectories(folder.resolve("2.new").resolve("x"));
    int taken = appendUntilFull(journal);

    for (Path inTheWay : List.of(one, other)) {
      Files.delete(inTheWay);
    }

    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(() -> journal.append(Events.served("again")));
    assertThat(Journals.events(journal)).hasSize(taken + 1);
    journal.destroy();
  }

  private static int appendUntilFull(MappedJournal journal) {
    for (int taken = 0; taken < 100_000; taken++) {
      try {
        journal.append(Events.served("r" + taken));
      } catch (UsageJournal.JournalUnavailableException e) {
        return taken;
      }
    }
    throw new AssertionError("it never ends");
  }

  /** Appends and says so, until it is killed. */
  static final class AppendForEver {

    private AppendForEver() {}

    public static void main(String[] args) {
      MappedJournal journal = Journals.open(Path.of(args[0]));
      // Bounded, in case nobody kills it.
      for (int i = 1; i < 2_000_000; i++) {
        journal.append(Events.served("r" + i));
        System.out.println(i);
      }
    }
  }
}
