package org.octroi.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Obligations;
import org.octroi.store.StoreConnector.Fetching;
import org.octroi.store.StoreConnector.Receiver;
import org.octroi.vocabulary.Format;

/**
 * Serves an HTTP store's answer to several readers, where the decision lets it ({@link
 * StoreCall#shareable}) and the store itself says for how long ({@link Freshness}; RFC 9111, as a
 * shared cache). Other calls pass by untouched.
 *
 * <p>Three ways to be served: from what is kept; together with an identical call that is under way
 * (the first of them <em>leads</em>, the others follow and are served from what it brings home,
 * once it is whole); or by a call of one's own. Followers depend on their leader for nothing but
 * time: an answer that may not be shared, or is too long, or takes more than {@value
 * #PATIENCE_SECONDS} s from its head to its end, or fails, sends each its own way. A leader whose
 * reader stands still goes on collecting, which is bounded by what one answer may have; one whose
 * reader is gone goes on as long as it is followed.
 *
 * <p>Safe for use by many threads, without locks; each call is on its own event loop.
 */
final class SharedAnswers {

  private static final int PATIENCE_SECONDS = 2;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(PATIENCE_SECONDS).toNanos();

  /** What a kept answer takes besides its body and what it was asked with. */
  private static final int OVERHEAD_BYTES = 1024;

  /** A conditional or partial answer is not for others, and the store knows best how to give it. */
  private static final List<String> CONDITIONS =
      List.of("range", "if-range", "if-none-match", "if-modified-since");

  private final Source source;
  private final int entryBytes;
  private final LongSupplier nanoTime;
  private final @Nullable Cache<Key, Kept> kept;
  private final ConcurrentMap<Key, Flight> flights = new ConcurrentHashMap<>();

  /** By the identity of the target, which is another object when the desk changes it. */
  private final Cache<StoreTarget, Habit> habits =
      Caffeine.newBuilder().weakKeys().maximumSize(10_000).executor(Runnable::run).build();

  private final Counter hit;
  private final Counter miss;
  private final Counter pass;
  private final Counter coalesced;

  /**
   * What answers of a target were like: where none may be kept, nobody need wait for another to
   * find that out again.
   */
  private static final class Habit {
    private static final int TO_BELIEVE = 8;
    private static final long BELIEVED_NANOS = Duration.ofSeconds(10).toNanos();

    private final AtomicInteger unkeptInARow = new AtomicInteger();
    private volatile long believedUntilNanos;
    private volatile boolean believed;

    boolean keepsNothing(long nanos) {
      return believed && nanos - believedUntilNanos < 0;
    }

    void kept() {
      unkeptInARow.set(0);
      believed = false;
    }

    void notKept(long nanos) {
      if (unkeptInARow.incrementAndGet() >= TO_BELIEVE) {
        believedUntilNanos = nanos + BELIEVED_NANOS;
        believed = true;
      }
    }
  }

  /** Where answers come from that are not here. */
  interface Source {

