package org.octroi.obligation;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.obligation.Obligations.RowCondition;
import org.octroi.vocabulary.UtcTimes;

/**
 * The obligations that keep rows, as the condition of a query: names are quoted and only the
 * catalogue's, values are bound. Texts are compared as their UTF-8 bytes, whose order is that of
 * code points, whatever collation a table has; it is the same order as in the other formats.
 *
 * @param sql a condition, {@code true} where nothing is demanded
 * @param values what its question marks stand for, in order
 */
public record SqlWhere(String sql, List<Object> values) {

  public SqlWhere {
    values = List.copyOf(values);
  }

  /** How an engine writes what engines write differently. */
  public enum Dialect {
    MYSQL("`", "cast(convert(%s using utf8mb4) as binary)"),
    H2("\"", "stringtoutf8(cast(%s as varchar))");

    private final String quote;
    private final String textAsBytes;

    Dialect(String quote, String textAsBytes) {
      this.quote = quote;
      this.textAsBytes = textAsBytes;
    }

    /** A name as an identifier of this engine. */
    public String quoted(String name) {
      return quote + name.replace(quote, quote + quote) + quote;
    }
  }

  /**
   * The condition for these obligations and what the caller asks on top.
   *
   * @param asked the caller's own conditions, on declared columns
   * @throws UnshapeableException when a condition speaks of what is not declared, or can't be asked
   *     of a column of its type
   */
  public static SqlWhere of(
      Obligations obligations,
      List<RowCondition> asked,
      Catalogue catalogue,
      Instant now,
      Dialect dialect) {
    Building where = new Building(catalogue, dialect);
    obligations.rows().forEach(where::row);
    asked.forEach(where::row);
    obligations.freshnessDelay().ifPresent(delay -> where.age(" <= ?", now.minus(delay)));
    obligations.historyDepth().ifPresent(depth -> where.age(" >= ?", now.minus(depth)));
    obligations
        .area()
        .ifPresent(
            area -> {
              where.between(catalogue.longitudeColumn(), area.west(), area.east());
              where.between(catalogue.latitudeColumn(), area.south(), area.north());
            });
    return new SqlWhere(
        where.terms.isEmpty() ? "true" : String.join(" and ", where.terms), where.values);
  }

  private static final class Building {
    private final Catalogue catalogue;
    private final Dialect dialect;
    private final List<String> terms = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    private Building(Catalogue catalogue, Dialect dialect) {
      this.catalogue = catalogue;
      this.dialect = dialect;
    }

    private void row(RowCondition condition) {
      Column column = declared(condition.column());
      // The same reading of values as for the other formats.
      RowTest.of(condition, catalogue);
      String name = dialect.quoted(column.name());
      String left =
          switch (column.type()) {
            case INTEGER, NUMBER, TIME -> name;
            case TEXT -> dialect.textAsBytes.formatted(name);
            case BOOLEAN -> {
              if (condition.operator() != Operator.EQ
                  && condition.operator() != Operator.NE
                  && condition.operator() != Operator.IN) {
                throw new UnshapeableException(column.name() + " has no order to compare by");
              }
              yield name;
            }
            case GEOMETRY ->
                throw new UnshapeableException(column.name() + " can't be compared in a query");
          };
      terms.add(left + comparison(condition));
      condition.values().forEach(value -> values.add(bound(column, value)));
    }

    private static String comparison(RowCondition condition) {
      return switch (condition.operator()) {
        case EQ -> " = ?";
        case NE -> " <> ?";
        case LT -> " < ?";
        case LTE -> " <= ?";
        case GT -> " > ?";
        case GTE -> " >= ?";
        case IN ->
            condition.values().stream()
                .map(v -> "?")
                .collect(Collectors.joining(", ", " in (", ")"));
      };
    }

    private static Object bound(Column column, String value) {
      return switch (column.type()) {
        case INTEGER, NUMBER -> Scalar.number(value).orElseThrow();
        case TIME -> UtcTimes.column(Scalar.time(value).orElseThrow());
        case BOOLEAN -> {
          if (!value.equals("true") && !value.equals("false")) {
            throw new UnshapeableException(column.name() + " is true or false");
          }
          yield value.equals("true");
        }
        case TEXT, GEOMETRY -> value.getBytes(StandardCharsets.UTF_8);
      };
    }

    private void age(String comparison, Instant bound) {
      Column column =
          catalogue
              .timeColumn()
              .map(this::declared)
              .orElseThrow(
                  () ->
                      new UnshapeableException(
                          "rows are kept by age, and no time column is declared"));
      terms.add(dialect.quoted(column.name()) + comparison);
      values.add(UtcTimes.column(bound));
    }

    private void between(Optional<String> name, double low, double high) {
      Column column =
          name.map(this::declared)
              .orElseThrow(
                  () ->
                      new UnshapeableException(
                          "rows are kept by place, and no position is declared"));
      terms.add(dialect.quoted(column.name()) + " between ? and ?");
      values.add(BigDecimal.valueOf(low));
      values.add(BigDecimal.valueOf(high));
    }

    private Column declared(String name) {
      return catalogue
          .column(name)
          .orElseThrow(() -> new UnshapeableException(name + " is not declared"));
    }
  }
}
