package org.octroi.usage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.vocabulary.KeptRecords;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The files of the journal. None goes that the rollups or the event log have not passed, or that a
 * passage still under way points at, however old it is.
 */
@Component
final class JournalKept implements KeptRecords {

  private final MappedJournal journal;
  private final RollupTables tables;
  private final ClicksTable clicks;
  private final Optional<EventLog> eventLog;
  private final UsageProperties properties;

  @Autowired
  JournalKept(
      MappedJournal journal,
      RollupTables tables,
      ClicksTable clicks,
      ObjectProvider<EventLog> eventLog,
      UsageProperties properties) {
    this(journal, tables, clicks, Optional.ofNullable(eventLog.getIfAvailable()), properties);
  }

  JournalKept(
      MappedJournal journal,
      RollupTables tables,
      ClicksTable clicks,
      Optional<EventLog> eventLog,
      UsageProperties properties) {
    this.journal = journal;
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
      List<Long> sequences = journal.sequences();
      long bytes = 0;
      for (long sequence : sequences) {
        bytes += Files.size(journal.file(sequence));
      }
      return Holdings.ofFiles(
          sequences.isEmpty() ? Optional.empty() : Optional.of(lastWritten(sequences.getFirst())),
          sequences.isEmpty() ? Optional.empty() : Optional.of(lastWritten(sequences.getLast())),
          bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("The journal's folder can't be read", e);
    }
  }

  @Override
  public Gone letGoBefore(Instant before) {
    try {
      Optional<Place> drained = tables.position(journal.id());
      if (drained.isEmpty()) {
        return Gone.NOTHING;
      }
      // What the drain remembers of clicks is read again from where it was last kept.
      long passed =
          clicks
              .find(journal.id())
              .map(kept -> Math.min(kept.place().segment(), drained.get().segment()))
              .orElse(drained.get().segment());
      if (eventLog.isPresent()) {
        passed = Math.min(passed, eventLog.get().oldestNeeded());
      }
      Set<Long> pointedAt = new HashSet<>();
      tables.openPassages(journal.id()).values().forEach(open -> pointedAt.add(open.segment()));
      long bytes = 0;
      for (long sequence : journal.sequences()) {
        if (sequence < passed
            && !pointedAt.contains(sequence)
            && lastWritten(sequence).isBefore(before)) {
          Path file = journal.file(sequence);
          bytes += Files.size(file);
          Files.delete(file);
        }
      }
      return new Gone(0, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Files of the journal can't be deleted", e);
    }
  }

  private Instant lastWritten(long sequence) throws IOException {
    return Files.getLastModifiedTime(journal.file(sequence)).toInstant();
  }
}
