package org.octroi.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.EventLogFiles.Found;
import org.octroi.usage.EventLogFiles.LogFile;
import org.octroi.usage.EventLogFiles.Partition;
import org.octroi.usage.EventLogNotes.Merge;
import org.octroi.usage.EventLogPosition.UnderWay;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.usage.UsageEvent.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Brings the own journal, and those that gates elsewhere send, over into Parquet files by territory
 * and day, exactly once, beside the {@link Drain} and at its own pace; the journal keeps what it
 * has not passed yet.
 *
 * <p><b>Exactly once</b>, though a file system has no transactions. The journal is taken in
 * stretches. Where a stretch begins and ends is written down before its files are, and its files
 * are named after where it begins; a process that ends in between leaves a stretch that the next
 * one writes again, to the same names. When all of them stand there the position moves on. Each
 * step is one atomic rename, or the one put of an object.
 *
 * <p>Provisional records are noted and not written, as the drain does it: the last of a passage
 * that its process left alone is written as cut, by the first turn after everything of the earlier
 * run.
 *
 * <p>Small files of a day are made one, again and again; of a day that is over one is left. Only
 * files of its own journals are, so that the logs of several processes may go to one bucket. A
 * merge is written down before it is done, and done again under the same name where it was not
 * finished.
 *
 * <p>Runs on one thread, which waits where the disk is nearly full and where the files can't be
 * reached.
 */
@Component
@ConditionalOnExpression(
    "'${octroi.roles:gate,desk}'.contains('desk') and ${octroi.usage.event-log.enabled:true}")
