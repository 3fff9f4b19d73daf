package org.octroi.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.vocabulary.AtTheDesk;
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
 * <p><b>Double clicks and sessions.</b> What {@link Clicks} says of a record depends on the records
 * before it, by nothing but their order in the journal. What it remembers is kept now and then, in
 * the transaction of a batch, with the place that it is of; who begins anew takes it up and is
 * shown again, without counting, what stands between that place and the one drained up to. So
 * nothing counts differently for a restart, or for where batches end.
 *
 * <p>Runs on one virtual thread.
 */
@Component
@AtTheDesk
final class Drain implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private static final long PAUSE_BY_TURN = 39;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  /** What is shown again after a restart is read in a second or two. */
  private static final int RECORDS_BETWEEN_KEPT_CLICKS = 1_000_000;

  private static final Duration TIME_BETWEEN_KEPT_CLICKS = Duration.ofMinutes(1);

  private final Journal journal;
  private final JournalReader reader;
  private final RollupTables tables;
  private final SketchTable sketches;
  private final ClicksTable clicksTable;
  private final TransactionOperations transactions;
  private final UsageProperties properties;
  private final Clock clock;
  private final Counter drained;
  private final Counter failures;
  private final Counter unreadable;

  private final Turns turns =
      new Turns(Thread.ofVirtual().name("usage-drain"), this::drainAndPause);

  /** How far it has come; null until the database has been asked. */
  private volatile @Nullable Place place;

  /** What double clicks are told by, as of {@link #place}. */
  private Clicks clicks = new Clicks();

  /** When what it remembered was kept, and how many records ago. */
  private Instant clicksKept = Instant.MIN;

  private int recordsSinceKept;

  /** The run before which the passages left alone have been counted; 0 for none yet. */
  private long leftAloneCounted;

  private boolean failing;

  @Autowired
  Drain(
      MappedJournal journal,
      JournalReader reader,
      RollupTables tables,
      SketchTable sketches,
      ClicksTable clicksTable,
      TransactionOperations transactions,
      UsageProperties properties,
      ObjectProvider<Clock> clock,
      MeterRegistry metrics) {
    this(
        journal,
        reader,
        tables,
        sketches,
        clicksTable,
        transactions,
        properties,
        clock.getIfAvailable(Clock::systemUTC),
        metrics);
    metrics.gauge("octroi.usage.journal.lag.bytes", this, Drain::bytesBehind);
  }

  Drain(
      Journal journal,
      JournalReader reader,
      RollupTables tables,
      SketchTable sketches,
      ClicksTable clicksTable,
      TransactionOperations transactions,
      UsageProperties properties,
      Clock clock,
      MeterRegistry metrics) {
    this.journal = journal;
    this.reader = reader;
    this.tables = tables;
    this.sketches = sketches;
    this.clicksTable = clicksTable;
    this.transactions = transactions;
    this.properties = properties;
    this.clock = clock;
    this.drained = metrics.counter("octroi.usage.events.drained");
    this.failures = metrics.counter("octroi.usage.drain.failures");
    this.unreadable = metrics.counter("octroi.usage.journal.unreadable");
  }

  /** How much waits to be drained. */
  double bytesBehind() {
    return journal.bytesBehind(place);
  }

  @Override
  public void start() {
    turns.start(properties.drainInterval().toMillis());
  }

  private long drainAndPause() {
    long began = System.nanoTime();
    drainOrWait();
    return pauseMillis(System.nanoTime() - began);
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
  void drainOrWait() {
    try {
      drain();
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
  public void stop() {
    if (turns.stop()) {
      drainOrWait();
    }
  }

  @Override
  public boolean isRunning() {
    return turns.running();
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
      Place next;
      try {
        next = drainBatch(at);
      } catch (DrainedElsewhereException e) {
        LOG.warn("{}", e.getMessage());
        return;
      }
      if (next.equals(at)) {
        break;
      }
      at = next;
      place = at;
    }
    place = at;
    long run = journal.firstOfThisRun();
    if (leftAloneCounted != run && at.segment() >= run) {
      countLeftAlone(run);
      leftAloneCounted = run;
    }
  }

  /**
   * Drains one batch.
   *
   * @return the place behind it
   * @throws DrainedElsewhereException when somebody else has moved on from the place
   */
  private Place drainBatch(Place at) throws IOException {
    Tally tally = new Tally(tables.openPassages(journal.id()).keySet(), clicks);
    boolean stands = false;
    try {
      Place next = read(at, tally);
      if (!next.equals(at)) {
        count(at, next, tally);
      }
      stands = true;
      return next;
    } finally {
      if (!stands) {
        // The clicks have seen what does not count: they are taken up again.
        place = null;
      }
    }
  }

  /** Reads a batch; a segment holds less than one when there is much to do. */
  private Place read(Place from, Tally tally) throws IOException {
    Place at = from;
    while (tally.records() < properties.drainBatch()) {
      Place next = reader.read(at, properties.drainBatch() - tally.records(), tally::take);
      if (next.equals(at)) {
        break;
      }
      at = next;
    }
    return at;
  }

  private Place begin() throws IOException {
    Place oldest = reader.oldest();
    UUID id = journal.id();
    Place at =
        inTransaction(
            () ->
                tables
                    .position(id)
                    .orElseGet(
                        () -> {
                          tables.begin(id, oldest);
                          return oldest;
                        }));
    Optional<ClicksTable.Kept> kept = clicksTable.find(id);
    if (kept.isEmpty()) {
      clicks = new Clicks();
      clicksKept = Instant.MIN;
      return at;
    }
    clicks = Clicks.of(kept.get().state());
    clicksKept = clock.instant();
    showAgain(kept.get().place(), at);
    return at;
  }

  /** Lets the clicks remember what stands between two places. */
  private void showAgain(Place from, Place to) throws IOException {
    recordsSinceKept = 0;
    Place at = from;
    while (at.compareTo(to) < 0) {
      Place next =
          reader.read(
              at,
              Integer.MAX_VALUE,
              (place, content) -> {
                if (place.compareTo(to) < 0
                    && content instanceof JournalRecord.Passed(UsageEvent event)
                    && !event.provisional()) {
                  recordsSinceKept++;
                  if (Clicks.counts(event)) {
                    clicks.click(event);
                  }
                }
              });
      if (next.equals(at)) {
        break;
      }
      at = next;
    }
  }

  private void count(Place from, Place to, Tally tally) {
    UUID id = journal.id();
    boolean keep =
        recordsSinceKept + tally.records() >= RECORDS_BETWEEN_KEPT_CLICKS
            || !clock.instant().isBefore(clicksKept.plus(TIME_BETWEEN_KEPT_CLICKS));
    inTransaction(
        () -> {
          if (!tables.move(id, from, to)) {
            throw new DrainedElsewhereException(id, from);
          }
          put(id, tally);
          if (keep) {
            clicksTable.keep(id, new ClicksTable.Kept(to, clicks.state()));
          }
          return true;
        });
    drained.increment(tally.records());
    unreadable.increment(tally.unreadable());
    recordsSinceKept += tally.records();
    if (keep) {
      recordsSinceKept = 0;
      clicksKept = clock.instant();
    }
  }

  private void put(UUID id, Tally tally) {
    tally.ended().forEach(request -> tables.close(id, request));
    tally.opened().forEach((request, place) -> tables.open(id, request, place));
    tally.shapes().forEach(tables::keep);
    tables.keysUsed(tally.keysUsed());
    add(tally);
  }

  private void add(Tally tally) {
    for (Rollup.Grain grain : Rollup.Grain.values()) {
      tables.add(grain, tally.rollups(grain));
    }
    sketches.merge(tally.sketches());
  }

  /** Counts the passages that a killed process never ended. */
  private void countLeftAlone(long run) throws IOException {
    UUID id = journal.id();
    for (var open : tables.openPassages(id).entrySet()) {
      if (open.getValue().segment() >= run) {
        continue;
      }
      Optional<UsageEvent> last = reader.at(open.getValue());
      inTransaction(
          () -> {
            if (tables.close(id, open.getKey()) && last.isPresent()) {
              Tally tally = new Tally(Set.of(), new Clicks());
              tally.countLeftAlone(last.get());
              add(tally);
            }
            return true;
          });
    }
  }

  /** The place in the database is another one than this drain had come to. */
  private static final class DrainedElsewhereException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    DrainedElsewhereException(UUID journal, Place from) {
      super("Journal " + journal + " was drained by somebody else beyond " + from);
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
