package org.octroi.usage;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The event log: every event as a row of a Parquet file, for whoever wants to ask what no rollup
 * answers (docs/event-log.md).
 *
 * @param enabled whether it is written; where it is not, the journal does not wait for it
 * @param folder the folder that it is written to; one process has it to itself
 * @param interval how often what was appended to the journal is brought over; the first time that
 *     long after the start, when DuckDB is loaded
 * @param memory the most that DuckDB may take for its data while it writes
 * @param mergeAt a day's small files are made one when there are so many
 */
@Validated
@ConfigurationProperties("octroi.usage.event-log")
record EventLogProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("data/event-log") @NotNull Path folder,
    @DefaultValue("5m") @NotNull Duration interval,
    @DefaultValue("128MB") @NotNull DataSize memory,
    @DefaultValue("16") @Min(2) int mergeAt) {}