final class EventLog implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

  /** What a stretch is held in takes about 40 MB at most. */
  private static final int RECORDS_OF_A_STRETCH = 50_000;

  private static final int RECORDS_AT_ONCE = 5_000;
  private static final long LARGE_BYTES = 64L << 20;

  /** Of a merge: so much is copied to this disk where the log is in a bucket, and put back. */
  private static final long MERGED_BYTES = 256L << 20;

  /** By then it is over in every time zone. */
  private static final int DAYS_UNTIL_OVER = 2;

  private final JournalReader own;
  private final Supplier<List<JournalReader>> received;
  private final EventLogProperties properties;
  private final EventLogFiles files;
  private final EventLogNotes notes;
  private final DiskWatch disk;
  private final Clock clock;
  private final Counter failures;
  private final Counter written;

  /** The days that may have files to be merged; null until the folder was looked through. */
  private @Nullable Set<Partition> watched;

  /** How far each journal has been brought over, as far as that was read. */
  private final Map<UUID, EventLogPosition> positions = new ConcurrentHashMap<>();

  private final Turns turns =
      new Turns(Thread.ofPlatform().daemon().name("usage-event-log"), this::takeTurn);

  private boolean looked;
  private boolean failing;

  @Autowired
  EventLog(
      JournalReader own,
      ReceivedJournals received,
      EventLogProperties properties,
      EventLogFiles files,
      DiskWatch disk,
      ObjectProvider<Clock> clock,
      MeterRegistry metrics) {
    this(
        own,
        received::readers,
        properties,
        files,
        disk,
        clock.getIfAvailable(Clock::systemUTC),
        metrics);
  }

  EventLog(
      JournalReader own,
      Supplier<List<JournalReader>> received,
      EventLogProperties properties,
      EventLogFiles files,
      DiskWatch disk,
      Clock clock,
      MeterRegistry metrics) {
    this.own = own;
    this.received = received;
    this.properties = properties;
    this.files = files;
    this.notes = new EventLogNotes(properties.folder());
    this.disk = disk;
    this.clock = clock;
    this.failures = metrics.counter("octroi.usage.event-log.failures");
    this.written = metrics.counter("octroi.usage.event-log.events");
    metrics.gauge(
        "octroi.usage.event-log.lag.bytes",
        this,
        log -> log.readers().stream().mapToDouble(log::bytesBehind).sum());
  }

  private List<JournalReader> readers() {
    return Stream.concat(Stream.of(own), received.get().stream()).toList();
  }

  private double bytesBehind(JournalReader reader) {
    @Nullable EventLogPosition now = positions.get(reader.journal().id());
    return reader.journal().bytesBehind(now == null ? null : now.at());
  }

  /** The oldest segment of a journal that the log still needs. */
  long oldestNeeded(JournalReader reader) throws IOException {
    return position(reader).oldestNeeded();
  }

  /** Lets another process have the folder. */
  void release() throws IOException {
    notes.release();
  }

  private EventLogPosition position(JournalReader reader) throws IOException {
    UUID journal = reader.journal().id();
    @Nullable EventLogPosition now = positions.get(journal);
    if (now == null) {
      Optional<EventLogPosition> kept = notes.position(journal);
      now = kept.isPresent() ? kept.get() : EventLogPosition.beginningAt(reader.oldest());
      positions.put(journal, now);
    }
    return now;
  }

  @Override
  public void start() {
    turns.start(0);
  }

  /** The first turn only looks, so that what is wrong is said at the start. */
  private long takeTurn() {
    boolean first = !looked;
    looked = true;
    tryOrWait(first ? this::look : this::write);
    return properties.interval().toMillis();
  }

  private interface Work {
    void run() throws IOException;
  }

  private void tryOrWait(Work work) {
    try {
      work.run();
      if (failing) {
        failing = false;
        LOG.info("The event log can be written again");
      }
    } catch (IOException | RuntimeException e) {
      failures.increment();
      positions.clear();
      if (!failing) {
        LOG.error(
            "The event log can't be written; the journal keeps it, and it is tried again every {}:"
                + " {}",
            properties.interval(),
            e.getMessage(),
            e);
      }
      failing = true;
    }
  }

  /** Stops after the stretch that is under way; the next start goes on from there. */
  @Override
  public void stop() {
    if (turns.stop()) {
      try {
        release();
      } catch (IOException e) {
        LOG.warn("The lock of the event log could not be let go: {}", e.getMessage());
      }
    }
  }

  @Override
  public boolean isRunning() {
    return turns.running();
  }

  @Override
  public int getPhase() {
    return 0;
  }

  private void look() throws IOException {
    notes.take();
    files.look();
  }

  /** Brings over all that has been appended so far. */
  void write() throws IOException {
    if (disk.isLow()) {
      return;
    }
    look();
    notes.forgetDrafts();
    try (ParquetWriter parquet = new ParquetWriter(properties.memory(), notes.overflow())) {
      for (Merge merge : notes.merges()) {
        finish(parquet, merge);
      }
      for (JournalReader reader : readers()) {
        write(parquet, reader);
      }
      merge(parquet);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void write(ParquetWriter parquet, JournalReader reader) throws IOException {
    Journal journal = reader.journal();
    EventLogPosition now = position(reader);
    if (now.underWay().isPresent()) {
      now = again(parquet, reader, now, now.underWay().get());
    }
    while (now.at().compareTo(journal.tail()) < 0 && !turns.stopping()) {
      EventLogPosition next = stretch(parquet, reader, now, Optional.empty());
      if (next.at().equals(now.at())) {
        break;
      }
      now = next;
    }
    if (now.at().segment() >= journal.firstOfThisRun()) {
      var _ = leftAlone(parquet, reader, now, journal.firstOfThisRun());
    }
  }

  private EventLogPosition again(
      ParquetWriter parquet, JournalReader reader, EventLogPosition from, UnderWay work)
      throws IOException {
    return switch (work) {
      case UnderWay.Stretch(Place upTo) -> stretch(parquet, reader, from, Optional.of(upTo));
      case UnderWay.LeftAlone(long before) -> leftAlone(parquet, reader, from, before);
    };
  }

  /**
   * Writes a stretch.
   *
   * @param upTo where it ends, where it was begun before
   */
  private EventLogPosition stretch(
      ParquetWriter parquet, JournalReader reader, EventLogPosition from, Optional<Place> upTo)
      throws IOException {
    UUID journal = reader.journal().id();
    Map<String, Place> open = new HashMap<>(from.open());
    Place at = from.at();
    int[] taken = {0};
    while (upTo.isPresent() ? at.compareTo(upTo.get()) < 0 : taken[0] < RECORDS_OF_A_STRETCH) {
      Place next =
          reader.read(
              at,
              RECORDS_AT_ONCE,
              (place, content) -> {
                if (upTo.isEmpty() || place.compareTo(upTo.get()) < 0) {
                  taken[0]++;
                  take(parquet, journal, open, place, content);
                }
              });
      if (next.equals(at)) {
        break;
      }
      at = next;
    }
    Place end = upTo.orElse(at);
    publish(
        parquet,
        journal,
        from.beginning(new UnderWay.Stretch(end)),
        "%s-%010d-%010d".formatted(journal, from.at().segment(), from.at().offset()));
    written.increment(taken[0]);
    return moved(journal, new EventLogPosition(end, open, Optional.empty()));
  }

  private static void take(
      ParquetWriter parquet,
      UUID journal,
      Map<String, Place> open,
      Place place,
      JournalRecord content) {
    if (content instanceof JournalRecord.Passed(UsageEvent event)) {
      if (event.provisional()) {
        open.put(event.requestId(), place);
      } else {
        open.remove(event.requestId());
        parquet.take(journal, place, event, event.outcome());
      }
    }
  }

  /** Writes the passages that a process before this segment never ended. */
  private EventLogPosition leftAlone(
      ParquetWriter parquet, JournalReader reader, EventLogPosition from, long before)
      throws IOException {
    UUID journal = reader.journal().id();
    Map<String, Place> open = new HashMap<>(from.open());
    for (var passage : from.open().entrySet()) {
      if (passage.getValue().segment() < before) {
        reader
            .at(passage.getValue())
            .ifPresent(event -> parquet.take(journal, passage.getValue(), event, Outcome.CUT));
        open.remove(passage.getKey());
      }
    }
    if (open.size() == from.open().size()) {
      return from;
    }
    publish(
        parquet,
        journal,
        from.beginning(new UnderWay.LeftAlone(before)),
        "%s-%010d-left-alone".formatted(journal, before));
    return moved(journal, new EventLogPosition(from.at(), open, Optional.empty()));
  }

  private void publish(ParquetWriter parquet, UUID journal, EventLogPosition intent, String name)
      throws IOException {
    List<Partition> partitions = parquet.partitions();
    if (partitions.isEmpty()) {
      return;
    }
    notes.keep(journal, intent);
    for (Partition partition : partitions) {
      Path draft = notes.draft();
      parquet.write(partition, draft);
      files.publish(draft, partition.file(name));
      watched().add(partition);
    }
    parquet.forget();
  }

  private EventLogPosition moved(UUID journal, EventLogPosition to) throws IOException {
    notes.keep(journal, to);
    positions.put(journal, to);
    return to;
  }

  private Set<Partition> watched() throws IOException {
    Set<Partition> days = watched;
    if (days == null) {
      days = new HashSet<>();
      Set<Partition> withOne = new HashSet<>();
      for (Found found : files.all()) {
        if (isSmall(found) && !withOne.add(found.file().day())) {
          days.add(found.file().day());
        }
      }
      watched = days;
    }
    return days;
  }

  /** Small, and no other process's: its log may go to the same bucket. */
  private boolean isSmall(Found found) {
    return found.bytes() < LARGE_BYTES
        && readers().stream()
            .anyMatch(reader -> found.file().name().startsWith(reader.journal().id().toString()));
  }

  private void merge(ParquetWriter parquet) throws IOException {
    LocalDate lastOver = LocalDate.now(clock).minusDays(DAYS_UNTIL_OVER);
    for (Iterator<Partition> days = watched().iterator(); days.hasNext() && !turns.stopping(); ) {
      Partition day = days.next();
      boolean over = !day.day().isAfter(lastOver);
      List<LogFile> small = small(day);
      while (small.size() >= (over ? 2 : properties.mergeAt()) && !turns.stopping()) {
        UUID id = UUID.randomUUID();
        Merge merge = new Merge(id, day.file(own.journal().id() + "-merged-" + id), small);
        notes.begin(merge);
        finish(parquet, merge);
        small = small(day);
      }
      if (over) {
        days.remove();
      }
    }
  }

  private List<LogFile> small(Partition day) throws IOException {
    List<LogFile> small = new ArrayList<>();
    long bytes = 0;
    for (Found found : files.of(day)) {
      if (isSmall(found) && bytes + found.bytes() <= MERGED_BYTES) {
        bytes += found.bytes();
        small.add(found.file());
      }
    }
    return small;
  }

  /** Does what is left of a merge to do, wherever it was left. */
  private void finish(ParquetWriter parquet, Merge merge) throws IOException {
    Set<LogFile> there = new HashSet<>();
    files.of(merge.day()).forEach(found -> there.add(found.file()));
    boolean whole = there.contains(merge.whole());
    if (!whole && there.containsAll(merge.parts())) {
      List<Path> parts = new ArrayList<>();
      for (LogFile part : merge.parts()) {
        parts.add(files.readable(part, notes.draft()));
      }
      Path draft = notes.draft();
      parquet.merge(parts, draft);
      files.publish(draft, merge.whole());
      notes.forgetDrafts();
      whole = true;
    }
    // Else the day has been let go of meanwhile.
    if (whole) {
      for (LogFile part : merge.parts()) {
        files.delete(part);
      }
    }
    notes.over(merge);
  }
}
