package org.octroi.statistics;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.octroi.statistics.Statistics.Step;

/**
 * Two periods side by side: each line of the later one has what it was before. Lines that were only
 * before are there too, with nothing now. A series is compared step by step from the beginning of
 * each period.
 */
final class Comparison {

  private Comparison() {}

  private record Key(@Nullable String time, @Nullable String value) {}

  /** The period just before: as many whole months before whole months, else as many days. */
  static LocalDate previousFrom(LocalDate from, LocalDate to) {
    if (from.getDayOfMonth() == 1 && to.equals(YearMonth.from(to).atEndOfMonth())) {
      return from.minusMonths(
          ChronoUnit.MONTHS.between(YearMonth.from(from), YearMonth.from(to)) + 1);
    }
    return from.minusDays(ChronoUnit.DAYS.between(from, to) + 1);
  }

  static UsageAnswer ofSeries(
      UsageAnswer now,
      UsageAnswer before,
      Step step,
      LocalDate nowFrom,
      LocalDate beforeFrom,
      int limit) {
    List<UsageItem> moved =
        before.items().stream()
            .map(item -> at(moved(item.time(), step, beforeFrom, nowFrom), item))
            .toList();
    List<UsageItem> lines = beside(now.items(), moved, step != Step.HOUR);
    lines.sort(
        Comparator.comparing(UsageItem::time, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Comparator.comparingLong(UsageItem::requests).reversed()));
    return cut(lines, now, limit);
  }

  static UsageAnswer ofBreakdown(UsageAnswer now, UsageAnswer before, int limit) {
    return cut(beside(now.items(), before.items(), true), now, limit);
  }

  private static UsageAnswer cut(List<UsageItem> lines, UsageAnswer now, int limit) {
    return new UsageAnswer(
        lines.subList(0, Math.min(limit, lines.size())),
        now.truncated() || lines.size() > limit,
        now.period());
  }

  private static List<UsageItem> beside(
      List<UsageItem> now, List<UsageItem> before, boolean counter) {
    Map<Key, UsageItem> earlier = new HashMap<>();
    before.forEach(item -> earlier.put(new Key(item.time(), item.value()), item));
    List<UsageItem> lines = new ArrayList<>();
    for (UsageItem item : now) {
      UsageItem was = earlier.remove(new Key(item.time(), item.value()));
      lines.add(
          item.comparedWith(
              was == null
                  ? UsageItem.nothing(item.time(), item.value(), item.name(), counter)
                  : was));
    }
    for (UsageItem item : before) {
      if (earlier.containsKey(new Key(item.time(), item.value()))) {
        lines.add(
            UsageItem.nothing(item.time(), item.value(), item.name(), counter).comparedWith(item));
      }
    }
    return lines;
  }

  private static UsageItem at(@Nullable String time, UsageItem item) {
    return new UsageItem(
        time,
        item.value(),
        item.name(),
        item.requests(),
        item.rows(),
        item.bytes(),
        item.meanLatencyMicros(),
        item.maxLatencyMicros(),
        item.counter(),
        null,
        null,
        null,
        null,
        null);
  }

  private static @Nullable String moved(
      @Nullable String time, Step step, LocalDate from, LocalDate to) {
    if (time == null) {
      return null;
    }
    long days = ChronoUnit.DAYS.between(from, to);
    return switch (step) {
      case MONTH ->
          YearMonth.parse(time)
              .plusMonths(ChronoUnit.MONTHS.between(YearMonth.from(from), YearMonth.from(to)))
              .toString();
      case DAY -> LocalDate.parse(time).plusDays(days).toString();
      case HOUR -> Instant.parse(time).plus(Duration.ofDays(days)).toString();
    };
  }
}
