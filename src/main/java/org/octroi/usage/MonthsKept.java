package org.octroi.usage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.KeptRecords;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rollups by the month, which are few and kept for ever. */
@Component
@AtTheDesk
final class MonthsKept implements KeptRecords.ForEver {

  private final JdbcClient jdbc;

  MonthsKept(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String kind() {
    return "usage-by-month";
  }

  @Override
  public Holdings holdings() {
    return jdbc.sql(
            """
            select min(local_month) as oldest, max(local_month) as newest, count(*) as kept
            from usage_rollup_month
            """)
        .query(
            (row, n) ->
                Holdings.ofRows(
                    beginning(row, "oldest"), beginning(row, "newest"), row.getLong("kept")))
        .single();
  }

  /** The table has a month as its year times a hundred and its number. */
  private static Optional<Instant> beginning(ResultSet row, String column) throws SQLException {
    int month = row.getInt(column);
    return row.wasNull()
        ? Optional.empty()
        : Optional.of(
            YearMonth.of(month / 100, month % 100)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant());
  }
}
