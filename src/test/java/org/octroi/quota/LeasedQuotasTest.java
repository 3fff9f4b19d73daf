package org.octroi.quota;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
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
import org.octroi.vocabulary.DatasetId;
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
    assertThat(taken(database, Kind.REQUESTS)).isLessThanOrEqualTo(1000);
  }

  @Test
  void one_gate_can_use_all_of_a_quota() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));

    assertThat(takeInParallel(List.of(gate), requests(300), 4, 100)).isEqualTo(300);
  }

  @Test
  void a_crash_costs_at_most_the_open_lease_and_never_gives_more_than_the_quota() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    Limits limits = new Limits(rate(20, 1000), OptionalLong.of(500), none(), none());
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

    assertThat(taken(database, Kind.REQUESTS)).isEqualTo(7);
  }

  @Test
  void an_account_left_idle_gives_its_lease_back() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    QuotaProperties soon = properties(1000, 1000, Duration.ofMillis(200));
    take(gate(database, soon), requests(1000));

    await().atMost(Duration.ofSeconds(10)).until(() -> taken(database, Kind.REQUESTS) == 1);
  }

  @Test
  void a_refused_quota_gives_the_pace_back() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    Limits limits =
        new Limits(new Rate(1, Duration.ofHours(1), 3), OptionalLong.of(1), none(), none());
    take(gate, limits);

    for (int i = 0; i < 5; i++) {
      assertThat(take(gate, limits)).isInstanceOf(Spent.UsedUp.class);
    }
  }

  @Test
  void a_call_beyond_the_burst_is_told_when_to_come_again() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()));
    Limits limits = new Limits(new Rate(1, Duration.ofSeconds(30), 2), none(), none(), none());
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
    Limits limits = new Limits(Rate.NONE, none(), OptionalLong.of(100), OptionalLong.of(5_000));

    assertThat(take(gate, limits, Reserve.NOTHING).rateLimit())
        .isEqualTo("\"day-rows\";r=100;t=43200, \"day-bytes\";r=5000;t=43200");
  }

  @Test
  void what_was_set_aside_is_settled_with_what_went_out() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    LeasedQuotas gate = gate(database);
    Limits limits =
        new Limits(
            Rate.NONE, OptionalLong.of(100), OptionalLong.of(145), OptionalLong.of(1_000_000));

    for (int i = 0; i < 20; i++) {
      assertThat(take(gate, limits, new Reserve(50, 100_000)))
          .isInstanceOfSatisfying(Spent.Granted.class, granted -> granted.settle(5, 1_000));
    }

    assertThat(take(gate, limits, new Reserve(50, 100_000)))
        .isInstanceOfSatisfying(
            Spent.UsedUp.class, refused -> assertThat(refused.what()).isEqualTo("rows"));
    gate.stop();
    assertThat(taken(database, Kind.ROWS)).isEqualTo(100);
    assertThat(taken(database, Kind.BYTES)).isEqualTo(20_000);
    assertThat(taken(database, Kind.REQUESTS)).isEqualTo(20);
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
    assertThat(taken(database, Kind.REQUESTS)).isZero();
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
        new Limits(new Rate(20, Duration.ofHours(1), 20), OptionalLong.of(1000), none(), none());
    Spent first = take(gate, limits);

    assertThat(first.rateLimitPolicy()).isEqualTo("\"day\";q=1000;w=86400, \"pace\";q=20;w=3600");
    assertThat(first.rateLimit()).isEqualTo("\"day\";r=999;t=43200, \"pace\";r=19;t=180");
  }

  @Test
  void nothing_is_said_where_nothing_limits() throws Exception {
    Limits limits = new Limits(Rate.NONE, none(), none(), none());

    assertThat(take(gate(pool(Engine.H2.migrated())), limits).rateLimitPolicy()).isEmpty();
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
    Limits limits = new Limits(rate(5, 100), OptionalLong.of(1000), none(), none());
    take(gate, limits);
    JdbcClient.create(database).sql("alter table quota_ledger rename to gone").update();

    int served = 0;
    Spent last = take(gate, limits);
    while (last instanceof Spent.Granted) {
      served++;
      last = take(gate, limits);
    }

    assertThat(served).isEqualTo(9);
    assertThat(last).isInstanceOf(Spent.Unknown.class);
    JdbcClient.create(database).sql("alter table gone rename to quota_ledger").update();
    await().atMost(Duration.ofSeconds(10)).until(() -> take(gate, limits) instanceof Spent.Granted);
  }

  @Test
  void callers_beyond_the_table_share_one_allowance() throws Exception {
    LeasedQuotas gate = gate(pool(Engine.H2.migrated()), properties(10, 2, Duration.ofMinutes(1)));
    DatasetId dataset = DatasetId.create();
    List<Boolean> served = new ArrayList<>();

    for (String caller : List.of("one", "one", "two", "three", "four")) {
      served.add(
          gate.take(new Account.OfCaller(dataset, caller), requests(1), PARIS, Reserve.NOTHING)
                  .toCompletableFuture()
                  .get(10, SECONDS)
              instanceof Spent.Granted);
    }

    assertThat(served).containsExactly(true, false, true, true, false);
  }

  @Test
  void old_days_are_forgotten() throws Exception {
    HikariDataSource database = pool(Engine.H2.migrated());
    take(gate(database), requests(10));
    DatabaseLedger ledger = new DatabaseLedger(JdbcClient.create(database));

    assertThat(ledger.forgetBefore(LocalDate.parse("2026-11-24"))).isZero();
    assertThat(ledger.forgetBefore(LocalDate.parse("2026-11-25"))).isEqualTo(1);
  }

  private int takeInParallel(List<LeasedQuotas> gates, Limits limits, int threads, int each)
      throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        LeasedQuotas gate = gates.get(thread % gates.size());
        work.add(
            () -> {
              int granted = 0;
              for (int i = 0; i < each; i++) {
                granted += take(gate, limits) instanceof Spent.Granted ? 1 : 0;
              }
              return granted;
            });
      }
      int granted = 0;
      for (Future<Integer> each1 : executor.invokeAll(work)) {
        granted += each1.get();
      }
      return granted;
    }
  }

  private Spent take(LeasedQuotas gate, Limits limits)
      throws InterruptedException, ExecutionException, TimeoutException {
    return take(gate, limits, Reserve.NOTHING);
  }

  private Spent take(LeasedQuotas gate, Limits limits, Reserve reserve)
      throws InterruptedException, ExecutionException, TimeoutException {
    return gate.take(new Account.OfAgreement(agreement), limits, PARIS, reserve)
        .toCompletableFuture()
        .get(20, SECONDS);
  }

  private long taken(HikariDataSource database, Kind kind) {
    return JdbcClient.create(database)
        .sql("select taken from quota_ledger where agreement_id = ? and kind = ?")
        .param(agreement.toString())
        .param(kind.word())
        .query(Long.class)
        .single();
  }

  private HikariDataSource pool(TestDatabase database) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(database.url());
    pool.setUsername(database.user());
    pool.setPassword(database.password());
    open.add(pool);
    return pool;
  }

  private LeasedQuotas gate(HikariDataSource database) {
    return gate(database, properties(1000, 1000, Duration.ofMinutes(5)));
  }

  private LeasedQuotas gate(HikariDataSource database, QuotaProperties properties) {
    LeasedQuotas gate =
        new LeasedQuotas(
            new DatabaseLedger(JdbcClient.create(database)),
            properties,
            clock,
            TimeMeter.SYSTEM_NANOTIME,
            new SimpleMeterRegistry());
    open.add(gate::stop);
    return gate;
  }

  private static QuotaProperties properties(int agreements, int callers, Duration idle) {
    return new QuotaProperties(agreements, callers, 500, idle, Duration.ofSeconds(10), 40);
  }

  private static Limits requests(long perDay) {
    return new Limits(Rate.NONE, OptionalLong.of(perDay), none(), none());
  }

  private static Rate rate(long perSecond, long burst) {
    return new Rate(perSecond, Duration.ofSeconds(1), burst);
  }

  private static OptionalLong none() {
    return OptionalLong.empty();
  }
}
