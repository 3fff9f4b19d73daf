package org.octroi.usage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.KeptRecords;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The files of the journal, and of those that gates elsewhere send. None goes that the rollups or
 * the event log have not passed, or that a passage still under way points at, however old it is.
 */
@Component
@AtTheDesk
final class JournalKept implements KeptRecords {

  private final JournalReader own;
  private final Supplier<List<JournalReader>> received;
  private final RollupTables tables;
  private final ClicksTable clicks;
  private final Optional<EventLog> eventLog;
  private final UsageProperties properties;

  @Autowired
  JournalKept(
      JournalReader own,
      ReceivedJournals received,
      RollupTables tables,
      ClicksTable clicks,
      ObjectProvider<EventLog> eventLog,
      UsageProperties properties) {
    this(
        own,
        received::readers,
        tables,
        clicks,
        Optional.ofNullable(eventLog.getIfAvailable()),
        properties);
  }

  JournalKept(
      JournalReader own,
      Supplier<List<JournalReader>> received,
      RollupTables tables,
      ClicksTable clicks,
      Optional<EventLog> eventLog,
      UsageProperties properties) {
    this.own = own;
    this.received = received;
    this.tables = tables;
    this.clicks = clicks;
    this.eventLog = eventLog;
    this.properties = properties;
  }

  @Override
  public String kind() {
    return "usage-journal";
  }

  @Override
  public Optional<Duration> keptFor() {
    return Optional.of(properties.journalRetention());
  }

  @Override
  public Holdings holdings() {
    try {
      List<Instant> written = new ArrayList<>();
      long bytes = 0;
      for (JournalReader reader : readers()) {
        for (long sequence : reader.journal().sequences()) {
          bytes += Files.size(reader.journal().file(sequence));
          written.add(lastWritten(reader.journal(), sequence));
        }
      }
      return Holdings.ofFiles(
          written.stream().min(Comparator.naturalOrder()),
          written.stream().max(Comparator.naturalOrder()),
          bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("The journal's folder can't be read", e);
    }
  }

  @Override
  public Gone letGoBefore(Instant before) {
    try {
      long bytes = 0;
      for (JournalReader reader : readers()) {
        bytes += letGo(reader, before);
      }
      return new Gone(0, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Files of the journal can't be deleted", e);
    }
  }

  private List<JournalReader> readers() {
    return Stream.concat(Stream.of(own), received.get().stream()).toList();
  }

  private long letGo(JournalReader reader, Instant before) throws IOException {
    Journal journal = reader.journal();
    Optional<Place> drained = tables.position(journal.id());
    if (drained.isEmpty()) {
      return 0;
    }
    // What the drain remembers of clicks is read again from where it was last kept.
    long passed =
        clicks
            .find(journal.id())
            .map(kept -> Math.min(kept.place().segment(), drained.get().segment()))
            .orElse(drained.get().segment());
    if (eventLog.isPresent()) {
      passed = Math.min(passed, eventLog.get().oldestNeeded(reader));
    }
    Set<Long> pointedAt = new HashSet<>();
    tables.openPassages(journal.id()).values().forEach(open -> pointedAt.add(open.segment()));
    long bytes = 0;
    for (long sequence : journal.sequences()) {
      if (sequence < passed
          && !pointedAt.contains(sequence)
          && lastWritten(journal, sequence).isBefore(before)) {
        Path file = journal.file(sequence);
        bytes += Files.size(file);
        Files.delete(file);
      }
    }
    return bytes;
  }

  private static Instant lastWritten(Journal journal, long sequence) throws IOException {
    return Files.getLastModifiedTime(journal.file(sequence)).toInstant();
  }
}
