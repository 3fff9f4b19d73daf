package org.octroi.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.usage.UsageEvent.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Turns the journal into rollups, exactly once: the place that it has come to moves in the same
 * transaction as the sums, from the place where the batch began; where that has moved, the batch
 * does not count. While the database is down the journal waits.
 *
 * <p><b>Provisional records.</b> A long body leaves one each few megabytes, with what has gone out
 * so far in all. They do not count: the last one's place is noted in {@code usage_open_passage},
 * and the final record takes its stead and is counted alone. A passage whose process ended before
 * it wrote a final record is recognised at the next start, once everything of the earlier run has
 * been drained: its last provisional record is counted then, as cut.
 *
 * <p>Runs on one virtual thread, which only this class starts and ends.
 */
@Component
final class Drain implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private static final long PAUSE_BY_TURN = 39;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  private final MappedJournal journal;
  private final JournalReader reader;
  private final RollupTables tables;
  private final TransactionOperations transactions;
  private final UsageProperties properties;
  private final Clock clock;
  private final Counter drained;
  private final Counter failures;
  private final Counter unreadable;

  private @Nullable Thread thread;
  private volatile CountDownLatch stop = new CountDownLatch(1);

  /** How far it has come; null until the database has been asked. */
  private volatile @Nullable Place place;

  private boolean leftAloneCounted;
  private boolean failing;
  private Instant nextSweep = Instant.MIN;

  @Autowired
  Drain(
      MappedJournal journal,
      JournalReader reader,
      RollupTables tables,
      TransactionOperations transactions,
      UsageProperties properties,
      ObjectProvider<Clock> clock,
      MeterRegistry metrics) {
    this(
        journal,
        reader,
        tables,
        transactions,
        properties,
        clock.getIfAvailable(Clock::systemUTC),
        metrics);
  }

  Drain(
      MappedJournal journal,
      JournalReader reader,
      RollupTables tables,
      TransactionOperations transactions,
      UsageProperties properties,
      Clock clock,
      MeterRegistry metrics) {
    this.journal = journal;
    this.reader = reader;
    this.tables = tables;
    this.transactions = transactions;
    this.properties = properties;
    this.clock = clock;
    this.drained = metrics.counter("octroi.usage.events.drained");
    this.failures = metrics.counter("octroi.usage.drain.failures");
    this.unreadable = metrics.counter("octroi.usage.journal.unreadable");
    metrics.gauge("octroi.usage.journal.lag.bytes", this, Drain::lagBytes);
  }

  private double lagBytes() {
    Place at = place;
    Place tail = journal.tail();
    if (at == null) {
      return Double.NaN;
    }
    return (tail.segment() - at.segment()) * (double) properties.segmentSize().toBytes()
        + tail.offset()
        - at.offset();
  }

  @Override
  public synchronized void start() {
    if (thread == null) {
      CountDownLatch until = new CountDownLatch(1);
      stop = until;
      thread = Thread.ofVirtual().name("usage-drain").start(() -> run(until));
    }
  }

  private void run(CountDownLatch until) {
    try {
      long pause = properties.drainInterval().toMillis();
      while (!until.await(pause, TimeUnit.MILLISECONDS)) {
        long began = System.nanoTime();
        drainOrWait();
        pause = pauseMillis(System.nanoTime() - began);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * How long to wait after a turn. Each turn writes every line that somebody was counted on, so
   * under load fewer and longer ones cost less: draining takes a fortieth of the time, and no more
   * unless that would keep the rollups waiting.
   */
  private long pauseMillis(long turnNanos) {
    long interval = properties.drainInterval().toMillis();
    return Math.clamp(
        PAUSE_BY_TURN * TimeUnit.NANOSECONDS.toMillis(turnNanos),
        interval,
        Math.max(interval, LONGEST_PAUSE_MILLIS));
  }

  /** Drains to the end; whatever does not work now is tried again at the next turn. */
  private void drainOrWait() {
    try {
      drain();
      sweep();
      if (failing) {
        failing = false;
        LOG.info("The usage journal is drained again");
      }
    } catch (IOException | RuntimeException e) {
      // Nothing may end this thread while the gate serves: what went wrong is told, and tried
      // again.
      failures.increment();
      place = null;
      if (!(e instanceof DataAccessException || e instanceof TransactionException)) {
        LOG.error("The usage journal can't be drained; it is kept, and tried again", e);
      } else if (!failing) {
        LOG.warn("The usage journal can't be drained now; it is kept and waits: {}", e.toString());
      }
      failing = true;
    }
  }

  /** Stops after all that was appended has been drained, if the database allows. */
  @Override
  public synchronized void stop() {
    Thread running = thread;
    if (running == null) {
      return;
    }
    thread = null;
    stop.countDown();
    try {
      running.join();
      drainOrWait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return thread != null;
  }

  /** Late: the gate, whose phase is higher, has stopped and written its last records by then. */
  @Override
  public int getPhase() {
    return 0;
  }

  /** Drains all that has been appended so far. */
  void drain() throws IOException {
    Place at = place;
    if (at == null) {
      at = begin();
    }
    while (at.compareTo(journal.tail()) < 0) {
      Tally tally = new Tally(tables.openPassages(journal.id()).keySet());
      Place next = reader.read(at, properties.drainBatch(), tally::take);
      if (next.equals(at)) {
        break;
      }
      if (!count(at, next, tally)) {
        LOG.warn("Journal {} was drained by somebody else beyond {}", journal.id(), at);
        place = null;
        return;
      }
      at = next;
      place = at;
    }
    place = at;
    if (!leftAloneCounted && at.segment() >= journal.firstOfThisRun()) {
      countLeftAlone();
      leftAloneCounted = true;
    }
  }

  private Place begin() throws IOException {
    Place oldest = reader.oldest();
    UUID id = journal.id();
    return inTransaction(
        () ->
            tables
                .position(id)
                .orElseGet(
                    () -> {
                      tables.begin(id, oldest);
                      return oldest;
                    }));
  }

  private boolean count(Place from, Place to, Tally tally) {
    UUID id = journal.id();
    boolean moved =
        inTransaction(
            () -> {
              if (!tables.move(id, from, to)) {
                return false;
              }
              put(id, tally);
              return true;
            });
    if (moved) {
      drained.increment(tally.records());
      unreadable.increment(tally.unreadable());
    }
    return moved;
  }

  private void put(UUID id, Tally tally) {
    tally.ended().forEach(request -> tables.close(id, request));
    tally.opened().forEach((request, place) -> tables.open(id, request, place));
    tally.shapes().forEach(tables::keep);
    tables.add(tally.rollups());
  }

  /** Counts the passages that a killed process never ended. */
  private void countLeftAlone() throws IOException {
    UUID id = journal.id();
    for (var open : tables.openPassages(id).entrySet()) {
      if (open.getValue().segment() >= journal.firstOfThisRun()) {
        continue;
      }
      Optional<UsageEvent> last = reader.at(open.getValue());
      inTransaction(
          () -> {
            if (tables.close(id, open.getKey()) && last.isPresent()) {
              Tally tally = new Tally(Set.of());
              tally.count(last.get(), Outcome.CUT);
              tables.add(tally.rollups());
            }
            return true;
          });
    }
  }

  /** Deletes segments that were drained and are older than they need be. */
  private void sweep() throws IOException {
    Instant now = clock.instant();
    Place at = place;
    if (at == null || now.isBefore(nextSweep)) {
      return;
    }
    nextSweep = now.plusSeconds(3600);
    Instant oldestKept = now.minus(properties.journalRetention());
    Set<Long> pointedAt = new HashSet<>();
    tables.openPassages(journal.id()).values().forEach(open -> pointedAt.add(open.segment()));
    List<Path> deleted = new ArrayList<>();
    for (long sequence : journal.sequences()) {
      Path file = journal.file(sequence);
      if (sequence < at.segment()
          && !pointedAt.contains(sequence)
          && Files.getLastModifiedTime(file).toInstant().isBefore(oldestKept)) {
        Files.delete(file);
        deleted.add(file);
      }
    }
    if (!deleted.isEmpty()) {
      LOG.info("{} files of the usage journal reached their age and were deleted", deleted.size());
    }
  }

  private <T> T inTransaction(Supplier<T> work) {
    T result = transactions.execute(status -> work.get());
    if (result == null) {
      throw new IllegalStateException("a transaction of the drain brought nothing");
    }
    return result;
  }
}
