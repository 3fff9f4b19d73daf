package org.octroi.statistics;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What of usage is shown to everybody.
 *
 * @param smallestCell a day of a dataset is shown to the public when at least so many came:
 *     reusers, and callers without one; fewer could tell what somebody did
 */
@Validated
@ConfigurationProperties("octroi.statistics")
record StatisticsProperties(@DefaultValue("5") @Min(1) int smallestCell) {}
