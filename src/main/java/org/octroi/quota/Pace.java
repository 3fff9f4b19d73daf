package org.octroi.quota;

import io.github.bucket4j.BandwidthBuilder;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.local.SynchronizationStrategy;
import org.jspecify.annotations.Nullable;
import org.octroi.quota.Limits.Rate;

/**
 * A token bucket that follows its tier's rate: when the rate changes, what was in it changes in
 * proportion. Guarded by its {@link Allowance}.
 */
final class Pace {

  private final TimeMeter time;
  private Rate rate = Rate.NONE;
  private @Nullable Bucket bucket;
  private long remaining;

  Pace(TimeMeter time) {
    this.time = time;
  }

  /** From now on this rate holds. */
  void follow(Rate wanted) {
    if (wanted.equals(rate)) {
      return;
    }
    rate = wanted;
    if (!wanted.limits()) {
      bucket = null;
      return;
    }
    BandwidthBuilder.BandwidthBuilderBuildStage bandwidth =
        BandwidthBuilder.builder()
            .capacity(Math.max(1, wanted.burst()))
            .refillGreedy(wanted.permits(), wanted.period());
    if (bucket == null) {
      bucket =
          Bucket.builder()
              .withCustomTimePrecision(time)
              // The account's lock is held around every use of it.
              .withSynchronizationStrategy(SynchronizationStrategy.NONE)
              .addLimit(bandwidth.build())
              .build();
    } else {
      bucket.replaceConfiguration(
          BucketConfiguration.builder().addLimit(bandwidth.build()).build(),
          TokensInheritanceStrategy.PROPORTIONALLY);
    }
  }

  /** Takes one token; returns 0, or the nanoseconds until there will be one. */
  long takeOrNanosToWait() {
    if (bucket == null) {
      return 0;
    }
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    remaining = probe.getRemainingTokens();
    return probe.isConsumed() ? 0 : Math.max(1, probe.getNanosToWaitForRefill());
  }

  void giveBack() {
    if (bucket != null) {
      bucket.addTokens(1);
      remaining = bucket.getAvailableTokens();
    }
  }

  Rate rate() {
    return rate;
  }

  /** How many requests could come at once, as of the last that was taken or given back. */
  long available() {
    return bucket == null ? Long.MAX_VALUE : Math.max(0, remaining);
  }

  /** How many requests the rate lets through in a time; {@link Long#MAX_VALUE} without a rate. */
  long worth(long seconds) {
    if (!rate.limits()) {
      return Long.MAX_VALUE;
    }
    double perSecond = rate.permits() * 1e9 / Math.max(1, rate.period().toNanos());
    return Math.max(1, (long) Math.ceil(perSecond * seconds));
  }
}
