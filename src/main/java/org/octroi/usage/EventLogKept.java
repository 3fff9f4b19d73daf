package org.octroi.usage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.octroi.usage.EventLogFiles.Found;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.KeptRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The days of the event log: a day goes whole. */
@Component
@AtTheDesk
final class EventLogKept implements KeptRecords {

  private static final Logger LOG = LoggerFactory.getLogger(EventLogKept.class);

  private final EventLogFiles files;
  private final RetentionProperties retention;

  EventLogKept(EventLogFiles files, RetentionProperties retention) {
    this.files = files;
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
      List<Found> all = files.all();
      List<LocalDate> days = all.stream().map(EventLogKept::day).sorted().toList();
      return Holdings.ofFiles(
          days.stream().findFirst().map(EventLogKept::beginning),
          days.isEmpty() ? Optional.empty() : Optional.of(beginning(days.getLast())),
          all.stream().mapToLong(Found::bytes).sum());
    } catch (IOException e) {
      LOG.warn("What the event log holds can't be told now: {}", e.getMessage());
      return Holdings.UNKNOWN;
    }
  }

  private static LocalDate day(Found found) {
    return found.file().day().day();
  }

  private static Instant beginning(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  @Override
  public Gone letGoBefore(Instant before) {
    LocalDate firstKept = LocalDate.ofInstant(before, ZoneOffset.UTC);
    try {
      long bytes = 0;
      for (Found found : files.all()) {
        if (day(found).isBefore(firstKept)) {
          files.delete(found.file());
          bytes += found.bytes();
        }
      }
      return new Gone(0, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Days of the event log can't be deleted", e);
    }
  }
}
