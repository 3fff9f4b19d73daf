package org.octroi.identity;

import java.sql.Clob;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Reads rows as what a person takes along: columns named as in the API, times as RFC 3339 in UTC.
 *
 * @param jdbc where they are kept
 * @param person about whom
 */
public record RecordsOf(JdbcClient jdbc, PersonId person) {

  private static final Pattern UNDERSCORE = Pattern.compile("_([a-z])");

  /**
   * The rows of a statement.
   *
   * @param sql with {@code :person} for the person's id
   */
  public List<Map<String, Object>> by(String sql) {
    return jdbc.sql(sql)
        .param("person", person.toString())
        .query(
            (row, n) -> {
              Map<String, Object> record = new LinkedHashMap<>();
              for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                Object value = row.getObject(column);
                if (value != null) {
                  record.put(
                      name(JdbcUtils.lookupColumnName(row.getMetaData(), column)), plain(value));
                }
              }
              return record;
            })
        .list();
  }

  private static String name(String column) {
    return UNDERSCORE
        .matcher(column.toLowerCase(Locale.ROOT))
        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }

  private static Object plain(Object value) throws SQLException {
    return switch (value) {
      case Timestamp time -> UtcTimes.instant(time.toLocalDateTime()).toString();
      case LocalDateTime time -> UtcTimes.instant(time).toString();
      case Clob text -> text.getSubString(1, (int) text.length());
      case Number number -> number;
      case Boolean yes -> yes;
      default -> value.toString();
    };
  }
}
