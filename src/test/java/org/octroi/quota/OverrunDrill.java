package org.octroi.quota;

import com.zaxxer.hikari.HikariDataSource;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.octroi.quota.Quotas.Reserve;
import org.octroi.testing.TestDatabase;
import org.octroi.testing.TestRedis;
import org.octroi.vocabulary.AgreementId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Two gates with a connection to Redis each, 10,000 calls at once, and a quota of 1,000: how far it
 * was overrun in the worst round, and how much of it nobody could use.
 */
final class OverrunDrill {

  private static final int ROUNDS =
      Integer.parseInt(System.getenv().getOrDefault("DRILL_ROUNDS", "20"));
  private static final int CALLS = 10_000;
  private static final int LIMIT = 1_000;

  private OverrunDrill() {}

  public static void main(String[] arguments) throws Exception {
    long overrun = 0;
    long unused = 0;
    try (TestRedis redis = TestRedis.start();
        HikariDataSource database = TestDatabase.Engine.H2.migrated().pool()) {
      for (int round = 1; round <= ROUNDS; round++) {
        long granted = round(redis, database);
        System.out.println(
            "round " + round + ": " + granted + " of " + CALLS + " calls were served");
        overrun = Math.max(overrun, granted - LIMIT);
        unused = Math.max(unused, LIMIT - granted);
      }
    }
    System.out.println("value overrun " + overrun);
    System.out.println("value under-use " + unused);
  }

  private static long round(TestRedis redis, HikariDataSource database) throws Exception {
    List<RedisLedger> ledgers = List.of(ledger(redis, database), ledger(redis, database));
    List<LeasedQuotas> gates = ledgers.stream().map(OverrunDrill::gate).toList();
    Limits limits =
        new Limits(Limits.Rate.NONE, List.of(Quota.of(Unit.REQUESTS, Window.DAY, LIMIT)));
    List<Charge> charges =
        List.of(
            new Charge(
                new Account.OfAgreement(AgreementId.create()), limits, ZoneId.of("Europe/Paris")));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        LeasedQuotas gate = gates.get(i % gates.size());
        calls.add(
            () ->
                gate.take(charges, Reserve.NOTHING).toCompletableFuture().get()
                    instanceof Spent.Granted);
      }
      long granted = 0;
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        granted += call.get() ? 1 : 0;
      }
      return granted;
    } finally {
      gates.forEach(LeasedQuotas::stop);
      ledgers.forEach(RedisLedger::destroy);
    }
  }

  private static RedisLedger ledger(TestRedis redis, HikariDataSource database) {
    return new RedisLedger(
        new DatabaseLedger(JdbcClient.create(database)),
        new RedisProperties(redis.url(), Duration.ofSeconds(10)),
        new SimpleMeterRegistry());
  }

  private static LeasedQuotas gate(RedisLedger ledger) {
    return new LeasedQuotas(
        ledger,
        new QuotaProperties(1000, 1000, 500, Duration.ofMinutes(5), Duration.ofSeconds(30), 40),
        Clock.systemUTC(),
        TimeMeter.SYSTEM_NANOTIME,
        new SimpleMeterRegistry());
  }
}
