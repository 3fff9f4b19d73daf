package org.octroi.usage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.octroi.usage.EventLogFolder.Partition;
import org.octroi.vocabulary.KeptRecords;
import org.springframework.stereotype.Component;

/** The days of the event log: a day goes whole. */
@Component
final class EventLogKept implements KeptRecords {

  private final EventLogFolder folder;
  private final RetentionProperties retention;

  EventLogKept(EventLogProperties properties, RetentionProperties retention) {
    this.folder = new EventLogFolder(properties.folder());
    this.retention = retention;
  }

  @Override
  public String kind() {
    return "event-log";
  }

  @Override
  public Optional<Duration> keptFor() {
    return Optional.of(retention.eventLog());
  }

  @Override
  public Holdings holdings() {
    try {
      List<Partition> partitions = folder.partitions();
      List<LocalDate> days = partitions.stream().map(Partition::day).sorted().toList();
      long bytes = 0;
      for (Partition partition : partitions) {
        for (Path file : folder.files(partition)) {
          bytes += Files.size(file);
        }
      }
      return Holdings.ofFiles(
          days.stream().findFirst().map(EventLogKept::beginning),
          days.isEmpty() ? Optional.empty() : Optional.of(beginning(days.getLast())),
          bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("The event log can't be read", e);
    }
  }

  private static Instant beginning(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  @Override
  public Gone letGoBefore(Instant before) {
    LocalDate firstKept = LocalDate.ofInstant(before, ZoneOffset.UTC);
    try {
      long bytes = 0;
      for (Partition partition : folder.partitions()) {
        if (partition.day().isBefore(firstKept)) {
          bytes += folder.delete(partition);
        }
      }
      return new Gone(0, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Days of the event log can't be deleted", e);
    }
  }
}
