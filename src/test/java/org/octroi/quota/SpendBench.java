package org.octroi.quota;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;
import org.octroi.quota.Quotas.Reserve;
import org.octroi.vocabulary.AgreementId;

/**
 * What it costs to spend from a lease: a pace and three quotas, on the thread of the caller, with
 * the settling of what was set aside. The ledger always gives, at once.
 */
final class SpendBench {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int CALLS =
      Integer.parseInt(System.getenv().getOrDefault("BENCH_CALLS", "2000000"));
  private static final int ROUNDS =
      Integer.parseInt(System.getenv().getOrDefault("BENCH_ROUNDS", "5"));
  private static final int AGREEMENTS = 1000;

  private SpendBench() {}

  public static void main(String[] arguments) {
    LeasedQuotas quotas =
        new LeasedQuotas(
            new Generous(),
            new QuotaProperties(
                100_000, 1000, 1_000_000, Duration.ofMinutes(10), Duration.ofSeconds(2), 40),
            Clock.systemUTC(),
            TimeMeter.SYSTEM_NANOTIME,
            new SimpleMeterRegistry());
    Limits limits =
        new Limits(
            new Limits.Rate(100_000_000, Duration.ofSeconds(1), 100_000_000),
            List.of(
                Quota.of(Unit.REQUESTS, Window.DAY, 1_000_000_000_000L),
                Quota.of(Unit.ROWS, Window.DAY, 1_000_000_000_000L),
                Quota.of(Unit.BYTES, Window.MONTH, 1_000_000_000_000L)));
    List<List<Charge>> charges = new ArrayList<>();
    for (int i = 0; i < AGREEMENTS; i++) {
      charges.add(
          List.of(
              new Charge(
                  new Account.OfAgreement(AgreementId.create()),
                  limits,
                  ZoneId.of("Europe/Paris"))));
    }
    for (int i = 0; i < ROUNDS; i++) {
      spend(quotas, charges, CALLS, true);
      spend(quotas, charges, CALLS, false);
    }
    double spend = median(quotas, charges, false);
    System.out.printf("value spend-cpu-micros %.3f%n", spend);
    System.out.printf("value spends-per-second-per-core %.0f%n", 1e6 / spend);
    System.out.printf("value spend-with-fields-cpu-micros %.3f%n", median(quotas, charges, true));
    quotas.stop();
  }

  private static double median(
      LeasedQuotas quotas, List<List<Charge>> charges, boolean fields) {
    double[] micros = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      micros[i] = spend(quotas, charges, CALLS, fields);
    }
    Arrays.sort(micros);
    return micros[ROUNDS / 2];
  }

  /**
   * CPU microseconds of one call.
   *
   * @param fields whether the RateLimit field is written too, as the gate does
   */
  private static double spend(
      LeasedQuotas quotas, List<List<Charge>> charges, int calls, boolean fields) {
    Reserve reserve = new Reserve(100, 100_000);
    long began = THREADS.getCurrentThreadCpuTime();
    long served = 0;
    for (int i = 0; i < calls; i++) {
      CompletableFuture<Spent> spending =
          quotas.take(charges.get(i % AGREEMENTS), reserve).toCompletableFuture();
      if (spending.join() instanceof Spent.Granted granted) {
        granted.settle(10, 2_000);
        served += fields && granted.rateLimit().isEmpty() ? 0 : 1;
      }
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - began;
    if (served < calls) {
      throw new IllegalStateException((calls - served) + " of " + calls + " were refused");
    }
    return nanos / 1e3 / calls;
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
