package org.octroi.store;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.obligation.Obligations.RowCondition;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Format;

/**
 * What a caller asks of a table: {@code columns=a,b}, {@code a=1}, {@code a.gte=1}, {@code
 * a.in=1,2}, {@code order=a} or {@code order=-a}, {@code limit=100}, {@code offset=200}, {@code
 * format=csv}.
 *
 * @param columns the columns to show, in order; empty for all that may be seen
 * @param conditions what rows must meet
 * @param order what to order by, first first
 * @param limit the most rows, 1 to {@value #MAX_LIMIT}
 * @param offset how many rows to leave out before the first
 * @param format the format, where it is asked for by name
 */
record SqlQuestion(
    List<Column> columns,
    List<RowCondition> conditions,
    List<Order> order,
    int limit,
    int offset,
    Optional<Format> format) {

  /** The parameters that have to do with no column. */
  static final Set<String> OF_NO_COLUMN = Set.of("limit", "offset", "format");

  static final int DEFAULT_LIMIT = 1_000;
  static final int MAX_LIMIT = 10_000;
  static final int MAX_OFFSET = 10_000_000;
  private static final int MAX_VALUES = 100;
  private static final int MAX_VALUE_LENGTH = 1_000;
  private static final int MAX_CONDITIONS = 50;

  /** One column to order by. */
  record Order(Column column, boolean descending) {}

  /** All columns that the question names. */
  SortedSet<String> named() {
    SortedSet<String> names = new TreeSet<>();
    columns.forEach(column -> names.add(column.name()));
    names.addAll(compared());
    return names;
  }

  /** The columns whose values the order or the choice of rows would tell of. */
  Set<String> compared() {
    Set<String> names = new LinkedHashSet<>();
    conditions.forEach(condition -> names.add(condition.column()));
    order.forEach(by -> names.add(by.column().name()));
    return names;
  }

  /**
   * Reads a question.
   *
   * @throws RefusedException naming the parameter that is wrong
   */
  static SqlQuestion of(StoreTarget target, Map<String, List<String>> query) {
    Reading reading = new Reading(target.catalogue());
    query.forEach(
        (name, values) -> {
          switch (name) {
            case "columns" -> reading.columns(once(name, values));
            case "order" -> reading.order(once(name, values));
            case "limit" -> reading.limit = number(name, once(name, values), 1, MAX_LIMIT);
            case "offset" -> reading.offset = number(name, once(name, values), 0, MAX_OFFSET);
            case "format" -> reading.format = Optional.of(format(once(name, values), target));
            default -> values.forEach(value -> reading.condition(name, value));
          }
        });
    return new SqlQuestion(
        List.copyOf(reading.columns),
        List.copyOf(reading.conditions),
        List.copyOf(reading.order),
        reading.limit,
        reading.offset,
        reading.format);
  }

  private static final class Reading {
    private final Catalogue catalogue;
    private final Set<Column> columns = new LinkedHashSet<>();
    private final List<RowCondition> conditions = new ArrayList<>();
    private final List<Order> order = new ArrayList<>();
    private int limit = DEFAULT_LIMIT;
    private int offset;
    private Optional<Format> format = Optional.empty();

    private Reading(Catalogue catalogue) {
      this.catalogue = catalogue;
    }

    private void columns(String list) {
      for (String name : list.split(",", -1)) {
        columns.add(
            catalogue.column(name).orElseThrow(() -> wrong("columns", "has no column " + name)));
      }
    }

    private void order(String list) {
      for (String term : list.split(",", -1)) {
        boolean descending = term.startsWith("-");
        String name = descending ? term.substring(1) : term;
        Column column =
            catalogue.column(name).orElseThrow(() -> wrong("order", "has no column " + name));
        if (column.type() == Catalogue.Type.GEOMETRY) {
          throw wrong("order", name + " has no order");
        }
        order.add(new Order(column, descending));
      }
    }

    private void condition(String parameter, String text) {
      Optional<Column> whole = catalogue.column(parameter);
      int dot = parameter.lastIndexOf('.');
      Column column =
          whole
              .or(() -> dot < 0 ? Optional.empty() : catalogue.column(parameter.substring(0, dot)))
              .orElseThrow(() -> wrong(parameter, "is no parameter and no column here"));
      Operator operator =
          whole.isPresent()
              ? Operator.EQ
              : operator(parameter.substring(dot + 1))
                  .orElseThrow(
                      () -> wrong(parameter, "ends in one of .eq .ne .lt .lte .gt .gte .in"));
      List<String> values = operator == Operator.IN ? List.of(text.split(",", -1)) : List.of(text);
      if (values.size() > MAX_VALUES || conditions.size() >= MAX_CONDITIONS) {
        throw wrong(
            parameter,
            "takes " + MAX_VALUES + " values, a query " + MAX_CONDITIONS + " conditions");
      }
      for (String value : values) {
        if (value.length() > MAX_VALUE_LENGTH || !column.compares(value)) {
          throw wrong(parameter, "is to be compared with " + expected(column));
        }
      }
      boolean ordered =
          operator != Operator.EQ && operator != Operator.NE && operator != Operator.IN;
      if (ordered && column.type() == Catalogue.Type.BOOLEAN) {
        throw wrong(parameter, "has no order; ask .eq, .ne or .in");
      }
      conditions.add(new RowCondition(column.name(), operator, values));
    }
  }

  private static Optional<Operator> operator(String word) {
    for (Operator operator : Operator.values()) {
      if (operator.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }

  private static String expected(Column column) {
    return switch (column.type()) {
      case TEXT -> "a text of at most " + MAX_VALUE_LENGTH + " characters";
      case INTEGER -> "a whole number";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case TIME -> "a time such as 2026-03-01T08:00:00Z or a date such as 2026-03-01";
      case GEOMETRY -> "nothing: a geometry can't be compared";
    };
  }

  private static Format format(String word, StoreTarget target) {
    return Format.of(word)
        .filter(target.formats()::contains)
        .orElseThrow(
            () ->
                wrong(
                    "format",
                    "is one of "
                        + String.join(", ", target.formats().stream().map(Format::word).toList())));
  }

  private static int number(String name, String text, int least, int most) {
    if (text.matches("[0-9]{1,9}")) {
      BigDecimal number = new BigDecimal(text);
      if (number.intValue() >= least && number.intValue() <= most) {
        return number.intValue();
      }
    }
    throw wrong(name, "is a whole number from " + least + " to " + most);
  }

  private static String once(String name, List<String> values) {
    if (values.size() != 1 || values.getFirst().isEmpty()) {
      throw wrong(name, "is given once, and not empty");
    }
    return values.getFirst();
  }

  private static RefusedException wrong(String parameter, String detail) {
    return new RefusedException(Refusal.field(parameter, detail));
  }
}
