package org.octroi.statistics;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;

/**
 * Some days, as the tables that answer for them at the least cost: whole months from the months,
 * what is left at the ends from the days. So a year costs eleven months and two ends, whatever
 * passed in it.
 *
 * @param from the first day
 * @param to the last day
 */
record Stretch(LocalDate from, LocalDate to) {

  /**
   * Some days of one table.
   *
   * @param months whether they are whole months
   */
  record Piece(boolean months, LocalDate from, LocalDate to) {

    String table() {
      return months ? "usage_rollup_month" : "usage_rollup_day";
    }

    /** The condition that a line of the table lies in the piece, with this number's parameters. */
    String condition(int number) {
      return "r.%s between :from%d and :to%d"
          .formatted(months ? "local_month" : "local_day", number, number);
    }

    /** The month that a line lies in, as year times a hundred and month. */
    String month() {
      return months ? "r.local_month" : "year(r.local_day) * 100 + month(r.local_day)";
    }

    Object first() {
      return months ? number(YearMonth.from(from)) : from;
    }

    Object last() {
      return months ? number(YearMonth.from(to)) : to;
    }

    private static int number(YearMonth month) {
      return month.getYear() * 100 + month.getMonthValue();
    }
  }

  /** Day by day. */
  List<Piece> days() {
    return List.of(new Piece(false, from, to));
  }

  /** In pieces as large as there are. */
  List<Piece> pieces() {
    YearMonth first = YearMonth.from(from);
    if (!from.equals(first.atDay(1))) {
      first = first.plusMonths(1);
    }
    YearMonth last = YearMonth.from(to);
    if (!to.equals(last.atEndOfMonth())) {
      last = last.minusMonths(1);
    }
    if (last.isBefore(first)) {
      return days();
    }
    List<Piece> pieces = new ArrayList<>();
    if (from.isBefore(first.atDay(1))) {
      pieces.add(new Piece(false, from, first.atDay(1).minusDays(1)));
    }
    pieces.add(new Piece(true, first.atDay(1), last.atEndOfMonth()));
    if (last.atEndOfMonth().isBefore(to)) {
      pieces.add(new Piece(false, last.plusMonths(1).atDay(1), to));
    }
    return pieces;
  }
}
