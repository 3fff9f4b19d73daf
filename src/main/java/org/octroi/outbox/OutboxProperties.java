package org.octroi.outbox;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How people are told. The mail server is Spring Boot's setting ({@code spring.mail.host} and
 * others); without one nobody is mailed.
 *
 * @param from the address that letters come from, such as {@code Octroi <octroi@example.org>};
 *     needed where a mail server is set
 * @param pollInterval how often is looked for messages that are due; new ones are sent at once
 * @param maxConcurrent the most messages that this process sends at once, 1 to 100
 * @param lease how long a message is left to the process that took it, before another one may try
 *     it; longer than one try can take
 * @param maxTries how often a message is tried before it is a dead letter, 1 to 100
 * @param firstPause how long after the first failure it is tried again; twice as long after each
 *     further one
 * @param longestPause the longest pause between two tries
 * @param webhookTimeout the most that a call of a webhook may take
 * @param keepSent how long it is remembered that a message was sent; what was in it is forgotten at
 *     once
 * @param keepDead how long a dead letter is kept
 * @param stopTimeout how long a stop waits for messages that are under way, before they are given
 *     back
 */
@Validated
@ConfigurationProperties("octroi.outbox")
record OutboxProperties(
    @Nullable String from,
    @DefaultValue("5s") @DurationMin(millis = 10) @DurationMax(hours = 1) Duration pollInterval,
    @DefaultValue("8") @Min(1) @Max(100) int maxConcurrent,
    @DefaultValue("2m") @DurationMin(seconds = 1) @DurationMax(hours = 24) Duration lease,
    @DefaultValue("12") @Min(1) @Max(100) int maxTries,
    @DefaultValue("30s") @DurationMin(millis = 1) @DurationMax(hours = 24) Duration firstPause,
    @DefaultValue("12h") @DurationMin(millis = 1) @DurationMax(days = 7) Duration longestPause,
    @DefaultValue("10s") @DurationMin(millis = 10) @DurationMax(minutes = 1)
        Duration webhookTimeout,
    @DefaultValue("7d") @DurationMin(minutes = 1) Duration keepSent,
    @DefaultValue("90d") @DurationMin(minutes = 1) Duration keepDead,
    @DefaultValue("15s") @DurationMin(millis = 1) @DurationMax(minutes = 1) Duration stopTimeout) {

  /**
   * @param tries how many were made, from 1
   * @param chance from 0 up to 1: pauses of messages that failed together are spread by a fifth
   *     either way, so that they don't all come back together
   */
  Duration pauseAfter(int tries, double chance) {
    Duration pause = firstPause;
    for (int n = 1; n < tries && pause.compareTo(longestPause) < 0; n++) {
      pause = pause.multipliedBy(2);
    }
    long nanos = (pause.compareTo(longestPause) < 0 ? pause : longestPause).toNanos();
    return Duration.ofNanos((long) (nanos * (0.8 + 0.4 * chance)));
  }
}
