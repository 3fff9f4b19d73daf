package org.octroi.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.vocabulary.AgreementId;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Leases that a gate elsewhere takes from the desk, over a line that loses answers. */
class DeskLedgerTest {

  private final HikariDataSource pool = Engine.H2.migrated().pool();
  private final DatabaseLedger database = new DatabaseLedger(JdbcClient.create(pool));
  private final Ledger.Line line =
      new Ledger.Line(
          new Account.OfAgreement(AgreementId.create()),
          Period.at(Window.DAY, Instant.now(), ZoneId.of("Europe/Paris")),
          Unit.REQUESTS);

  @AfterEach
  void close() {
    pool.close();
  }

  /** A line that carries each call to the desk and may lose the answer. */
  private static final class Lossy implements LeaseLine {
    private Leases desk;
    private final Predicate<Integer> loses;
    private int calls;

    Lossy(Leases desk, Predicate<Integer> loses) {
      this.desk = desk;
      this.loses = loses;
    }

    @Override
    public LeaseCall.Answer ask(LeaseCall call) throws IOException {
      calls++;
      LeaseCall.Answer answer = desk.answer(call);
      if (loses.test(calls)) {
        throw new IOException("the answer was lost");
      }
      return answer;
    }
  }

  @Test
  void a_call_whose_answer_was_lost_takes_once() {
    Lossy lossy = new Lossy(new Leases(database), call -> call % 2 == 1);
    DeskLedger gate = new DeskLedger(lossy);

    Ledger.Leased leased = gate.lease(line, 100, wanted(10));
    gate.giveBack(line, 4);
    gate.giveBack(line, -3);

    assertThat(leased).isEqualTo(new Ledger.Leased(10, 90));
    assertThat(database.taken(line)).hasValue(10L - 4 + 3);
    assertThat(lossy.calls).isEqualTo(6);
  }

  @Test
  void units_are_not_given_back_twice_when_the_desk_was_started_anew_meanwhile() {
    Lossy lossy = new Lossy(new Leases(database), call -> call == 2);
    DeskLedger gate = new DeskLedger(lossy);
    gate.lease(line, 100, wanted(10));
    lossy.desk =
        new Leases(
            new Ledger() {
              @Override
              public Leased lease(Line of, long quota, LongUnaryOperator much) {
                return database.lease(of, quota, much);
              }

              @Override
              public void giveBack(Line of, long units) {
                database.giveBack(of, units);
                // What it did is forgotten with it.
                lossy.desk = new Leases(database);
              }
            });

    gate.giveBack(line, 6);

    assertThat(database.taken(line)).hasValue(4L);
  }

  @Test
  void a_desk_that_does_not_answer_is_a_ledger_that_can_not_be_reached() {
    DeskLedger gate =
        new DeskLedger(
            call -> {
              throw new IOException("nobody there");
            });

    assertThatThrownBy(() -> gate.lease(line, 100, wanted(1)))
        .isInstanceOf(DataAccessException.class);
    assertThatThrownBy(() -> gate.giveBack(line, 1)).isInstanceOf(DataAccessException.class);
  }

  @Test
  void what_is_leased_never_goes_above_the_quota() {
    DeskLedger gate = new DeskLedger(new Lossy(new Leases(database), call -> call % 3 == 0));
    long granted = 0;
    for (int i = 0; i < 40; i++) {
      granted += gate.lease(line, 100, wanted(7)).granted();
    }

    assertThat(granted).isEqualTo(98);
    assertThat(database.taken(line)).hasValue(98L);
  }

  /** One call that needs so many at once. */
  private Allowance.Wanted wanted(long need) {
    return new Allowance.Wanted(line, 100, 0, 0, need, 1);
  }
}
