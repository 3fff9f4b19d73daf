package org.octroi.usage;

import java.time.YearMonth;
import java.util.List;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was used under an agreement, as far as it is drained. Safe for use by many threads. */
@Component
@AtTheDesk
public class AgreementUsage {

  private final JdbcClient jdbc;

  AgreementUsage(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * The usage of a month of the territory's days.
   *
   * @param month which
   * @param served requests that were answered with what they asked for
   * @param refused requests that were refused, by whoever's doing
   * @param rows rows that went out
   * @param bytes bytes that went out
   */
  public record Month(YearMonth month, long served, long refused, long rows, long bytes) {}

  /** Month by month; months without usage are not there. */
  public List<Month> byMonth(TerritoryId territory, AgreementId agreement) {
    return jdbc.sql(
            """
            select local_month,
              sum(case when status < 400 then requests else 0 end) as served,
              sum(case when status >= 400 then requests else 0 end) as refused,
              sum(rows_out) as rows_sum, sum(bytes_out) as bytes_sum
            from usage_rollup_month
            where territory_id = :territory and agreement_id = :agreement
            group by local_month
            order by local_month
            """)
        .param("territory", territory.toString())
        .param("agreement", agreement.toString())
        .query(
            (row, n) ->
                new Month(
                    YearMonth.of(row.getInt("local_month") / 100, row.getInt("local_month") % 100),
                    row.getLong("served"),
                    row.getLong("refused"),
                    row.getLong("rows_sum"),
                    row.getLong("bytes_sum")))
        .list();
  }
}
