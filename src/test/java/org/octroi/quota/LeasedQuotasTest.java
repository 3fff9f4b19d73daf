package org.octroi.quota;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.quota.Limits.Rate;
import org.octroi.quota.Quotas.Reserve;
import org.octroi.testing.SetClock;
import org.octroi.testing.TestDatabase;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

class LeasedQuotasTest {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final Instant NOON = Instant.parse("2026-11-24T11:00:00Z");

  private final SetClock clock = new SetClock(NOON);
  private final AgreementId agreement = AgreementId.create();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void many_threads_on_two_gates_spend_the_quota_to_its_last_unit_and_never_more(Engine engine)
      throws Exception {
    HikariDataSource database = pool(engine.migrated());
    List<LeasedQuotas> gates = List.of(gate(database), gate(database));
    Limits limits = requests(1000);

    int granted = takeInParallel(gates, limits, 8, 250);

    assertThat(granted).isBetween(1000 - 10, 1000);
    assertThat(taken(database, Unit.REQUESTS)).isLessThanOrEqualTo(1000);
  }

  @Test
  void one_gate_can_use_all_of_a_quota() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));

    assertThat(takeInParallel(List.of(gate), requests(300), 4, 100)).isEqualTo(300);
  }

  @Test
  void a_crash_costs_at_most_the_open_lease_and_never_gives_more_than_the_quota() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    Limits limits = new Limits(rate(20, 1000), List.of(perDay(Unit.REQUESTS, 500)));
    LeasedQuotas beforeCrash = gate(database);
    for (int i = 0; i < 100; i++) {
      assertThat(take(beforeCrash, limits)).isInstanceOf(Spent.Granted.class);
    }

    int after = 0;
    LeasedQuotas restarted = gate(database);
    while (take(restarted, limits) instanceof Spent.Granted) {
      after++;
    }

    // Two seconds of a pace of 20.
    assertThat(after).isBetween(500 - 100 - 40, 500 - 100);
  }

  @Test
  void a_graceful_stop_gives_the_lease_back() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    for (int i = 0; i < 7; i++) {
      take(gate, requests(1000));
    }

    gate.stop();

    assertThat(taken(database, Unit.REQUESTS)).isEqualTo(7);
  }

  @Test
  void an_account_left_idle_gives_its_lease_back() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    QuotaProperties soon = properties(1000, 1000, Duration.ofMillis(200));
    take(gate(database, soon), requests(1000));

    await().atMost(Duration.ofSeconds(10)).until(() -> taken(database, Unit.REQUESTS) == 1);
  }

  @Test
  void a_refused_quota_gives_the_pace_back() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    Limits limits =
        new Limits(new Rate(1, Duration.ofHours(1), 3), List.of(perDay(Unit.REQUESTS, 1)));
    take(gate, limits);

    for (int i = 0; i < 5; i++) {
      assertThat(take(gate, limits)).isInstanceOf(Spent.UsedUp.class);
    }
  }

  @Test
  void a_call_beyond_the_burst_is_told_when_to_come_again() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    Limits limits = new Limits(new Rate(1, Duration.ofSeconds(30), 2), List.of());
    take(gate, limits);
    take(gate, limits);

    assertThat(take(gate, limits))
        .isInstanceOfSatisfying(
            Spent.TooFast.class,
            refused ->
                assertThat(refused.retryAfter())
                    .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30)));
  }

  @Test
  void a_first_request_that_needs_no_rows_is_told_how_many_are_left() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    Limits limits =
        new Limits(Rate.NONE, List.of(perDay(Unit.ROWS, 100), perDay(Unit.BYTES, 5_000)));

    assertThat(take(gate, limits, Reserve.NOTHING).rateLimit())
        .isEqualTo("\"day-rows\";r=100;t=43200, \"day-bytes\";r=5000;t=43200");
  }

  @Test
  void what_was_set_aside_is_settled_with_what_went_out() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    Limits limits =
        new Limits(
            Rate.NONE,
            List.of(
                perDay(Unit.REQUESTS, 100), perDay(Unit.ROWS, 145), perDay(Unit.BYTES, 1_000_000)));

    for (int i = 0; i < 20; i++) {
      assertThat(take(gate, limits, new Reserve(50, 100_000)))
          .isInstanceOfSatisfying(Spent.Granted.class, granted -> granted.settle(5, 1_000));
    }

    assertThat(take(gate, limits, new Reserve(50, 100_000)))
        .isInstanceOfSatisfying(
            Spent.UsedUp.class, refused -> assertThat(refused.unit()).isEqualTo(Unit.ROWS));
    gate.stop();
    assertThat(taken(database, Unit.ROWS)).isEqualTo(100);
    assertThat(taken(database, Unit.BYTES)).isEqualTo(20_000);
    assertThat(taken(database, Unit.REQUESTS)).isEqualTo(20);
  }

  @Test
  void a_failed_fetch_gives_everything_back_once() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);

    if (take(gate, requests(10)) instanceof Spent.Granted granted) {
      granted.giveBack();
      granted.giveBack();
      granted.settle(1, 1);
    }

    gate.stop();
    assertThat(taken(database, Unit.REQUESTS)).isZero();
  }

  @Test
  void a_changed_quota_holds_from_the_next_call_on() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    for (int i = 0; i < 50; i++) {
      take(gate, requests(1000));
    }

    assertThat(take(gate, requests(50))).isInstanceOf(Spent.UsedUp.class);
    assertThat(take(gate, requests(52)).rateLimit()).isEqualTo("\"day\";r=1;t=43200");
  }

  @Test
  void the_fields_say_what_can_still_be_done() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    Limits limits =
        new Limits(new Rate(20, Duration.ofHours(1), 20), List.of(perDay(Unit.REQUESTS, 1000)));
    Spent first = take(gate, limits);

    assertThat(first.rateLimitPolicy()).isEqualTo("\"day\";q=1000;w=86400, \"pace\";q=20;w=3600");
    assertThat(first.rateLimit()).isEqualTo("\"day\";r=999;t=43200, \"pace\";r=19;t=180");
  }

  @Test
  void nothing_is_said_where_nothing_limits() throws Exception {
    assertThat(take(gate(pool(Engine.H2.migrated())), Limits.NONE).rateLimitPolicy()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-29T10:00:00Z, 82800, 43200",
    "2026-10-25T10:00:00Z, 90000, 46800",
    "2026-10-24T22:30:00Z, 90000, 88200"
  })
  void the_day_is_as_long_as_the_clocks_of_the_territory_make_it(
      Instant now, long seconds, long left) throws Exception {
    clock.set(now);

    Spent spent = take(gate(pool(Engine.H2.migrated())), requests(10));

    assertThat(spent.rateLimitPolicy()).isEqualTo("\"day\";q=10;w=" + seconds);
    assertThat(spent.rateLimit()).isEqualTo("\"day\";r=9;t=" + left);
  }

  @Test
  void a_new_local_day_begins_anew() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    take(gate, requests(1));
    assertThat(take(gate, requests(1)))
        .isInstanceOfSatisfying(
            Spent.UsedUp.class,
            refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofHours(12)));

    clock.set(NOON.plus(Duration.ofHours(12)));

    assertThat(take(gate, requests(1))).isInstanceOf(Spent.Granted.class);
  }

  @Test
  void a_ledger_out_of_reach_is_no_answer_and_an_open_lease_goes_on() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    Limits limits = new Limits(rate(5, 100), List.of(perDay(Unit.REQUESTS, 1000)));
    take(gate, limits);
    JdbcClient.create(database).sql("alter table quota_taken rename to gone").update();

    int served = 0;
    Spent last = take(gate, limits);
    while (last instanceof Spent.Granted) {
      served++;
      last = take(gate, limits);
    }

    // The first lease is for eight calls.
    assertThat(served).isEqualTo(7);
    assertThat(last).isInstanceOf(Spent.Unknown.class);
    JdbcClient.create(database).sql("alter table gone rename to quota_taken").update();
    await().atMost(Duration.ofSeconds(10)).until(() -> take(gate, limits) instanceof Spent.Granted);
  }

  @Test
  void a_lenient_quota_is_served_up_to_its_grace_and_charged_when_the_ledger_answers()
      throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    Limits limits =
        new Limits(
            Rate.NONE, List.of(new Quota(Unit.REQUESTS, Window.DAY, 1000, OptionalLong.of(5))));
    take(gate, limits);
    JdbcClient.create(database).sql("alter table quota_taken rename to gone").update();

    int served = 1;
    while (take(gate, limits) instanceof Spent.Granted) {
      served++;
    }
    JdbcClient.create(database).sql("alter table gone rename to quota_taken").update();
    await().atMost(Duration.ofSeconds(10)).until(() -> take(gate, limits) instanceof Spent.Granted);
    gate.stop();

    assertThat(served).isEqualTo(8 + 5);
    assertThat(taken(database, Unit.REQUESTS)).isEqualTo(8 + 5 + 1);
  }

  /** A ledger that answers no more for a while: calls hang until somebody lets one of them fail. */
  private static final class HangingLedger implements Ledger {

    private final Ledger real;
    private final Semaphore failing = new Semaphore(0);
    private volatile boolean hangs;

    HangingLedger(Ledger real) {
      this.real = real;
    }

    private void hang() {
      if (hangs) {
        failing.acquireUninterruptibly();
        throw new DataAccessResourceFailureException("the ledger is away");
      }
    }

    @Override
    public Leased lease(Line line, long quota, LongUnaryOperator amount) {
      hang();
      return real.lease(line, quota, amount);
    }

    @Override
    public void giveBack(Line line, long units) {
      hang();
      real.giveBack(line, units);
    }
  }

  @Test
  void the_grace_is_served_once_however_often_the_ledger_is_asked_in_vain() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    HangingLedger ledger = new HangingLedger(new DatabaseLedger(JdbcClient.create(database)));
    SetMeter time = new SetMeter();
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    LeasedQuotas gate =
        new LeasedQuotas(
            ledger,
            new QuotaProperties(10, 10, 500, Duration.ofMinutes(5), Duration.ofMillis(100), 40),
            clock,
            time,
            metrics);
    open.add(gate::stop);
    Limits limits =
        new Limits(
            Rate.NONE, List.of(new Quota(Unit.REQUESTS, Window.DAY, 1000, OptionalLong.of(5))));
    take(gate, limits);
    ledger.hangs = true;

    int served = 1;
    while (served < 100 && take(gate, limits) instanceof Spent.Granted) {
      served++;
    }
    assertThat(served).isEqualTo(8 + 5);
    for (int failures = 1; failures <= 3; failures++) {
      ledger.failing.release();
      double expected = failures;
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> metrics.counter("octroi.quota.ledger.failures").count() == expected);
      time.goOn(Duration.ofSeconds(1));
      assertThat(take(gate, limits)).isInstanceOf(Spent.Unknown.class);
    }

    ledger.hangs = false;
    ledger.failing.release(10);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              time.goOn(Duration.ofSeconds(1));
              return take(gate, limits) instanceof Spent.Granted;
            });
    gate.stop();
    assertThat(taken(database, Unit.REQUESTS)).isEqualTo(8 + 5 + 1);
  }

  @Test
  void a_quota_that_was_never_asked_for_is_served_on_grace_and_charged_too() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    Limits limits =
        new Limits(
            Rate.NONE, List.of(new Quota(Unit.REQUESTS, Window.DAY, 1000, OptionalLong.of(5))));
    JdbcClient.create(database).sql("alter table quota_taken rename to gone").update();

    int served = 0;
    while (take(gate, limits) instanceof Spent.Granted) {
      served++;
    }
    JdbcClient.create(database).sql("alter table gone rename to quota_taken").update();
    await().atMost(Duration.ofSeconds(10)).until(() -> take(gate, limits) instanceof Spent.Granted);
    gate.stop();

    assertThat(served).isEqualTo(5);
    assertThat(taken(database, Unit.REQUESTS)).isEqualTo(5 + 1);
  }

  @Test
  void the_tightest_of_an_hour_a_day_and_a_month_answers() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    Limits limits =
        new Limits(
            Rate.NONE,
            List.of(
                Quota.of(Unit.REQUESTS, Window.MONTH, 5),
                Quota.of(Unit.REQUESTS, Window.HOUR, 2),
                Quota.of(Unit.REQUESTS, Window.DAY, 4)));

    assertThat(take(gate, limits).rateLimitPolicy())
        .isEqualTo("\"hour\";q=2;w=3600, \"day\";q=4;w=86400, \"month\";q=5;w=2592000");
    assertThat(take(gate, limits).rateLimit())
        .isEqualTo("\"hour\";r=0;t=3600, \"day\";r=2;t=43200, \"month\";r=3;t=561600");
    assertUsedUp(take(gate, limits), Window.HOUR, Duration.ofHours(1));
    clock.set(NOON.plus(Duration.ofHours(1)));
    take(gate, limits);
    take(gate, limits);
    assertUsedUp(take(gate, limits), Window.HOUR, Duration.ofHours(1));
    clock.set(NOON.plus(Duration.ofHours(2)));
    assertUsedUp(take(gate, limits), Window.DAY, Duration.ofHours(10));
    clock.set(NOON.plus(Duration.ofHours(12)));
    assertThat(take(gate, limits)).isInstanceOf(Spent.Granted.class);
    assertUsedUp(take(gate, limits), Window.MONTH, Duration.ofDays(6));
  }

  private static void assertUsedUp(Spent spent, Window window, Duration retryAfter) {
    assertThat(spent)
        .isInstanceOfSatisfying(
            Spent.UsedUp.class,
            refused -> {
              assertThat(refused.window()).isEqualTo(window);
              assertThat(refused.retryAfter()).isEqualTo(retryAfter);
            });
  }

  @Test
  void the_hour_that_comes_twice_has_two_quotas() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    Limits limits = new Limits(Rate.NONE, List.of(Quota.of(Unit.REQUESTS, Window.HOUR, 1)));
    clock.set(Instant.parse("2026-10-25T00:30:00Z"));
    take(gate, limits);
    assertUsedUp(take(gate, limits), Window.HOUR, Duration.ofMinutes(30));

    clock.set(Instant.parse("2026-10-25T01:00:00Z"));

    assertThat(take(gate, limits)).isInstanceOf(Spent.Granted.class);
  }

  @Test
  void several_accounts_are_charged_together() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    DatasetId dataset = DatasetId.create();
    ApplicationId application = ApplicationId.create();
    List<Charge> charges =
        List.of(
            new Charge(new Account.OfDataset(dataset), requests(100), PARIS),
            new Charge(new Account.OfApplication(application), requests(50), PARIS),
            new Charge(new Account.OfAgreement(agreement), requests(10), PARIS));

    Spent spent = take(gate, charges);

    assertThat(spent.rateLimit())
        .isEqualTo(
            "\"day\";r=9;t=43200, \"application-day\";r=49;t=43200, \"dataset-day\";r=99;t=43200");
    gate.stop();
    assertThat(taken(database, new Account.OfDataset(dataset), Unit.REQUESTS)).isEqualTo(1);
    assertThat(taken(database, new Account.OfApplication(application), Unit.REQUESTS)).isEqualTo(1);
    assertThat(taken(database, Unit.REQUESTS)).isEqualTo(1);
  }

  @Test
  void where_one_account_refuses_the_others_get_back_what_they_gave() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    DatasetId dataset = DatasetId.create();
    Limits ofDataset =
        new Limits(new Rate(5, Duration.ofHours(1), 5), List.of(perDay(Unit.REQUESTS, 100)));
    List<Charge> charges =
        List.of(
            new Charge(new Account.OfDataset(dataset), ofDataset, PARIS),
            new Charge(new Account.OfAgreement(agreement), requests(2), PARIS));
    take(gate, charges);
    take(gate, charges);

    for (int i = 0; i < 10; i++) {
      assertThat(take(gate, charges))
          .isInstanceOfSatisfying(
              Spent.UsedUp.class,
              refused -> {
                assertThat(refused.account()).isEqualTo(new Account.OfAgreement(agreement));
                assertThat(refused.rateLimit()).contains("\"day\";r=0", "\"dataset-day\"");
              });
    }
    gate.stop();
    assertThat(taken(database, new Account.OfDataset(dataset), Unit.REQUESTS)).isEqualTo(2);
  }

  @Test
  void a_quota_that_is_no_more_gives_its_lease_back() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    take(gate, requests(1000));

    take(gate, Limits.NONE);

    await().atMost(Duration.ofSeconds(10)).until(() -> taken(database, Unit.REQUESTS) == 1);
  }

  @Test
  void a_lease_grows_with_the_pace() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    SetMeter time = new SetMeter();
    LeasedQuotas gate = gate(database, properties(10, 10, Duration.ofMinutes(5)), time);
    take(gate, requests(100_000));
    assertThat(taken(database, Unit.REQUESTS)).isEqualTo(8);

    for (int i = 1; i < 2_000; i++) {
      time.goOn(Duration.ofMillis(5));
      take(gate, requests(100_000));
    }

    // Two seconds of 200 calls a second, of which half may be spent before the next is fetched.
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(taken(database, Unit.REQUESTS)).isBetween(2_200L, 2_000L + 500));
  }

  @Test
  void balances_say_what_was_really_used() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    for (int i = 0; i < 3; i++) {
      take(gate, requests(1000));
    }
    JdbcClient jdbc = JdbcClient.create(database);
    TakenQuotas taken = new TakenQuotas(jdbc, new DatabaseLedger(jdbc), gate, clock);

    assertThat(taken.balances(new Account.OfAgreement(agreement), requests(1000), PARIS))
        .containsExactly(
            new TakenQuotas.Balance(
                perDay(Unit.REQUESTS, 1000), 3, 997, Instant.parse("2026-11-24T23:00:00Z")));
  }

  @Test
  void callers_beyond_the_table_share_one_allowance() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()), properties(10, 2, Duration.ofMinutes(1)));
    DatasetId dataset = DatasetId.create();
    List<Boolean> served = new ArrayList<>();

    for (String caller : List.of("one", "one", "two", "three", "four")) {
      served.add(
          gate.take(
                      List.of(
                          new Charge(new Account.OfCaller(dataset, caller), requests(1), PARIS)),
                      Reserve.NOTHING)
                  .toCompletableFuture()
                  .get(10, SECONDS)
              instanceof Spent.Granted);
    }

    assertThat(served).containsExactly(true, false, true, true, false);
  }

  @Test
  void old_periods_are_forgotten() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    take(gate(database), requests(10));
    DatabaseLedger ledger = new DatabaseLedger(JdbcClient.create(database));

    assertThat(ledger.forgetBefore(Instant.parse("2026-11-24T23:00:00Z"))).isZero();
    assertThat(ledger.forgetBefore(Instant.parse("2026-11-24T23:00:01Z"))).isEqualTo(1);
  }

  private int takeInParallel(List<LeasedQuotas> gates, Limits limits, int threads, int each)
      throws Exception {
    return ManyCallers.served(gates, charge(limits), threads, each);
  }

  private Charge charge(Limits limits) {
    return new Charge(new Account.OfAgreement(agreement), limits, PARIS);
  }

  private Spent take(LeasedQuotas gate, Limits limits)
      throws InterruptedException, ExecutionException, TimeoutException {
    return take(gate, limits, Reserve.NOTHING);
  }

  private Spent take(LeasedQuotas gate, Limits limits, Reserve reserve)
      throws InterruptedException, ExecutionException, TimeoutException {
    return take(gate, List.of(charge(limits)), reserve);
  }

  private static Spent take(LeasedQuotas gate, List<Charge> charges)
      throws InterruptedException, ExecutionException, TimeoutException {
    return take(gate, charges, Reserve.NOTHING);
  }

  private static Spent take(LeasedQuotas gate, List<Charge> charges, Reserve reserve)
      throws InterruptedException, ExecutionException, TimeoutException {
    return gate.take(charges, reserve).toCompletableFuture().get(20, SECONDS);
  }

  private long taken(HikariDataSource database, Unit unit) {
    return taken(database, new Account.OfAgreement(agreement), unit);
  }

  private static long taken(HikariDataSource database, Account.Kept account, Unit unit) {
    return JdbcClient.create(database)
        .sql("select taken from quota_taken where account = ? and unit = ?")
        .param(account.key())
        .param(unit.word())
        .query(Long.class)
        .single();
  }

  private HikariDataSource pool(TestDatabase database) {
    HikariDataSource pool = database.pool();
    open.add(pool);
    return pool;
  }

  private LeasedQuotas gate(HikariDataSource database) {
    return gate(database, properties(1000, 1000, Duration.ofMinutes(5)));
  }

  private LeasedQuotas gate(HikariDataSource database, QuotaProperties properties) {
    return gate(database, properties, TimeMeter.SYSTEM_NANOTIME);
  }

  private LeasedQuotas gate(HikariDataSource database, QuotaProperties properties, TimeMeter time) {
    LeasedQuotas gate =
        new LeasedQuotas(
            new DatabaseLedger(JdbcClient.create(database)),
            properties,
            clock,
            time,
            new SimpleMeterRegistry());
    open.add(gate::stop);
    return gate;
  }

  private static QuotaProperties properties(int agreements, int callers, Duration idle) {
    return new QuotaProperties(agreements, callers, 500, idle, Duration.ofSeconds(10), 40);
  }

  private static Limits requests(long perDay) {
    return new Limits(Rate.NONE, List.of(perDay(Unit.REQUESTS, perDay)));
  }

  private static Rate rate(long perSecond, long burst) {
    return new Rate(perSecond, Duration.ofSeconds(1), burst);
  }

  private static Quota perDay(Unit unit, long amount) {
    return Quota.of(unit, Window.DAY, amount);
  }
}
