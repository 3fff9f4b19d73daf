package org.octroi.usage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.usage.UsageProperties.Durability;
import org.springframework.util.unit.DataSize;

/** Opens journals of a megabyte a segment, and reads them whole. */
final class Journals {

  private Journals() {}

  static UsageProperties in(Path folder) {
    return in(folder, Durability.BACKGROUND);
  }

  static UsageProperties in(Path folder, Durability durability) {
    return new UsageProperties(
        folder,
        DataSize.ofMegabytes(1),
        Duration.ofMillis(50),
        durability,
        DataSize.ofMegabytes(8),
        Duration.ofMillis(50),
        100,
        Duration.ofDays(400));
  }

  static MappedJournal open(Path folder) {
    return open(in(folder), new LocalDisk());
  }

  static MappedJournal open(UsageProperties properties, Disk disk) {
    return new MappedJournal(properties, disk, Clock.systemUTC(), new SimpleMeterRegistry());
  }

  /** Every event that stands in the journal. */
  static List<UsageEvent> events(MappedJournal journal) throws IOException {
    JournalReader reader = new JournalReader(journal);
    List<UsageEvent> events = new ArrayList<>();
    Place at = reader.oldest();
    while (true) {
      JournalReader.Batch batch = reader.read(at, 1000);
      for (JournalReader.Placed placed : batch.records()) {
        if (placed.content() instanceof JournalRecord.Passed(UsageEvent event)) {
          events.add(event);
        }
      }
      if (batch.next().equals(at)) {
        return events;
      }
      at = batch.next();
    }
  }
}
