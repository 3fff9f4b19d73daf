package org.octroi.quota;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.problem.StartRefusedException;
import org.octroi.quota.Quotas.Reserve;
import org.octroi.testing.SetClock;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.testing.TestRedis;
import org.octroi.vocabulary.AgreementId;
import org.springframework.jdbc.core.simple.JdbcClient;

class RedisLedgerTest {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  private final SetClock clock = new SetClock(Instant.parse("2026-11-24T11:00:00Z"));
  private final List<AutoCloseable> open = new ArrayList<>();
  private Account.OfAgreement account = new Account.OfAgreement(AgreementId.create());
  private TestRedis redis;
  private HikariDataSource database;

  @BeforeEach
  void start() throws Exception {
    redis = TestRedis.start();
    open.add(redis);
    database = Engine.H2.migrated().pool();
    open.add(database);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void two_gates_spend_a_quota_to_its_end_and_never_more() throws Exception {
    for (int round = 0; round < 5; round++) {
      account = new Account.OfAgreement(AgreementId.create());
      List<LeasedQuotas> gates = List.of(gate(), gate());

      int granted = inParallel(gates, 1000, 40, 250);

      assertThat(granted).isBetween(990, 1000);
      assertThat(taken()).isLessThanOrEqualTo(1000);
      gates.forEach(LeasedQuotas::stop);
    }
  }

  @Test
  void the_database_is_asked_for_much_less_often_than_the_gates_ask() throws Exception {
    SetMeter time = new SetMeter();
    LeasedQuotas gate = gate(time);

    for (int i = 0; i < 100; i++) {
      time.goOn(Duration.ofSeconds(1));
      assertThat(take(gate, 100_000)).isInstanceOf(Spent.Granted.class);
    }

    // At this pace a lease is for eight calls, and a pool for sixteen leases.
    assertThat(taken()).isEqualTo(8 * 16);
  }

  @Test
  void what_a_gate_gives_back_another_may_spend() throws Exception {
    LeasedQuotas one = gate();
    for (int i = 0; i < 10; i++) {
      take(one, 20);
    }
    one.stop();

    assertThat(inParallel(List.of(gate()), 20, 2, 20)).isEqualTo(10);
  }

  @Test
  void a_redis_that_lost_its_memory_lets_no_more_through() throws Exception {
    LeasedQuotas gate = gate();
    int granted = inParallel(List.of(gate), 1000, 4, 50);

    redis.stop();
    redis.startAgain();
    LeasedQuotas other = gate();
    granted += inParallel(List.of(gate, other), 1000, 8, 200);

    // What stood in the pool is lost, a tenth of the quota at most.
    assertThat(granted).isBetween(900 - 10, 1000);
    assertThat(taken()).isLessThanOrEqualTo(1000);
  }

  @Test
  void while_redis_is_away_the_database_is_the_ledger() throws Exception {
    LeasedQuotas gate = gate();
    take(gate, 1000);
    redis.stop();

    assertThat(inParallel(List.of(gate, gate()), 1000, 4, 100)).isEqualTo(400);
    assertThat(taken()).isLessThanOrEqualTo(1000);
  }

  @Test
  void a_changed_quota_takes_the_pool_of_the_former_back() throws Exception {
    LeasedQuotas gate = gate();
    for (int i = 0; i < 5; i++) {
      take(gate, 1000);
    }

    assertThat(inParallel(List.of(gate), 50, 1, 100)).isEqualTo(45);
    assertThat(inParallel(List.of(gate), 60, 1, 100)).isEqualTo(10);
  }

  @Test
  void an_address_that_is_none_refuses_the_start_without_showing_it() {
    RedisProperties wrong =
        new RedisProperties("http://user:secret@somewhere", Duration.ofMillis(250));

    assertThatThrownBy(
            () ->
                new RedisLedger(
                    new DatabaseLedger(JdbcClient.create(database)),
                    wrong,
                    new SimpleMeterRegistry()))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageNotContaining("secret");
  }

  private int inParallel(List<LeasedQuotas> gates, long perDay, int threads, int each)
      throws Exception {
    return ManyCallers.served(gates, charge(perDay), threads, each);
  }

  private Charge charge(long perDay) {
    return new Charge(
        account,
        new Limits(Limits.Rate.NONE, List.of(Quota.of(Unit.REQUESTS, Window.DAY, perDay))),
        PARIS);
  }

  private Spent take(LeasedQuotas gate, long perDay) throws Exception {
    return gate.take(List.of(charge(perDay)), Reserve.NOTHING)
        .toCompletableFuture()
        .get(20, SECONDS);
  }

  private long taken() {
    return JdbcClient.create(database)
        .sql("select taken from quota_taken where account = ?")
        .param(account.key())
        .query(Long.class)
        .single();
  }

  /** A gate of its own: with its own connection to Redis, and to the same database. */
  private LeasedQuotas gate() {
    return gate(TimeMeter.SYSTEM_NANOTIME);
  }

  private LeasedQuotas gate(TimeMeter time) {
    RedisLedger ledger =
        new RedisLedger(
            new DatabaseLedger(JdbcClient.create(database)),
            new RedisProperties(redis.url(), Duration.ofSeconds(5)),
            new SimpleMeterRegistry());
    LeasedQuotas gate =
        new LeasedQuotas(
            ledger,
            new QuotaProperties(1000, 1000, 500, Duration.ofMinutes(5), Duration.ofSeconds(10), 40),
            clock,
            time,
            new SimpleMeterRegistry());
    open.add(ledger::destroy);
    open.add(gate::stop);
    return gate;
  }
}
