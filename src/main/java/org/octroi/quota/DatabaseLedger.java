package org.octroi.quota;

import java.time.LocalDate;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.octroi.vocabulary.AgreementId;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The ledger as a table. Each lease is one conditional update, which the database runs whole or not
 * at all: no lock is held between two statements, and a crash leaves nothing half done. An
 * agreement belongs to one territory, so its id is all the key that the table needs.
 */
@Component
final class DatabaseLedger implements Ledger {

  private final JdbcClient jdbc;

  DatabaseLedger(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Leased lease(
      AgreementId agreement, LocalDate day, Kind kind, long quota, LongUnaryOperator amount) {
    // Each turn either ends, or found that somebody else moved the figure meanwhile: they got on.
    while (true) {
      Optional<Long> taken = taken(agreement, day, kind);
      if (taken.isEmpty()) {
        begin(agreement, day, kind);
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
      if (take(agreement, day, kind, units, quota)) {
        return new Leased(units, remaining - units);
      }
    }
  }

  private Optional<Long> taken(AgreementId agreement, LocalDate day, Kind kind) {
    return jdbc.sql(
            """
            select taken from quota_ledger
            where agreement_id = :agreement and local_day = :day and kind = :kind
            """)
        .param("agreement", agreement.toString())
        .param("day", day)
        .param("kind", kind.word())
        .query(Long.class)
        .optional();
  }

  private boolean take(AgreementId agreement, LocalDate day, Kind kind, long units, long quota) {
    return jdbc.sql(
                """
                update quota_ledger set taken = taken + :units
                where agreement_id = :agreement and local_day = :day and kind = :kind
                  and taken <= :most
                """)
            .param("units", units)
            .param("agreement", agreement.toString())
            .param("day", day)
            .param("kind", kind.word())
            .param("most", quota - units)
            .update()
        == 1;
  }

  private void begin(AgreementId agreement, LocalDate day, Kind kind) {
    try {
      jdbc.sql(
              """
              insert into quota_ledger (agreement_id, local_day, kind, taken)
              values (:agreement, :day, :kind, 0)
              """)
          .param("agreement", agreement.toString())
          .param("day", day)
          .param("kind", kind.word())
          .update();
    } catch (DuplicateKeyException e) {
      // Another gate began the same day a moment ago: its row is the one.
    }
  }

  @Override
  public void giveBack(AgreementId agreement, LocalDate day, Kind kind, long units) {
    jdbc.sql(
            """
            update quota_ledger set taken = taken - :units
            where agreement_id = :agreement and local_day = :day and kind = :kind
            """)
        .param("units", units)
        .param("agreement", agreement.toString())
        .param("day", day)
        .param("kind", kind.word())
        .update();
  }

  /** Forgets the days before this one; returns how many rows went. */
  int forgetBefore(LocalDate day) {
    return jdbc.sql("delete from quota_ledger where local_day < :day").param("day", day).update();
  }
}
