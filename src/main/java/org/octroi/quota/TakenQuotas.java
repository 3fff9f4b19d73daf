package org.octroi.quota;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What was taken of quotas, for those who look now and then and not on a request's path. Safe for
 * use by many threads; every call asks the database.
 */
@Component
@AtTheDesk
public final class TakenQuotas {

  /** What the keys of agreements' accounts begin with. */
  private static final String AGREEMENTS = Account.OfAgreement.WORD + ':';

  private final JdbcClient jdbc;
  private final DatabaseLedger ledger;
  private final LeasedQuotas here;
  private final Clock clock;

  @Autowired
  TakenQuotas(
      JdbcClient jdbc, DatabaseLedger ledger, LeasedQuotas here, ObjectProvider<Clock> clock) {
    this(jdbc, ledger, here, clock.getIfAvailable(Clock::systemUTC));
  }

  TakenQuotas(JdbcClient jdbc, DatabaseLedger ledger, LeasedQuotas here, Clock clock) {
    this.jdbc = jdbc;
    this.ledger = ledger;
    this.here = here;
    this.clock = clock;
  }

  /**
   * How one quota of an account stands.
   *
   * @param quota the quota
   * @param used what was used in this period. What this process has leased and not spent is taken
   *     off; what other gates have leased counts as used
   * @param left what can still be used
   * @param refillsAt when the next period begins
   */
  public record Balance(Quota quota, long used, long left, Instant refillsAt) {}

  /** How each quota of an account stands now. */
  public List<Balance> balances(Account.Kept account, Limits limits, ZoneId zone) {
    Instant now = clock.instant();
    return limits.quotas().stream()
        .map(
            quota -> {
              Period period = Period.at(quota.window(), now, zone);
              Ledger.Line line = new Ledger.Line(account, period, quota.unit());
              long used = Math.max(0, ledger.taken(line).orElse(0L) - here.held(line));
              return new Balance(quota, used, Math.max(0, quota.amount() - used), period.end());
            })
        .toList();
  }

  /**
   * A quota of an agreement of which much is taken.
   *
   * @param agreement whose
   * @param unit of what
   * @param window for how long
   * @param period the local day or month, as {@code 2026-11-27} or {@code 2026-11}
   * @param taken how much is taken; what gates have leased counts as taken
   * @param quota the quota as it stood when a gate last leased of it
   * @param endsAt when the next period begins
   */
  public record Spent(
      AgreementId agreement,
      Unit unit,
      Window window,
      String period,
      long taken,
      long quota,
      Instant endsAt) {}

  /**
   * A part of the agreements' quotas by day and month, now under way, of which so many hundredths
   * are taken, by agreement, period and unit.
   *
   * @param after the last one of the part before; empty for the beginning
   */
  public List<Spent> mostlySpent(int hundredths, Optional<Spent> after, int most) {
    return jdbc.sql(
            """
            select account, period, unit, span, quota, taken, ends_at from quota_taken
            where ends_at > :now and account > :agreements and account < :beyond
              and span in ('day', 'month') and quota > 0 and taken * 100 >= quota * :hundredths
              and (account > :account
                or (account = :account
                  and (period > :period or (period = :period and unit > :unit))))
            order by account, period, unit
            limit :most
            """)
        .param("now", UtcTimes.column(clock.instant()))
        .param("agreements", AGREEMENTS)
        // The character after the colon of the prefix: whatever begins with it lies before.
        .param("beyond", AGREEMENTS.replace(':', ';'))
        .param("hundredths", hundredths)
        .param(
            "account",
            after.map(last -> new Account.OfAgreement(last.agreement()).key()).orElse(""))
        .param("period", after.map(Spent::period).orElse(""))
        .param("unit", after.map(last -> last.unit().word()).orElse(""))
        .param("most", most)
        .query(
            (row, n) ->
                new Spent(
                    AgreementId.of(row.getString("account").substring(AGREEMENTS.length())),
                    Unit.valueOf(row.getString("unit").toUpperCase(Locale.ROOT)),
                    Window.valueOf(row.getString("span").toUpperCase(Locale.ROOT)),
                    row.getString("period"),
                    row.getLong("taken"),
                    row.getLong("quota"),
                    UtcTimes.read(row, "ends_at").orElseThrow()))
        .list();
  }
}
