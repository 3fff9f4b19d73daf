package org.octroi.quota;

import java.time.Instant;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.KeptRecords;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The ledger as a table. Each lease is one conditional update, which the database runs whole or not
 * at all: no lock is held between two statements, and a crash leaves nothing half done. An
 * agreement and a dataset belong to one territory, so the account is all the key that the table
 * needs.
 */
@Component
@AtTheDesk
final class DatabaseLedger implements Ledger {

  private final JdbcClient jdbc;

  DatabaseLedger(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Leased lease(Line line, long quota, LongUnaryOperator amount) {
    // Each turn either ends, or found that somebody else moved the figure meanwhile: they got on.
    while (true) {
      Optional<Long> taken = taken(line);
      if (taken.isEmpty()) {
        begin(line, quota);
        continue;
      }
      long remaining = quota - taken.get();
      if (remaining <= 0) {
        return new Leased(0, 0);
      }
      long units = Math.min(remaining, amount.applyAsLong(remaining));
      if (units <= 0) {
        return new Leased(0, remaining);
      }
      if (take(line, units, quota)) {
        return new Leased(units, remaining - units);
      }
    }
  }

  /** What was taken of a line, leases included; empty where nobody has asked for it yet. */
  Optional<Long> taken(Line line) {
    return jdbc.sql(
            """
            select taken from quota_taken
            where account = :account and period = :period and unit = :unit
            """)
        .param("account", line.account().key())
        .param("period", line.period().label())
        .param("unit", line.unit().word())
        .query(Long.class)
        .optional();
  }

  private boolean take(Line line, long units, long quota) {
    return jdbc.sql(
                """
                update quota_taken set taken = taken + :units, quota = :quota
                where account = :account and period = :period and unit = :unit and taken <= :most
                """)
            .param("units", units)
            .param("quota", quota)
            .param("account", line.account().key())
            .param("period", line.period().label())
            .param("unit", line.unit().word())
            .param("most", quota - units)
            .update()
        == 1;
  }

  private void begin(Line line, long quota) {
    try {
      jdbc.sql(
              """
              insert into quota_taken (account, period, unit, span, quota, taken, ends_at)
              values (:account, :period, :unit, :span, :quota, 0, :ends)
              """)
          .param("account", line.account().key())
          .param("period", line.period().label())
          .param("unit", line.unit().word())
          .param("span", line.period().window().word())
          .param("quota", quota)
          .param("ends", UtcTimes.column(line.period().end()))
          .update();
    } catch (DuplicateKeyException e) {
      // Another gate began the same period a moment ago: its row is the one.
    }
  }

  @Override
  public void giveBack(Line line, long units) {
    if (!giveBackIfBegun(line, units) && units < 0) {
      // Served on grace before the ledger was ever asked.
      begin(line, 0);
      giveBackIfBegun(line, units);
    }
  }

  private boolean giveBackIfBegun(Line line, long units) {
    return jdbc.sql(
                """
                update quota_taken set taken = taken - :units
                where account = :account and period = :period and unit = :unit
                """)
            .param("units", units)
            .param("account", line.account().key())
            .param("period", line.period().label())
            .param("unit", line.unit().word())
            .update()
        == 1;
  }

  /** The periods that there are, by when they end. */
  KeptRecords.Holdings holdings() {
    return jdbc.sql(
            """
            select min(ends_at) as oldest, max(ends_at) as newest, count(*) as kept
            from quota_taken
            """)
        .query(KeptRecords.Holdings::ofRows)
        .single();
  }

  /** Forgets the periods that ended before a moment; returns how many rows went. */
  int forgetBefore(Instant moment) {
    return jdbc.sql("delete from quota_taken where ends_at < :moment")
        .param("moment", UtcTimes.column(moment))
        .update();
  }
}
