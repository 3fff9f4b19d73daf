package org.octroi.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.octroi.problem.RefusedException;
import org.octroi.secret.Seal;
import org.octroi.store.StoreTarget.SealedCredential;
import org.springframework.stereotype.Component;

/**
 * Asks HTTP stores, on the event loop of the request, over connections kept alive for each store
 * and event loop.
 */
@Component
final class HttpStore implements StoreConnector {

  private static final Fetching NOTHING_UNDER_WAY =
      new Fetching() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
      };

  private final AddressWall wall;
  private final Seal seal;
  private final StoreProperties properties;
  private final ClientTokens tokens;
  private final TrustedTls tls;

  /** A loop that is gone took its connections with it. */
  private final ConcurrentMap<EventLoop, OfLoop> loops = new ConcurrentHashMap<>();

  private final Cache<SealedCredential, StoreCredential> opened =
      Caffeine.newBuilder()
          .maximumSize(256)
          .expireAfterWrite(Duration.ofMinutes(5))
          .executor(Runnable::run)
          .build();

  HttpStore(
      AddressWall wall,
      Seal seal,
      ClientTokens tokens,
      TrustedTls tls,
      StoreProperties properties) {
    this.wall = wall;
    this.seal = seal;
    this.properties = properties;
    this.tls = tls;
    this.tokens = tokens;
  }

  @Override
  public boolean speaks(StoreAddress address) {
    return address instanceof StoreAddress.Http;
  }

  @Override
  public Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver) {
    OfLoop own = loops.computeIfAbsent(loop, this::ofLoop);
    HttpPlace place;
    try {
      place = own.placeOf(call);
    } catch (RefusedException e) {
      loop.execute(() -> receiver.failed(new StoreFailure.Refused(e.refusal())));
      return NOTHING_UNDER_WAY;
    }
    HttpExchange exchange = new HttpExchange(call, place, loop, receiver, wall, tokens, own.pool);
    exchange.begin(() -> call.target().credential().map(this::open));
    return exchange;
  }

  private StoreCredential open(SealedCredential sealed) {
    return opened.get(sealed, s -> StoreCredential.open(seal, s));
  }

  private OfLoop ofLoop(EventLoop loop) {
    loop.terminationFuture().addListener(gone -> loops.remove(loop));
    return new OfLoop(new HttpPool(loop, properties, tls.client()));
  }

  /** What one event loop has of its own; used there only. */
  private static final class OfLoop {

    private static final int MOST_PLACES = 4096;

    private final HttpPool pool;

    /** Where the plain question of a target goes: the same for all that ask it. */
    private final IdentityHashMap<StoreTarget, HttpPlace> places = new IdentityHashMap<>();

    OfLoop(HttpPool pool) {
      this.pool = pool;
    }

    /**
     * @throws RefusedException when the caller's path or query is none that the store is asked with
     */
    HttpPlace placeOf(StoreCall call) {
      StoreTarget target = call.target();
      StoreAddress.Http address = (StoreAddress.Http) target.address();
      if (!call.rest().isEmpty() || !call.query().isEmpty()) {
        return HttpPlace.of(target.store(), address, HttpRequestTarget.of(address, call));
      }
      HttpPlace known = places.get(target);
      if (known == null) {
        if (places.size() >= MOST_PLACES) {
          places.clear();
        }
        known = HttpPlace.of(target.store(), address, HttpRequestTarget.of(address, call));
        places.put(target, known);
      }
      return known;
    }
  }
}