    /** See {@link StoreConnector#fetch}; called on the event loop. */
    Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver);
  }

  SharedAnswers(
      Source source, StoreProperties properties, MeterRegistry meters, LongSupplier nanoTime) {
    this.source = source;
    this.entryBytes = Math.toIntExact(properties.cacheEntry().toBytes());
    this.nanoTime = nanoTime;
    this.kept =
        properties.cacheSize().toBytes() == 0
            ? null
            : Caffeine.newBuilder()
                .maximumWeight(properties.cacheSize().toBytes())
                .<Key, Kept>weigher((key, one) -> key.bytes() + one.body().length)
                .expireAfter(Expiry.<Key, Kept>writing((key, one) -> one.lifetime()))
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    this.hit = meters.counter("octroi.store.cache", "result", "hit");
    this.miss = meters.counter("octroi.store.cache", "result", "miss");
    this.pass = meters.counter("octroi.store.cache", "result", "pass");
    this.coalesced = meters.counter("octroi.store.cache", "result", "coalesced");
  }

  /**
   * What makes two calls the same: all that the store is asked with, and that changes its answer.
   *
   * @param target with its credential and its declared parameters, so that a distribution is never
   *     served what it would not be let ask
   * @param query in the order in which it is asked, as the address is what counts (RFC 9111 §2)
   * @param obligations none of them touches the content, yet tiers are kept apart
   * @param knownToStore whether the store is told who asks
   */
  private record Key(
      StoreTarget target,
      String rest,
      List<Map.Entry<String, List<String>>> query,
      Format format,
      Obligations obligations,
      @Nullable String language,
      @Nullable String encoding,
      boolean knownToStore) {

    static Key of(StoreCall call) {
      return new Key(
          call.target(),
          call.rest(),
          List.copyOf(call.query().entrySet()),
          call.format(),
          call.obligations(),
          call.headers().get("accept-language"),
          call.headers().get("accept-encoding"),
          call.agreement().isPresent());
    }

    /** What it takes in memory, with the head that it leads to: roughly, but in proportion. */
    int bytes() {
      int characters = rest.length();
      for (Map.Entry<String, List<String>> parameter : query) {
        characters += parameter.getKey().length();
        for (String value : parameter.getValue()) {
          characters += value.length();
        }
      }
      return OVERHEAD_BYTES + 2 * characters;
    }

    /** Of what tells calls apart most; the target's catalogue would take long. */
    @Override
    public int hashCode() {
      return Objects.hash(
          target.store(), target.resource(), rest, query, format, language, encoding);
    }
  }

  /** An answer that may be served again. */
  private record Kept(
      StoreAnswer head, byte[] body, Duration age, Duration lifetime, long sinceNanos) {

    boolean isFreshAt(long nanos) {
      return nanos - sinceNanos < lifetime.toNanos();
    }

    /** With its age of now (RFC 9111 §4). */
    StoreAnswer headAt(long nanos) {
      Map<String, String> headers = new HashMap<>(head.headers());
      headers.put("age", Long.toString(age.plusNanos(nanos - sinceNanos).toSeconds()));
      return new StoreAnswer(
          head.status(),
          head.mediaType(),
          OptionalLong.of(body.length),
          head.entityTag(),
          head.lastModified(),
          headers,
          false);
    }
  }

  /** Begins to fetch; called on the event loop. See {@link StoreConnector#fetch}. */
  Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver) {
    Cache<Key, Kept> cache = kept;
    if (cache == null || !maySeek(call)) {
      pass.increment();
      return source.fetch(call, loop, receiver);
    }
    Habit habit = habits.get(call.target(), target -> new Habit());
    if (habit.keepsNothing(nanoTime.getAsLong())) {
      pass.increment();
      return source.fetch(call, loop, receiver);
    }
    Key key = Key.of(call);
    while (true) {
      Kept known = fresh(cache, key);
      if (known != null) {
        hit.increment();
        return new Serving(known, loop, receiver).begin();
      }
      Flight flight = flights.get(key);
      if (flight == null) {
        Flight mine = new Flight(key);
        if (flights.putIfAbsent(key, mine) == null) {
          // The leader before may have brought it home between both looks.
          Kept brought = fresh(cache, key);
          if (brought == null) {
            miss.increment();
            return new Leading(mine, habit, cache, call, loop, receiver).begin();
          }
          mine.over(brought);
        }
      } else {
        Following follower = new Following(call, loop, receiver);
        if (flight.join(follower)) {
          return follower;
        }
      }
    }
  }

  private @Nullable Kept fresh(Cache<Key, Kept> cache, Key key) {
    Kept known = cache.getIfPresent(key);
    return known != null && known.isFreshAt(nanoTime.getAsLong()) ? known : null;
  }

  private static boolean maySeek(StoreCall call) {
    if (!call.shareable()
        || call.head()
        || !(call.target().address() instanceof StoreAddress.Http)
        || call.obligations().shapesContent()) {
      return false;
    }
    for (String condition : CONDITIONS) {
      if (call.headers().containsKey(condition)) {
        return false;
      }
    }
    return true;
  }

  /** The followers of one leader, as a stack; {@link #OVER} when nobody may join any more. */
  private final class Flight {
    private final Key key;
    private final AtomicReference<@Nullable Seat> seats = new AtomicReference<>();

    private Flight(Key key) {
      this.key = key;
    }

    boolean join(Following follower) {
      while (true) {
        Seat top = seats.get();
        if (top == OVER) {
          return false;
        }
        if (seats.compareAndSet(top, new Seat(follower, top))) {
          return true;
        }
      }
    }

    /** Ends it if nobody follows. */
    boolean overIfAlone() {
      boolean alone = seats.compareAndSet(null, OVER) || seats.get() == OVER;
      if (alone) {
        flights.remove(key, this);
      }
      return alone;
    }

    /** Ends it: the followers are served what was brought home, or go their own way. */
    void over(@Nullable Kept home) {
      flights.remove(key, this);
      Seat seat = seats.getAndSet(OVER);
      while (seat != null && seat.follower != null) {
        seat.follower.hear(home);
        seat = seat.next;
      }
    }
  }

  /** Compared by identity. */
  private static final class Seat {
    private final @Nullable Following follower;
    private final @Nullable Seat next;

    private Seat(@Nullable Following follower, @Nullable Seat next) {
      this.follower = follower;
      this.next = next;
    }
  }

  private static final Seat OVER = new Seat(null, null);

  /** A call of its own whose answer is collected on its way to the reader. */
  private final class Leading implements Receiver, Fetching {
    private final Flight flight;
    private final Habit habit;
    private final Cache<Key, Kept> cache;
    private final StoreCall call;
    private final EventLoop loop;
    private final Receiver receiver;
    private final long askedNanos = nanoTime.getAsLong();
    private @Nullable Fetching fetching;
    private @Nullable StoreAnswer head;
    private @Nullable Freshness freshness;
    private byte[] collected = new byte[0];
    private int length;
    private long headNanos;
    private boolean collecting = true;
    private boolean paused;
    private boolean readerGone;

    private Leading(
        Flight flight,
        Habit habit,
        Cache<Key, Kept> cache,
        StoreCall call,
        EventLoop loop,
        Receiver receiver) {
      this.flight = flight;
      this.habit = habit;
      this.cache = cache;
      this.call = call;
      this.loop = loop;
      this.receiver = receiver;
    }

    private Fetching begin() {
      boolean begun = false;
      try {
        fetching = source.fetch(call, loop, this);
        begun = true;
      } finally {
        if (!begun) {
          flight.over(null);
        }
      }
      return this;
    }

    @Override
    public void head(StoreAnswer answer) {
      headNanos = nanoTime.getAsLong();
      Duration took = Duration.ofNanos(headNanos - askedNanos);
      Optional<Freshness> may =
          answer.length().orElse(0) > entryBytes
              ? Optional.empty()
              : Freshness.of(answer, call.agreement().isPresent(), call.now().plus(took), took);
      if (may.isPresent()) {
        head = answer;
        freshness = may.get();
        collected = new byte[(int) answer.length().orElse(0)];
        habit.kept();
      } else {
        habit.notKept(headNanos);
        goOnAlone();
      }
      if (!readerGone) {
        receiver.head(answer);
      }
    }

    @Override
    public void body(ByteBuf piece) {
      if (collecting) {
        collect(piece);
      }
      if (readerGone) {
        piece.release();
      } else {
        receiver.body(piece);
      }
    }

    private void collect(ByteBuf piece) {
      int more = piece.readableBytes();
      if (more > entryBytes - length) {
        goOnAlone();
        return;
      }
      if (length + more > collected.length) {
        int room = Math.max(length + more, Math.min(entryBytes, 2 * collected.length));
        collected = Arrays.copyOf(collected, room);
      }
      piece.getBytes(piece.readerIndex(), collected, length, more);
      length += more;
      if (nanoTime.getAsLong() - headNanos > PATIENCE_NANOS) {
        flight.over(null);
      }
    }

    /** It can't be shared: nobody waits for it any more, and it heeds its reader again. */
    private void goOnAlone() {
      collecting = false;
      collected = new byte[0];
      flight.over(null);
      if (fetching != null && readerGone) {
        fetching.cancel();
      } else if (fetching != null && paused) {
        fetching.pause();
      }
    }

    @Override
    public void end(long rows) {
      if (collecting) {
        collecting = false;
        flight.over(keep());
      }
      if (!readerGone) {
        receiver.end(rows);
      }
    }

    private @Nullable Kept keep() {
      StoreAnswer answer = head;
      Freshness may = freshness;
      if (answer == null || may == null || answer.length().orElse(length) != length) {
        return null;
      }
      byte[] body = collected.length == length ? collected : Arrays.copyOf(collected, length);
      Kept home = new Kept(answer, body, may.age(), may.lifetime(), headNanos);
      cache.put(flight.key, home);
      return home;
    }

    @Override
    public void failed(StoreFailure failure) {
      collecting = false;
      flight.over(null);
      if (!readerGone) {
        receiver.failed(failure);
      }
    }

    @Override
    public void pause() {
      paused = true;
      if (!collecting && fetching != null) {
        fetching.pause();
      }
    }

    @Override
    public void resume() {
      paused = false;
      if (!collecting && fetching != null) {
        fetching.resume();
      }
    }

    @Override
    public void cancel() {
      if (readerGone) {
        return;
      }
      readerGone = true;
      if ((!collecting || flight.overIfAlone()) && fetching != null) {
        collecting = false;
        fetching.cancel();
      }
    }
  }

  /** A call that waits for another's answer. */
  private final class Following implements Fetching {
    private final StoreCall call;
    private final EventLoop loop;
    private final Receiver receiver;
    private @Nullable Fetching fetching;
    private boolean paused;
    private boolean gone;

    private Following(StoreCall call, EventLoop loop, Receiver receiver) {
      this.call = call;
      this.loop = loop;
      this.receiver = receiver;
    }

    /** Told by the leader, on its loop. */
    private void hear(@Nullable Kept home) {
      try {
        loop.execute(() -> goOn(home));
      } catch (RejectedExecutionException e) {
        // The loop is shut down, and with it the connection that this was for.
        gone = true;
      }
    }

    private void goOn(@Nullable Kept home) {
      if (gone) {
        return;
      }
      boolean begun = false;
      try {
        if (home != null) {
          coalesced.increment();
          Serving serving = new Serving(home, loop, receiver);
          fetching = serving;
          serving.begin();
        } else {
          miss.increment();
          fetching = source.fetch(call, loop, receiver);
        }
        begun = true;
      } finally {
        if (!begun) {
          receiver.failed(new StoreFailure.Unavailable("the gate met a fault of its own"));
        }
      }
      if (paused) {
        fetching.pause();
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
      gone = true;
      if (fetching != null) {
        fetching.cancel();
      }
    }
  }

  /** Serves what is kept, in pieces, as its reader takes them. */
  private final class Serving implements Fetching {

    private static final int PIECE_BYTES = 64 * 1024;

    private final Kept what;
    private final EventLoop loop;
    private final Receiver receiver;
    private int served;
    private boolean headTold;
    private boolean paused;
    private boolean over;

    private Serving(Kept what, EventLoop loop, Receiver receiver) {
      this.what = what;
      this.loop = loop;
      this.receiver = receiver;
    }

    private Fetching begin() {
      goOnLater();
      return this;
    }

    private void goOnLater() {
      try {
        loop.execute(this::goOn);
      } catch (RejectedExecutionException e) {
        // The loop is shutting down; the reader's connection goes with it.
        over = true;
      }
    }

    private void goOn() {
      if (!over && !headTold) {
        headTold = true;
        receiver.head(what.headAt(nanoTime.getAsLong()));
      }
      byte[] body = what.body();
      while (!over && !paused && served < body.length) {
        int from = served;
        served = Math.min(body.length, from + PIECE_BYTES);
        receiver.body(Unpooled.wrappedBuffer(body, from, served - from).asReadOnly());
      }
      if (!over && served == body.length) {
        over = true;
        receiver.end(-1);
      }
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      if (paused) {
        paused = false;
        goOnLater();
      }
    }

    @Override
    public void cancel() {
      over = true;
    }
  }
}
