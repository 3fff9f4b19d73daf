package org.octroi.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.octroi.store.StoreConnector.Fetching;
import org.octroi.store.StoreConnector.Receiver;
import org.octroi.vocabulary.StoreId;
import org.springframework.stereotype.Component;

/**
 * The door to all stores: picks the connector, lets at most {@code octroi.store.max-concurrent}
 * fetches through to one store at once, and measures them. Safe for use by many threads.
 *
 * <p>Metrics: {@code octroi.store.fetch} (a timer until the last byte) and {@code
 * octroi.store.head} (a timer until the store begins to answer), both by {@code store}, the first
 * also by {@code outcome}: served, unavailable, timed-out, busy, unshapeable, refused, cancelled.
 */
@Component
public class Connectors {

  private final List<StoreConnector> connectors;
  private final int maxConcurrent;
  private final MeterRegistry meters;
  private final ConcurrentMap<StoreId, AtomicInteger> underWay = new ConcurrentHashMap<>();

  Connectors(List<StoreConnector> connectors, StoreProperties properties, MeterRegistry meters) {
    this.connectors = List.copyOf(connectors);
    this.maxConcurrent = properties.maxConcurrent();
    this.meters = meters;
  }

  /** Begins to fetch; see {@link StoreConnector#fetch}. */
  public Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver) {
    StoreId store = call.target().store();
    StoreConnector connector =
        connectors.stream()
            .filter(c -> c.speaks(call.target().address()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no connector for " + store));
    AtomicInteger count = underWay.computeIfAbsent(store, s -> new AtomicInteger());
    Watched watched = new Watched(store, count, receiver);
    boolean begun = false;
    try {
      if (count.incrementAndGet() > maxConcurrent) {
        loop.execute(
            () ->
                watched.failed(
                    new StoreFailure.Busy(
                        "the store answers " + maxConcurrent + " others already")));
      } else {
        watched.over(connector.fetch(call, loop, watched));
      }
      begun = true;
    } finally {
      if (!begun) {
        watched.close("unavailable");
      }
    }
    return watched;
  }

  /** Hears what the receiver hears, to count and to measure; used on one event loop. */
  private final class Watched implements Receiver, Fetching {
    private final StoreId store;
    private final AtomicInteger count;
    private final Receiver receiver;
    private final long begunNanos = System.nanoTime();
    private Fetching fetching = NOTHING_UNDER_WAY;
    private boolean over;

    private Watched(StoreId store, AtomicInteger count, Receiver receiver) {
      this.store = store;
      this.count = count;
      this.receiver = receiver;
    }

    private void over(Fetching inner) {
      fetching = inner;
    }

    @Override
    public void head(StoreAnswer answer) {
      if (!over) {
        Timer.builder("octroi.store.head")
            .tag("store", store.toString())
            .register(meters)
            .record(elapsed());
        receiver.head(answer);
      }
    }

    @Override
    public void body(ByteBuf piece) {
      if (over) {
        piece.release();
      } else {
        receiver.body(piece);
      }
    }

    @Override
    public void end(long rows) {
      if (close("served")) {
        receiver.end(rows);
      }
    }

    @Override
    public void failed(StoreFailure failure) {
      if (close(outcome(failure))) {
        receiver.failed(failure);
      }
    }

    @Override
    public void pause() {
      fetching.pause();
    }

    @Override
    public void resume() {
      fetching.resume();
    }

    @Override
    public void cancel() {
      if (close("cancelled")) {
        fetching.cancel();
      }
    }

    private boolean close(String outcome) {
      if (over) {
        return false;
      }
      over = true;
      count.decrementAndGet();
      Timer.builder("octroi.store.fetch")
          .tag("store", store.toString())
          .tag("outcome", outcome)
          .register(meters)
          .record(elapsed());
      return true;
    }

    private Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - begunNanos);
    }
  }

  private static String outcome(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Unavailable unavailable -> "unavailable";
      case StoreFailure.TimedOut timedOut -> "timed-out";
      case StoreFailure.Busy busy -> "busy";
      case StoreFailure.ReaderStalled stalled -> "reader-stalled";
      case StoreFailure.Unshapeable unshapeable -> "unshapeable";
      case StoreFailure.Refused refused -> "refused";
    };
  }

  private static final Fetching NOTHING_UNDER_WAY =
      new Fetching() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
      };
}
