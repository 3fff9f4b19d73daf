package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.testing.TestDatabase.Engine;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A gate's journal on its way to the desk: everything arrives, once, and nothing is lost before.
 */
@Timeout(120)
class ShippedJournalTest {

  @TempDir private Path folder;

  private final HikariDataSource pool = Engine.H2.migrated().pool();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @AfterEach
  void close() {
    pool.close();
  }

  /** A gate and a desk that fall and come back, over a line that loses and repeats. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void whatever_falls_meanwhile_each_event_is_counted_once(long seed) throws IOException {
    Random random = new Random(seed);
    MappedJournal journal = Journals.open(gate());
    JournalPost post = new JournalPost(journal);
    ReceivedJournal desk = received(journal);
    Drain drain = drain(desk);
    JournalPlace has = desk.has();
    int appended = 0;
    for (int turn = 0; turn < 120; turn++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          journal.destroy();
          journal = Journals.open(gate());
          post = new JournalPost(journal);
          has = desk.has();
        }
        case 1 -> {
          // The desk falls in the middle of a write that it never told of.
          if (desk.tail().segment() > 0 && desk.has().offset() > 0) {
            Files.write(desk.file(desk.tail().segment()), new byte[37], StandardOpenOption.APPEND);
          }
          desk = received(journal);
          drain = drain(desk);
        }
        case 2 -> drain.drain();
        case 3, 4 -> {
          Optional<JournalPart> part = post.next(has);
          if (part.isPresent()) {
            JournalPlace now = desk.take(part.get());
            if (random.nextBoolean()) {
              has = now;
              post.has(has);
            }
          }
        }
        default -> {
          int more = random.nextInt(400);
          for (int i = 0; i < more; i++) {
            journal.append(Events.served("r" + appended++));
          }
        }
      }
    }
    for (Optional<JournalPart> part = post.next(has); part.isPresent(); part = post.next(has)) {
      has = desk.take(part.get());
    }
    post.has(has);
    drain.drain();

    assertThat(requests()).isEqualTo(appended);
    assertThat(desk.has()).isEqualTo(has);
    assertThat(journal.sequences()).as("what the desk has is gone here").hasSize(1);
    Drain again = drain(received(journal));
    again.drain();
    assertThat(requests()).isEqualTo(appended);
    journal.destroy();
  }

  @Test
  void files_stay_until_the_desk_has_all_of_them() throws IOException {
    MappedJournal journal = Journals.open(gate());
    JournalPost post = new JournalPost(journal);
    ReceivedJournal desk = received(journal);
    for (int i = 0; i < 40_000; i++) {
      journal.append(Events.served("r" + i));
    }
    List<Long> before = journal.sequences();
    assertThat(before).hasSizeGreaterThan(1);

    JournalPlace has = desk.take(post.next(desk.has()).orElseThrow());
    post.has(has);

    assertThat(journal.sequences()).isEqualTo(before);
    journal.destroy();
  }

  @Test
  void what_came_altered_is_not_kept() throws IOException {
    MappedJournal journal = Journals.open(gate());
    journal.append(Events.served("r"));
    JournalPart part = new JournalPost(journal).next(JournalPlace.BEGINNING).orElseThrow();
    ReceivedJournal desk = received(journal);
    byte[] altered = part.bytes().clone();
    altered[altered.length - 1] ^= 1;

    assertThatThrownBy(
            () ->
                desk.take(
                    new JournalPart(
                        part.journal(),
                        part.firstOfRun(),
                        part.from(),
                        altered,
                        part.crc32c(),
                        part.sealed())))
        .isInstanceOf(IOException.class);
    assertThat(desk.has()).isEqualTo(JournalPlace.BEGINNING);
    assertThat(desk.take(part).offset()).isEqualTo(part.bytes().length);
    journal.destroy();
  }

  @Test
  void a_passage_that_a_killed_gate_left_alone_is_counted_when_it_is_back() throws IOException {
    MappedJournal journal = Journals.open(gate());
    journal.append(Events.provisional("long", 9_000_000));
    ReceivedJournal desk = received(journal);
    Drain drain = drain(desk);
    ship(journal, desk);
    drain.drain();
    assertThat(requests()).isZero();

    journal.destroy();
    journal = Journals.open(gate());
    ship(journal, desk);
    drain.drain();

    assertThat(requests()).isEqualTo(1);
    journal.destroy();
  }

  private static void ship(MappedJournal journal, ReceivedJournal desk) throws IOException {
    JournalPost post = new JournalPost(journal);
    Optional<JournalPart> part = post.next(desk.has());
    while (part.isPresent()) {
      part = post.next(desk.take(part.get()));
    }
  }

  private Path gate() {
    return folder.resolve("gate");
  }

  private ReceivedJournal received(MappedJournal journal) throws IOException {
    return new ReceivedJournal(journal.id(), folder.resolve("desk"));
  }

  private Drain drain(ReceivedJournal journal) {
    return new Drain(
        journal,
        new JournalReader(journal),
        new RollupTables(JdbcClient.create(pool), new JdbcTemplate(pool)),
        new SketchTable(JdbcClient.create(pool), new JdbcTemplate(pool)),
        new ClicksTable(JdbcClient.create(pool)),
        new TransactionTemplate(new JdbcTransactionManager(pool)),
        Journals.in(folder.resolve("unused")),
        Clock.systemUTC(),
        metrics);
  }

  private long requests() {
    return JdbcClient.create(pool)
        .sql("select coalesce(sum(requests), 0) from usage_rollup")
        .query(Long.class)
        .single();
  }
}
