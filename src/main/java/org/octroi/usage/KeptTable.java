package org.octroi.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.KeptRecords;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Records that are the rows of a table, each with its age in one column. They go some thousands at
 * a time, so that nobody waits long for a lock.
 */
final class KeptTable implements KeptRecords {

  private static final int ROWS_AT_ONCE = 10_000;

  private final String kind;
  private final Duration keptFor;
  private final String table;
  private final String age;
  private final JdbcClient jdbc;

  /**
   * @param table the table's name, from this program and nowhere else
   * @param age an expression over its columns that says when a row was last needed, in UTC; a row
   *     of which it is null is of no such kind
   */
  KeptTable(String kind, Duration keptFor, String table, String age, JdbcClient jdbc) {
    this.kind = kind;
    this.keptFor = keptFor;
    this.table = table;
    this.age = age;
    this.jdbc = jdbc;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public Optional<Duration> keptFor() {
    return Optional.of(keptFor);
  }

  @Override
  public Holdings holdings() {
    return jdbc.sql(
            "select min(%1$s) as oldest, max(%1$s) as newest, count(%1$s) as kept from %2$s"
                .formatted(age, table))
        .query(Holdings::ofRows)
        .single();
  }

  @Override
  public Gone letGoBefore(Instant before) {
    long rows = 0;
    int gone;
    do {
      gone =
          jdbc.sql("delete from %s where %s < :before limit %d".formatted(table, age, ROWS_AT_ONCE))
              .param("before", UtcTimes.column(before))
              .update();
      rows += gone;
    } while (gone == ROWS_AT_ONCE);
    return new Gone(rows, 0);
  }
}
