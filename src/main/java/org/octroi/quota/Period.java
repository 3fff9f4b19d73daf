package org.octroi.quota;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * One hour, day or month as the clocks of a time zone show it: a day is 23, 24 or 25 hours long.
 *
 * @param window which of them
 * @param label its name in the ledger: the local date or month, or the moment at which an hour
 *     begins, since the local hour comes twice when the clocks go back
 * @param zone whose clocks
 * @param startMillis the first moment, in milliseconds of the epoch
 * @param endMillis the first moment after
 */
record Period(Window window, String label, ZoneId zone, long startMillis, long endMillis) {

  /** The one that a moment falls into. */
  static Period at(Window window, Instant moment, ZoneId zone) {
    return switch (window) {
      case HOUR -> {
        Instant start = moment.atZone(zone).truncatedTo(ChronoUnit.HOURS).toInstant();
        yield of(window, start.toString(), zone, start, start.plus(1, ChronoUnit.HOURS));
      }
      case DAY -> {
        LocalDate day = LocalDate.ofInstant(moment, zone);
        yield of(window, day.toString(), zone, start(day, zone), start(day.plusDays(1), zone));
      }
      case MONTH -> {
        YearMonth month = YearMonth.from(moment.atZone(zone));
        yield of(
            window,
            month.toString(),
            zone,
            start(month.atDay(1), zone),
            start(month.plusMonths(1).atDay(1), zone));
      }
    };
  }

  private static Period of(Window window, String label, ZoneId zone, Instant start, Instant end) {
    return new Period(window, label, zone, start.toEpochMilli(), end.toEpochMilli());
  }

  private static Instant start(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }

  boolean contains(long millis) {
    return startMillis <= millis && millis < endMillis;
  }

  /** How long it lasts, in seconds. */
  long seconds() {
    return (endMillis - startMillis) / 1000;
  }

  /** What is left of it. */
  Duration left(long nowMillis) {
    return Duration.ofMillis(endMillis - nowMillis);
  }

  Instant end() {
    return Instant.ofEpochMilli(endMillis);
  }
}
