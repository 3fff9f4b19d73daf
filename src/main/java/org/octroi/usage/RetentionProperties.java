package org.octroi.usage;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long records of usage are kept beside the journal ({@code octroi.usage.journal-retention}).
 * {@code GET /api/v1/retention} shows what that comes to.
 *
 * @param eventLog how long the days of the event log are kept
 * @param rollupHours how long rollups by the hour are kept
 * @param rollupDays how long rollups by the day are kept; those by the month are kept for ever
 * @param decisionShapes how long the input of a decision is kept after it was last asked for;
 *     longer than the journal, whose passages are explained by it
 */
@Validated
@ConfigurationProperties("octroi.retention")
record RetentionProperties(
    @DefaultValue("P1100D") @NotNull Duration eventLog,
    @DefaultValue("P1100D") @NotNull Duration rollupHours,
    @DefaultValue("P3700D") @NotNull Duration rollupDays,
    @DefaultValue("P800D") @NotNull Duration decisionShapes) {}
