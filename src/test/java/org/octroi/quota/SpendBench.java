package org.octroi.quota;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import java.util.function.LongUnaryOperator;
import org.octroi.quota.Quotas.Reserve;
import org.octroi.testing.Median;
import org.octroi.testing.TestRedis;
import org.octroi.vocabulary.AgreementId;

/**
 * What it costs to spend from a lease: a pace and three quotas, on the thread of the caller, with
 * the settling of what was set aside; beside a bucket of Bucket4j with the same four bounds, kept
 * in Redis and asked once a request. The ledger of the former always gives, at once.
 */
final class SpendBench {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int CALLS = number("BENCH_CALLS", 2_000_000);
  private static final int REDIS_CALLS = number("BENCH_REDIS_CALLS", 5_000);
  private static final int ROUNDS = number("BENCH_ROUNDS", 5);
  private static final int AGREEMENTS = 1000;
  private static final long MUCH = 1_000_000_000_000L;

  private SpendBench() {}

  private static int number(String name, int usual) {
    return Integer.parseInt(System.getenv().getOrDefault(name, Integer.toString(usual)));
  }

  public static void main(String[] arguments) throws IOException {
    LeasedQuotas quotas = quotas();
    List<List<Charge>> charges = charges();
    for (int i = 0; i < ROUNDS; i++) {
      spend(quotas, charges, true);
      spend(quotas, charges, false);
    }
    try (TestRedis redis = TestRedis.start()) {
      RedisClient client = RedisClient.create(redis.url());
      ProxyManager<byte[]> buckets = Bucket4jLettuce.casBasedBuilder(client).build();
      askRedis(buckets);
      // Side by side: a round of each, in turn.
      double[] cpu = new double[ROUNDS];
      double[] ratios = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        long began = System.nanoTime();
        cpu[i] = spend(quotas, charges, false);
        double ours = (System.nanoTime() - began) / 1e3 / CALLS;
        ratios[i] = askRedis(buckets) / ours;
      }
      double spend = Median.of(cpu);
      System.out.printf("value spend-cpu-micros %.3f%n", spend);
      System.out.printf("value spends-per-second-per-core %.0f%n", 1e6 / spend);
      System.out.printf(
          "value spend-with-fields-cpu-micros %.3f%n",
          Median.of(rounds(() -> spend(quotas, charges, true))));
      System.out.printf("value bucket4j-redis-vs-spend %.0f%n", Median.of(ratios));
      client.shutdown();
    }
    quotas.stop();
  }

  private static LeasedQuotas quotas() {
    return new LeasedQuotas(
        new Generous(),
        new QuotaProperties(
            100_000, 1000, 1_000_000, Duration.ofMinutes(10), Duration.ofSeconds(2), 40),
        Clock.systemUTC(),
        TimeMeter.SYSTEM_NANOTIME,
        new SimpleMeterRegistry());
  }

  private static List<List<Charge>> charges() {
    Limits limits =
        new Limits(
            new Limits.Rate(100_000_000, Duration.ofSeconds(1), 100_000_000),
            List.of(
                Quota.of(Unit.REQUESTS, Window.DAY, MUCH),
                Quota.of(Unit.ROWS, Window.DAY, MUCH),
                Quota.of(Unit.BYTES, Window.MONTH, MUCH)));
    List<List<Charge>> charges = new ArrayList<>();
    for (int i = 0; i < AGREEMENTS; i++) {
      charges.add(
          List.of(
              new Charge(
                  new Account.OfAgreement(AgreementId.create()),
                  limits,
                  ZoneId.of("Europe/Paris"))));
    }
    return charges;
  }

  private static double[] rounds(DoubleSupplier round) {
    return Arrays.stream(new double[ROUNDS]).map(nothing -> round.getAsDouble()).toArray();
  }

  /**
   * CPU microseconds of one call.
   *
   * @param fields whether the RateLimit field is written too, as the gate does
   */
  private static double spend(LeasedQuotas quotas, List<List<Charge>> charges, boolean fields) {
    Reserve reserve = new Reserve(100, 100_000);
    long began = THREADS.getCurrentThreadCpuTime();
    long served = 0;
    for (int i = 0; i < CALLS; i++) {
      CompletableFuture<Spent> spending =
          quotas.take(charges.get(i % AGREEMENTS), reserve).toCompletableFuture();
      if (spending.join() instanceof Spent.Granted granted) {
        granted.settle(10, 2_000);
        served += fields && granted.rateLimit().isEmpty() ? 0 : 1;
      }
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - began;
    if (served < CALLS) {
      throw new IllegalStateException((CALLS - served) + " of " + CALLS + " were refused");
    }
    return nanos / 1e3 / CALLS;
  }

  /** Microseconds of one call of a bucket in Redis, from one thread. */
  private static double askRedis(ProxyManager<byte[]> buckets) {
    BucketConfiguration configuration =
        BucketConfiguration.builder()
            .addLimit(bandwidth(100_000_000, Duration.ofSeconds(1)))
            .addLimit(bandwidth(MUCH, Duration.ofDays(1)))
            .addLimit(bandwidth(MUCH / 2, Duration.ofDays(1)))
            .addLimit(bandwidth(MUCH, Duration.ofDays(30)))
            .build();
    List<BucketProxy> known = new ArrayList<>();
    for (int i = 0; i < AGREEMENTS; i++) {
      known.add(
          buckets.getProxy(
              ("agreement-" + i).getBytes(StandardCharsets.UTF_8), () -> configuration));
    }
    long began = System.nanoTime();
    for (int i = 0; i < REDIS_CALLS; i++) {
      if (!known.get(i % AGREEMENTS).tryConsume(1)) {
        throw new IllegalStateException("refused");
      }
    }
    return (System.nanoTime() - began) / 1e3 / REDIS_CALLS;
  }

  private static Bandwidth bandwidth(long capacity, Duration period) {
    return Bandwidth.builder().capacity(capacity).refillGreedy(capacity, period).build();
  }

  /** A ledger with enough for everybody. */
  private static final class Generous implements Ledger {
    @Override
    public Leased lease(Line line, long quota, LongUnaryOperator amount) {
      return new Leased(amount.applyAsLong(quota), quota);
    }

    @Override
    public void giveBack(Line line, long units) {}
  }
}
