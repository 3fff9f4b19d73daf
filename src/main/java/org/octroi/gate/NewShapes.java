package org.octroi.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;

/**
 * How fast one caller may have the policy asked anew: a look into memory costs next to nothing, a
 * question some hundred microseconds, and whoever varies their requests could spend all of ours.
 * Nothing of it is kept. Safe for use by many threads.
 */
final class NewShapes {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int CALLERS = 20_000;

  private final int perMinute;
  private final int mostCallers;
  private final Cache<String, Bucket> callers;
  private final Bucket overflow;

  NewShapes(int perMinute) {
    this(perMinute, CALLERS);
  }

  /**
   * @param mostCallers how many callers have a bucket of their own; all others share one
   */
  NewShapes(int perMinute, int mostCallers) {
    this.perMinute = perMinute;
    this.mostCallers = mostCallers;
    // A bucket is full again after a minute: forgetting it then gives nobody more.
    this.callers =
        Caffeine.newBuilder()
            .maximumSize(2L * mostCallers)
            .expireAfterAccess(MINUTE)
            .executor(Runnable::run)
            .build();
    this.overflow = bucket();
  }

  /** Takes one; what comes back is how long to wait where there was none, else zero. */
  Duration take(String caller) {
    ConsumptionProbe probe = of(caller).tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
  }

  /** A flood of addresses must not wash out the buckets of those already known. */
  private Bucket of(String caller) {
    Bucket known = callers.getIfPresent(caller);
    if (known != null) {
      return known;
    }
    return callers.estimatedSize() >= mostCallers ? overflow : callers.get(caller, c -> bucket());
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, MINUTE))
        .build();
  }
}
