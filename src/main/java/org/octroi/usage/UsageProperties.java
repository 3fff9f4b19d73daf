package org.octroi.usage;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Where usage is written down, and for how long it is kept.
 *
 * @param journalFolder the folder of the journal; one process has it to itself
 * @param segmentSize the size of one file of the journal, 1 MB to 1 GB
 * @param forceInterval how often what was appended is forced to the disk: what the loss of power
 *     can cost; a killed process loses nothing
 * @param durability whether what was appended is forced to the disk in the {@code background}, or
 *     before each answer ends, which {@code fsync} asks for: then not even the loss of power costs
 *     an event, and an answer takes as long as the disk needs
 * @param diskReserve where less than this is free on the journal's disk an alarm is raised and the
 *     event log waits; the journal goes on, down to a quarter of it, which is left to the database
 * @param drainInterval how often the rollups are brought up to date; where that would take more
 *     than a fortieth of the time, less often, down to every ten seconds
 * @param drainBatch how many records go into one transaction, where so many wait: the more, the
 *     less each costs
 * @param journalRetention how long files of the journal are kept that the rollups and the event log
 *     have; the default is a year and a month, so that any day of the past year can be replayed and
 *     explained
 */
@Validated
@ConfigurationProperties("octroi.usage")
record UsageProperties(
    @DefaultValue("data/journal") @NotNull Path journalFolder,
    @DefaultValue("16MB") @NotNull DataSize segmentSize,
    @DefaultValue("50ms") @NotNull Duration forceInterval,
    @DefaultValue("background") @NotNull Durability durability,
    @DefaultValue("512MB") @NotNull DataSize diskReserve,
    @DefaultValue("1s") @NotNull Duration drainInterval,
    @DefaultValue("500000") @Min(1) @Max(1_000_000) int drainBatch,
    @DefaultValue("P400D") @NotNull Duration journalRetention) {

  /** When the disk must have a record. */
  enum Durability {
    /** Soon after: a killed process loses none, the loss of power some. */
    BACKGROUND,
    /** Before the answer ends. */
    FSYNC
  }

  UsageProperties {
    if (segmentSize.toBytes() < 1 << 20 || segmentSize.toBytes() > 1 << 30) {
      throw new IllegalArgumentException("octroi.usage.segment-size must be 1MB to 1GB");
    }
  }
}
