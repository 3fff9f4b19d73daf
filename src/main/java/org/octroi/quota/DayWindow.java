package org.octroi.quota;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * One day as the territory's clocks show it: 23, 24 or 25 hours long.
 *
 * @param day the local date
 * @param zone the territory's time zone
 * @param start the first moment
 * @param end the first moment after
 */
record DayWindow(LocalDate day, ZoneId zone, Instant start, Instant end) {

  /** The day that a moment falls on. */
  static DayWindow at(Instant moment, ZoneId zone) {
    LocalDate day = LocalDate.ofInstant(moment, zone);
    return new DayWindow(
        day,
        zone,
        day.atStartOfDay(zone).toInstant(),
        day.plusDays(1).atStartOfDay(zone).toInstant());
  }

  boolean contains(Instant moment) {
    return !moment.isBefore(start) && moment.isBefore(end);
  }

  /** How long the day lasts, in seconds. */
  long seconds() {
    return Duration.between(start, end).toSeconds();
  }

  /** What is left of the day. */
  Duration left(Instant now) {
    return Duration.between(now, end);
  }
}
