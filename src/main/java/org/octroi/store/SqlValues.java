package org.octroi.store;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Datum;

/**
 * Reads rows as their columns are declared: times as RFC 3339 in UTC, numbers to the last digit.
 */
final class SqlValues {

  private final List<Column> columns;
  private final int[] sqlTypes;

  SqlValues(List<Column> columns, ResultSet rows) throws SQLException {
    this.columns = columns;
    this.sqlTypes = new int[columns.size()];
    for (int i = 0; i < sqlTypes.length; i++) {
      sqlTypes[i] = rows.getMetaData().getColumnType(i + 1);
    }
  }

  List<Datum> row(ResultSet rows) throws SQLException {
    List<Datum> values = new ArrayList<>(sqlTypes.length);
    for (int i = 0; i < sqlTypes.length; i++) {
      values.add(value(rows, i));
    }
    return values;
  }

  private Datum value(ResultSet rows, int i) throws SQLException {
    return switch (columns.get(i).type()) {
      case INTEGER, NUMBER -> number(rows, i + 1, sqlTypes[i]);
      case BOOLEAN -> {
        boolean truth = rows.getBoolean(i + 1);
        yield rows.wasNull() ? Datum.NOTHING : new Datum.Truth(truth);
      }
      case TIME -> time(rows, i + 1, sqlTypes[i]);
      case TEXT, GEOMETRY -> text(rows.getString(i + 1));
    };
  }

  private static Datum number(ResultSet rows, int at, int sqlType) throws SQLException {
    boolean floating = sqlType == Types.DOUBLE || sqlType == Types.FLOAT || sqlType == Types.REAL;
    if (!floating) {
      BigDecimal number = rows.getBigDecimal(at);
      return number == null ? Datum.NOTHING : new Datum.Numeral(number.toPlainString());
    }
    // As text a float has its shortest digits; as a decimal it would show its binary ones.
    String text = rows.getString(at);
    try {
      return text == null ? Datum.NOTHING : new Datum.Numeral(new BigDecimal(text).toPlainString());
    } catch (NumberFormatException notFinite) {
      // NaN and the infinities are no numbers of JSON.
      return Datum.NOTHING;
    }
  }

  private static Datum time(ResultSet rows, int at, int sqlType) throws SQLException {
    return switch (sqlType) {
      case Types.DATE -> {
        LocalDate date = rows.getObject(at, LocalDate.class);
        yield text(date == null ? null : date.toString());
      }
      case Types.TIMESTAMP_WITH_TIMEZONE -> {
        OffsetDateTime time = rows.getObject(at, OffsetDateTime.class);
        yield text(time == null ? null : DateTimeFormatter.ISO_INSTANT.format(time));
      }
      case Types.TIMESTAMP -> {
        LocalDateTime time = rows.getObject(at, LocalDateTime.class);
        yield text(
            time == null
                ? null
                : DateTimeFormatter.ISO_INSTANT.format(time.toInstant(ZoneOffset.UTC)));
      }
      default -> text(rows.getString(at));
    };
  }

  private static Datum text(@Nullable String text) {
    return text == null ? Datum.NOTHING : new Datum.Text(text);
  }
}
