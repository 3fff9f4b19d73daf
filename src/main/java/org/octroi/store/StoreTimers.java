package org.octroi.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.octroi.vocabulary.StoreId;

/**
 * The timers of one store. Looked up in the registry once each, when first needed: finding a timer
 * by its name and tags costs more than all else that happens to a fetch here. Safe for use by many
 * threads.
 */
final class StoreTimers {

  private final StoreId store;
  private final MeterRegistry meters;
  private final Timer head;
  private final ConcurrentMap<Outcome, Timer> fetches = new ConcurrentHashMap<>();

  /** How a fetch ended. */
  enum Outcome {
    SERVED,
    UNAVAILABLE,
    LEFT_IN_PEACE,
    TIMED_OUT,
    BUSY,
    READER_STALLED,
    UNSHAPEABLE,
    REFUSED,
    CANCELLED;

    static Outcome of(StoreFailure failure) {
      return switch (failure) {
        case StoreFailure.Unreachable unreachable -> UNAVAILABLE;
        case StoreFailure.LeftInPeace left -> LEFT_IN_PEACE;
        case StoreFailure.Unavailable unavailable -> UNAVAILABLE;
        case StoreFailure.TimedOut timedOut -> TIMED_OUT;
        case StoreFailure.Busy busy -> BUSY;
        case StoreFailure.ReaderStalled stalled -> READER_STALLED;
        case StoreFailure.Unshapeable unshapeable -> UNSHAPEABLE;
        case StoreFailure.Refused refused -> REFUSED;
      };
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  StoreTimers(StoreId store, MeterRegistry meters) {
    this.store = store;
    this.meters = meters;
    this.head = Timer.builder("octroi.store.head").tag("store", store.toString()).register(meters);
  }

  /** Until the store began to answer. */
  Timer head() {
    return head;
  }

  /** Until such an end. */
  Timer fetch(Outcome outcome) {
    return fetches.computeIfAbsent(outcome, this::register);
  }

  private Timer register(Outcome outcome) {
    return Timer.builder("octroi.store.fetch")
        .tag("store", store.toString())
        .tag("outcome", outcome.word())
        .register(meters);
  }
}
