package org.octroi.statistics;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
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
    List<UsageItem> lines =
        beside(
            now.items(),
            before.items(),
            time -> moved(time, step, beforeFrom, nowFrom),
            step != Step.HOUR);
    lines.sort(
        Comparator.comparing(UsageItem::time, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Comparator.comparingLong(UsageItem::requests).reversed()));
    return cut(lines, now, limit);
  }

  static UsageAnswer ofBreakdown(UsageAnswer now, UsageAnswer before, int limit) {
    return cut(beside(now.items(), before.items(), time -> time, true), now, limit);
  }

  private static UsageAnswer cut(List<UsageItem> lines, UsageAnswer now, int limit) {
    return new UsageAnswer(
        lines.subList(0, Math.min(limit, lines.size())),
        now.truncated() || lines.size() > limit,
        now.period());
  }

  /** What time of the later period a time of the earlier one is compared with. */
  private interface Moved {
    @Nullable String of(@Nullable String time);
  }

  private static List<UsageItem> beside(
      List<UsageItem> now, List<UsageItem> before, Moved moved, boolean counter) {
    Map<Key, UsageItem> earlier = new LinkedHashMap<>();
    before.forEach(item -> earlier.put(new Key(moved.of(item.time()), item.value()), item));
    List<UsageItem> lines = new ArrayList<>();
    for (UsageItem item : now) {
      UsageItem was = earlier.remove(new Key(item.time(), item.value()));
      lines.add(
          item.comparedWith(
              was == null
                  ? UsageItem.nothing(item.time(), item.value(), item.name(), counter)
                  : was));
    }
    earlier.forEach(
        (key, was) ->
            lines.add(
                UsageItem.nothing(key.time(), key.value(), was.name(), counter).comparedWith(was)));
    return lines;
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
