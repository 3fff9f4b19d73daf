package org.octroi.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.octroi.store.StoreConnector.Fetching;
import org.octroi.store.StoreConnector.Receiver;
import org.octroi.store.StoreTimers.Outcome;
import org.octroi.vocabulary.StoreId;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The door to all stores: serves what the store let be kept, or what another call is bringing
 * ({@link SharedAnswers}), leaves a store in peace that fails again and again ({@link Circuit}),
 * lets at most {@code octroi.store.max-concurrent} fetches through to one store at once while the
 * others wait for their turn ({@link Turnstile}), picks the connector, and measures. Safe for use
 * by many threads.
 *
 * <p>Metrics, all by {@code store}: {@code octroi.store.fetch} (a timer until the last byte,
 * waiting included) and {@code octroi.store.head} (a timer until the store begins to answer), the
 * first also by {@code outcome}; {@code octroi.store.waiting} (how many wait for their turn);
 * {@code octroi.store.cache} (by {@code result} and not by store: hit, miss, coalesced, or pass for
 * what can't be shared); {@code octroi.store.circuit} (0 closed, 1 half-open, 2 open).
 */
@Component
public class Connectors {

  private final List<StoreConnector> connectors;
  private final AddressWall wall;
  private final StoreProperties properties;
  private final MeterRegistry meters;
  private final LongSupplier nanoTime;
  private final EventExecutor timer;
  private final SharedAnswers answers;
  private final ConcurrentMap<StoreId, Door> doors = new ConcurrentHashMap<>();

  @Autowired
  Connectors(
      List<StoreConnector> connectors,
      AddressWall wall,
      StoreProperties properties,
      MeterRegistry meters) {
    this(connectors, wall, properties, meters, System::nanoTime, GlobalEventExecutor.INSTANCE);
  }

  Connectors(
      List<StoreConnector> connectors,
      AddressWall wall,
      StoreProperties properties,
      MeterRegistry meters,
      LongSupplier nanoTime,
      EventExecutor timer) {
    this.connectors = List.copyOf(connectors);
    this.wall = wall;
    this.properties = properties;
    this.meters = meters;
    this.nanoTime = nanoTime;
    this.timer = timer;
    this.answers = new SharedAnswers(this::pass, properties, meters, nanoTime);
  }

  /** What leads to one store: all that is remembered of it between two calls. */
  private record Door(
      StoreAddress address,
      Circuit circuit,
      Turnstile turnstile,
      StoreConnector connector,
      StoreTimers timers) {}

  /** Begins to fetch; called on the event loop. See {@link StoreConnector#fetch}. */
  public Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver) {
    return answers.fetch(call, loop, receiver);
  }

  private Fetching pass(StoreCall call, EventLoop loop, Receiver receiver) {
    Passing passing = new Passing(door(call.target()), call, loop, receiver);
    passing.begin();
    return passing;
  }

  private Door door(StoreTarget target) {
    Door known = doors.get(target.store());
    return known != null && known.address().equals(target.address())
        ? known
        : doors.compute(target.store(), (store, old) -> doorTo(store, target.address(), old));
  }

  /**
   * A store that moved has a circuit of its own, but the same queue, since calls to both its
   * addresses are under way.
   */
  private Door doorTo(StoreId store, StoreAddress address, @Nullable Door old) {
    if (old != null && old.address().equals(address)) {
      return old;
    }
    StoreConnector connector =
        connectors.stream()
            .filter(one -> one.speaks(address))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no connector for " + store));
    Circuit circuit = circuit(store, address);
    return old == null
        ? new Door(address, circuit, turnstile(store), connector, new StoreTimers(store, meters))
        : new Door(address, circuit, old.turnstile(), connector, old.timers());
  }

  private Circuit circuit(StoreId store, StoreAddress address) {
    Gauge.builder("octroi.store.circuit", doors, known -> state(known.get(store)))
        .tag("store", store.toString())
        .register(meters);
    return new Circuit(
        store,
        properties.circuitFailures(),
        properties.circuitOpen(),
        properties.circuitLongest(),
        nanoTime,
        () -> ThreadLocalRandom.current().nextDouble(),
        probe(address));
  }

  private static double state(@Nullable Door door) {
    return door == null ? 0 : door.circuit().state();
  }

  private @Nullable Probe probe(StoreAddress address) {
    if (properties.probeInterval().isZero()) {
      return null;
    }
    return switch (address) {
      case StoreAddress.Http http -> probe(http.host(), http.port());
      case StoreAddress.Sql sql -> probe(sql.host(), sql.port());
      case StoreAddress.Folder folder -> null;
    };
  }

  private Probe probe(String host, int port) {
    return new Probe(
        Probe.Reach.byTcp(wall, host, port, properties.connectTimeout()),
        properties.probeInterval(),
        timer);
  }

  private Turnstile turnstile(StoreId store) {
    Turnstile turnstile =
        new Turnstile(
            properties.maxConcurrent(),
            properties.maxWaiting(),
            properties.waitTimeout(),
            nanoTime,
            timer);
    Gauge.builder("octroi.store.waiting", turnstile, Turnstile::waiting)
        .tag("store", store.toString())
        .strongReference(true)
        .register(meters);
    return turnstile;
  }

  /** Whether it tells of the store's health, and not of what the caller asked or how it reads. */
  private static boolean isTheStores(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Unreachable unreachable -> true;
      case StoreFailure.TimedOut timedOut -> true;
      case StoreFailure.LeftInPeace left -> false;
      case StoreFailure.Unavailable unavailable -> false;
      case StoreFailure.Busy busy -> false;
      case StoreFailure.ReaderStalled stalled -> false;
      case StoreFailure.Unshapeable unshapeable -> false;
      case StoreFailure.Refused refused -> false;
    };
  }

  /**
   * One fetch on its way through the door; hears what the receiver hears, to tell the circuit, to
   * let the next in, and to measure. On one event loop only.
   */
  private final class Passing implements Receiver, Fetching, Turnstile.Visitor {
    private final Door door;
    private final StoreCall call;
    private final EventLoop loop;
    private final Receiver receiver;
    private final long begunNanos = nanoTime.getAsLong();
    private Circuit.@Nullable Phase through;
    private Turnstile.@Nullable Place place;
    private @Nullable Fetching fetching;
    private boolean inside;
    private boolean paused;
    private boolean over;

    private Passing(Door door, StoreCall call, EventLoop loop, Receiver receiver) {
      this.door = door;
      this.call = call;
      this.loop = loop;
      this.receiver = receiver;
    }

    private void begin() {
      through = door.circuit().enter();
      if (through == null) {
        long seconds = door.circuit().secondsLeft();
        loop.execute(
            () ->
                failed(
                    new StoreFailure.LeftInPeace(
                        "the store failed repeatedly and is left in peace for " + seconds + " s")));
        return;
      }
      if (door.turnstile().tryEnter()) {
        goIn(() -> close(Outcome.UNAVAILABLE));
        return;
      }
      place = door.turnstile().queue(this, loop);
      if (place == null) {
        loop.execute(() -> failed(new StoreFailure.Busy("as many as may wait for the store do")));
      }
    }

    @Override
    public void letIn() {
      if (over) {
        door.turnstile().leave();
        return;
      }
      goIn(() -> failed(new StoreFailure.Unavailable("the gate met a fault of its own")));
    }

    @Override
    public void turnedAway() {
      failed(
          new StoreFailure.Busy(
              "the store answered " + door.turnstile().ways() + " others all the while"));
    }

    /** Asks the store; a fault in the asking goes on to the caller when its way is free again. */
    private void goIn(Runnable atAFault) {
      inside = true;
      boolean asked = false;
      try {
        Fetching begun = door.connector().fetch(call, loop, this);
        fetching = begun;
        if (paused) {
          begun.pause();
        }
        asked = true;
      } finally {
        if (!asked) {
          atAFault.run();
        }
      }
    }

    @Override
    public void head(StoreAnswer answer) {
      if (!over) {
        door.timers().head().record(nanoTime.getAsLong() - begunNanos, TimeUnit.NANOSECONDS);
        if (through != null) {
          door.circuit().answers(through);
        }
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
      if (close(Outcome.SERVED)) {
        receiver.end(rows);
      }
    }

    @Override
    public void failed(StoreFailure failure) {
      if (!over && through != null && isTheStores(failure)) {
        door.circuit().failed(through, failure);
      }
      if (close(Outcome.of(failure))) {
        receiver.failed(failure);
      }
    }

    @Override
    public void pause() {
      paused = true;
      if (fetching != null) {
        fetching.pause();
      }
    }

    @Override
    public void resume() {
      paused = false;
      if (fetching != null) {
        fetching.resume();
      }
    }

    @Override
    public void cancel() {
      if (close(Outcome.CANCELLED) && fetching != null) {
        fetching.cancel();
      }
    }

    /** Whatever the ending: once. */
    private boolean close(Outcome outcome) {
      if (over) {
        return false;
      }
      over = true;
      if (through != null && outcome == Outcome.SERVED) {
        door.circuit().succeeded(through);
      } else if (through != null) {
        // Where the circuit heard of a failure already this changes nothing any more.
        door.circuit().undecided(through);
      }
      if (inside) {
        door.turnstile().leave();
      } else if (place != null) {
        place.giveUp();
      }
      door.timers().fetch(outcome).record(nanoTime.getAsLong() - begunNanos, TimeUnit.NANOSECONDS);
      return true;
    }
  }
}
