package org.octroi.offer;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.octroi.quota.Quota;
import org.octroi.quota.Unit;
import org.octroi.quota.Window;

/**
 * Amounts by what is counted and for how long, by hours, days and months of the territory's time
 * zone; absent where there is none.
 *
 * @param requestsPerHour requests
 * @param requestsPerDay requests
 * @param requestsPerMonth requests
 * @param rowsPerHour rows of answers
 * @param rowsPerDay rows of answers
 * @param rowsPerMonth rows of answers
 * @param bytesPerHour bytes of answers
 * @param bytesPerDay bytes of answers
 * @param bytesPerMonth bytes of answers
 */
public record QuotaAmounts(
    @Nullable Long requestsPerHour,
    @Nullable Long requestsPerDay,
    @Nullable Long requestsPerMonth,
    @Nullable Long rowsPerHour,
    @Nullable Long rowsPerDay,
    @Nullable Long rowsPerMonth,
    @Nullable Long bytesPerHour,
    @Nullable Long bytesPerDay,
    @Nullable Long bytesPerMonth) {

  /** No amounts. */
  static final QuotaAmounts NONE =
      new QuotaAmounts(null, null, null, null, null, null, null, null, null);

  /** The amounts of quotas. */
  static QuotaAmounts of(List<Quota> quotas) {
    return of(quotas, Quota::amount);
  }

  /** The graces of those quotas that are lenient; absent where none is. */
  static @Nullable QuotaAmounts graces(List<Quota> quotas) {
    List<Quota> lenient = quotas.stream().filter(quota -> quota.grace().isPresent()).toList();
    return lenient.isEmpty() ? null : of(lenient, quota -> quota.grace().orElseThrow());
  }

  private static QuotaAmounts of(List<Quota> quotas, ToLongFunction<Quota> amount) {
    return new QuotaAmounts(
        find(quotas, Unit.REQUESTS, Window.HOUR, amount),
        find(quotas, Unit.REQUESTS, Window.DAY, amount),
        find(quotas, Unit.REQUESTS, Window.MONTH, amount),
        find(quotas, Unit.ROWS, Window.HOUR, amount),
        find(quotas, Unit.ROWS, Window.DAY, amount),
        find(quotas, Unit.ROWS, Window.MONTH, amount),
        find(quotas, Unit.BYTES, Window.HOUR, amount),
        find(quotas, Unit.BYTES, Window.DAY, amount),
        find(quotas, Unit.BYTES, Window.MONTH, amount));
  }

  private static @Nullable Long find(
      List<Quota> quotas, Unit unit, Window window, ToLongFunction<Quota> amount) {
    for (Quota quota : quotas) {
      if (quota.unit() == unit && quota.window() == window) {
        return amount.applyAsLong(quota);
      }
    }
    return null;
  }

  /** The amount of a unit in a window. */
  OptionalLong amount(Unit unit, Window window) {
    Long amount =
        switch (unit) {
          case REQUESTS -> of(window, requestsPerHour, requestsPerDay, requestsPerMonth);
          case ROWS -> of(window, rowsPerHour, rowsPerDay, rowsPerMonth);
          case BYTES -> of(window, bytesPerHour, bytesPerDay, bytesPerMonth);
        };
    return amount == null ? OptionalLong.empty() : OptionalLong.of(amount);
  }

  private static @Nullable Long of(
      Window window, @Nullable Long hour, @Nullable Long day, @Nullable Long month) {
    return switch (window) {
      case HOUR -> hour;
      case DAY -> day;
      case MONTH -> month;
    };
  }
}
