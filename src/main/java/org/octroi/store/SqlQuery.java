package org.octroi.store;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.obligation.SqlWhere;
import org.octroi.obligation.SqlWhere.Dialect;
import org.octroi.obligation.UnshapeableException;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Format;

/**
 * A question to a table as one query, obligations included. Names come from the catalogue and are
 * quoted, values are bound. Masks are made while the rows stream, so that they are the same over
 * all engines.
 *
 * @param columns the columns selected, in order
 * @param sql the statement
 * @param values what its question marks stand for, in order
 */
record SqlQuery(List<Column> columns, String sql, List<Object> values) {

  private static final Pattern TABLE = Pattern.compile("[\\p{L}\\p{N}_$.-]{1,200}");

  /**
   * @throws RefusedException when the caller asks outright for what is hidden
   * @throws UnshapeableException when an obligation can't be put into the query
   */
  static SqlQuery of(StoreCall call, SqlQuestion question, Dialect dialect) {
    Catalogue catalogue = call.target().catalogue();
    Obligations obligations = call.obligations();
    refuseHidden(question, obligations);
    List<Column> columns = columns(question, obligations, catalogue, call.format());
    SqlWhere where =
        SqlWhere.of(obligations, question.conditions(), catalogue, call.now(), dialect);
    long limit = Math.min(question.limit(), obligations.rowCap().orElse(Long.MAX_VALUE));
    String sql =
        "select "
            + columns.stream().map(c -> dialect.quoted(c.name())).collect(Collectors.joining(", "))
            + " from "
            + table(call.target().resource(), dialect)
            + " where "
            + where.sql()
            + order(question, dialect)
            + " limit ? offset ?";
    List<Object> values = new ArrayList<>(where.values());
    values.add(limit);
    values.add((long) question.offset());
    return new SqlQuery(columns, sql, List.copyOf(values));
  }

  /** The policy refuses this before; a second lock on the same door. */
  private static void refuseHidden(SqlQuestion question, Obligations obligations) {
    for (String column : question.named()) {
      if (obligations.visibleColumns().map(v -> !v.contains(column)).orElse(false)) {
        throw RefusedException.of(ProblemType.TIER_FORBIDS, "column " + column);
      }
    }
    // Which rows come, and in which order, would tell what a mask hides.
    for (Mask mask : obligations.masks()) {
      if (question.compared().contains(mask.column())) {
        throw RefusedException.of(ProblemType.TIER_FORBIDS, "filter on " + mask.column());
      }
    }
  }

  private static List<Column> columns(
      SqlQuestion question, Obligations obligations, Catalogue catalogue, Format format) {
    List<Column> wanted = question.columns().isEmpty() ? catalogue.columns() : question.columns();
    List<Column> visible =
        wanted.stream()
            .filter(c -> obligations.visibleColumns().map(v -> v.contains(c.name())).orElse(true))
            .toList();
    if (visible.isEmpty()) {
      throw new UnshapeableException("no column is declared that may be seen");
    }
    if (format == Format.GEOJSON && question.columns().isEmpty()) {
      return visible;
    }
    if (format == Format.GEOJSON) {
      // A feature needs its place, asked for or not, where it may be seen.
      return Stream.concat(
              visible.stream(),
              catalogue.columns().stream()
                  .filter(c -> isPosition(c, catalogue))
                  .filter(
                      c ->
                          obligations.visibleColumns().map(v -> v.contains(c.name())).orElse(true)))
          .distinct()
          .toList();
    }
    return visible;
  }

  private static boolean isPosition(Column column, Catalogue catalogue) {
    return catalogue.longitudeColumn().filter(column.name()::equals).isPresent()
        || catalogue.latitudeColumn().filter(column.name()::equals).isPresent();
  }

  private static String table(String resource, Dialect dialect) {
    if (!TABLE.matcher(resource).matches()) {
      throw new UnshapeableException("the table's name has characters that names don't have");
    }
    return Stream.of(resource.split("\\.", -1))
        .map(dialect::quoted)
        .collect(Collectors.joining("."));
  }

  private static String order(SqlQuestion question, Dialect dialect) {
    return question.order().isEmpty()
        ? ""
        : question.order().stream()
            .map(by -> dialect.quoted(by.column().name()) + (by.descending() ? " desc" : ""))
            .collect(Collectors.joining(", ", " order by ", ""));
  }
}
