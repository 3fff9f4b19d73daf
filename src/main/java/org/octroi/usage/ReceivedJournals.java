package org.octroi.usage;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.octroi.vocabulary.AtTheDesk;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The journals that gates elsewhere send, each in a folder of its name below the desk's own
 * journal, and each drained like that one: exactly once, by its id. They are drained one after the
 * other on one virtual thread. Safe for use by many threads.
 */
@Component
@AtTheDesk
public final class ReceivedJournals implements SmartLifecycle {

  private static final Pattern JOURNAL =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final Path folder;
  private final RollupTables tables;
  private final SketchTable sketches;
  private final ClicksTable clicks;
  private final TransactionOperations transactions;
  private final UsageProperties properties;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Map<UUID, Received> received = new ConcurrentHashMap<>();
  private final Turns turns =
      new Turns(Thread.ofVirtual().name("usage-received"), this::drainAndPause);

  private record Received(ReceivedJournal journal, JournalReader reader, Drain drain) {}

  ReceivedJournals(
      RollupTables tables,
      SketchTable sketches,
      ClicksTable clicks,
      TransactionOperations transactions,
      UsageProperties properties,
      ObjectProvider<Clock> clock,
      MeterRegistry metrics) {
    this.folder = properties.journalFolder().toAbsolutePath().resolve("gates");
    this.tables = tables;
    this.sketches = sketches;
    this.clicks = clicks;
    this.transactions = transactions;
    this.properties = properties;
    this.clock = clock.getIfAvailable(Clock::systemUTC);
    this.metrics = metrics;
    try {
      for (UUID id : ids()) {
        received.put(id, open(id));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The journals of gates in " + folder + " can't be read", e);
    }
    metrics.gauge("octroi.usage.received.lag.bytes", this, ReceivedJournals::bytesBehind);
  }

  private List<UUID> ids() throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .filter(Files::isDirectory)
          .map(Segment::nameOf)
          .filter(name -> JOURNAL.matcher(name).matches())
          .map(UUID::fromString)
          .toList();
    }
  }

  private Received open(UUID id) throws IOException {
    ReceivedJournal journal = new ReceivedJournal(id, folder.resolve(id.toString()));
    JournalReader reader = new JournalReader(journal);
    return new Received(
        journal,
        reader,
        new Drain(
            journal, reader, tables, sketches, clicks, transactions, properties, clock, metrics));
  }

  private Received of(UUID id) {
    return received.computeIfAbsent(
        id,
        unknown -> {
          try {
            return open(unknown);
          } catch (IOException e) {
            throw new UncheckedIOException("Journal " + unknown + " can't be begun here", e);
          }
        });
  }

  /** Up to where a journal has come; it is on the disk. */
  public JournalPlace has(UUID journal) {
    return of(journal).journal().has();
  }

  /**
   * Keeps what comes next of a journal. What does not fit where the last part ended is not taken.
   *
   * @return up to where it has come then, on the disk
   * @throws IOException when it can't be written, or came altered
   */
  public JournalPlace take(JournalPart part) throws IOException {
    return of(part.journal()).journal().take(part);
  }

  /** The readers of the journals that have come. */
  List<JournalReader> readers() {
    return received.values().stream().map(Received::reader).toList();
  }

  private double bytesBehind() {
    return received.values().stream().mapToDouble(one -> one.drain().bytesBehind()).sum();
  }

  private long drainAndPause() {
    received.values().forEach(one -> one.drain().drainOrWait());
    return properties.drainInterval().toMillis();
  }

  @Override
  public void start() {
    turns.start(properties.drainInterval().toMillis());
  }

  /** Stops after all that has come has been drained, if the database allows. */
  @Override
  public void stop() {
    if (turns.stop()) {
      drainAndPause();
    }
  }

  @Override
  public boolean isRunning() {
    return turns.running();
  }

  /** Late, as the drain of the own journal is. */
  @Override
  public int getPhase() {
    return 0;
  }
}
