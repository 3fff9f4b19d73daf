package org.octroi.obligation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.obligation.Obligations.RowCondition;

/**
 * One row condition, ready to be asked of many rows. What can't be compared does not meet it: no
 * value, a value that is not of its column's type, an object or an array, whatever the operator.
 */
final class RowTest {

  private final Column column;
  private final Operator operator;
  private final List<Object> values;

  private RowTest(Column column, Operator operator, List<Object> values) {
    this.column = column;
    this.operator = operator;
    this.values = values;
  }

  /**
   * @throws UnshapeableException when the column is not declared, or a value is not of its type
   */
  static RowTest of(RowCondition condition, Catalogue catalogue) {
    Column column =
        catalogue
            .column(condition.column())
            .orElseThrow(
                () ->
                    new UnshapeableException(
                        "a row condition speaks of " + condition.column() + ", not declared"));
    List<Object> values = new ArrayList<>();
    for (String value : condition.values()) {
      values.add(
          comparable(column.type(), new Datum.Text(value))
              .orElseThrow(
                  () ->
                      new UnshapeableException(
                          "a row condition compares "
                              + column.name()
                              + " with what is no "
                              + column.type())));
    }
    return new RowTest(column, condition.operator(), List.copyOf(values));
  }

  String column() {
    return column.name();
  }

  boolean metBy(Datum value) {
    Optional<Object> comparable = comparable(column.type(), value);
    if (comparable.isEmpty()) {
      return false;
    }
    Object left = comparable.get();
    return operator == Operator.IN
        ? values.stream().anyMatch(right -> compare(left, right) == 0)
        : holds(compare(left, values.getFirst()));
  }

  private boolean holds(int order) {
    return switch (operator) {
      case EQ, IN -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LTE -> order <= 0;
      case GT -> order > 0;
      case GTE -> order >= 0;
    };
  }

  private static Optional<Object> comparable(Catalogue.Type type, Datum value) {
    return switch (type) {
      case INTEGER, NUMBER -> Scalar.number(value).map(Object.class::cast);
      case TIME -> Scalar.text(value).flatMap(Scalar::time).map(Object.class::cast);
      case TEXT, BOOLEAN, GEOMETRY -> Scalar.text(value).map(Object.class::cast);
    };
  }

  private static int compare(Object left, Object right) {
    return switch (left) {
      case BigDecimal number -> number.compareTo((BigDecimal) right);
      case Instant time -> time.compareTo((Instant) right);
      default -> Scalar.compareByCodePoint((String) left, (String) right);
    };
  }
}
