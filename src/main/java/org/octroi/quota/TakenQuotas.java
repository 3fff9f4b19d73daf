package org.octroi.quota;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.octroi.vocabulary.AgreementId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What the ledger says was taken of the daily quotas, for those who look now and then and not on a
 * request's path. What gates have leased counts as taken, so that a little less may have been
 * spent. Safe for use by many threads.
 */
@Component
public final class TakenQuotas {

  private final JdbcClient jdbc;

  TakenQuotas(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * What was taken of one quota.
   *
   * @param agreement whose
   * @param day the day by the territory's clocks
   * @param what {@code requests}, {@code rows} or {@code bytes}
   * @param units how much
   */
  public record Taken(AgreementId agreement, LocalDate day, String what, long units) {

    /** The quota that it was taken of, among a tier's limits; empty where there is none. */
    public OptionalLong quota(Limits limits) {
      return Kind.valueOf(what.toUpperCase(Locale.ROOT)).of(limits);
    }
  }

  /**
   * A part of what was taken on a day, by agreement and kind.
   *
   * @param after the last one of the part before; empty for the beginning
   */
  public List<Taken> on(LocalDate day, Optional<Taken> after, int most) {
    return jdbc.sql(
            """
            select agreement_id, kind, taken from quota_ledger
            where local_day = :day and taken > 0
              and (agreement_id > :agreement or (agreement_id = :agreement and kind > :kind))
            order by agreement_id, kind
            limit :most
            """)
        .param("day", day)
        .param("agreement", after.map(last -> last.agreement().toString()).orElse(""))
        .param("kind", after.map(Taken::what).orElse(""))
        .param("most", most)
        .query(
            (row, n) ->
                new Taken(
                    AgreementId.of(row.getString("agreement_id")),
                    day,
                    row.getString("kind"),
                    row.getLong("taken")))
        .list();
  }
}
