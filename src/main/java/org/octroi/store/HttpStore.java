package org.octroi.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.net.ssl.SSLException;
import org.octroi.problem.StartRefusedException;
import org.octroi.secret.Seal;
import org.octroi.store.StoreTarget.SealedCredential;
import org.springframework.stereotype.Component;

/**
 * Asks HTTP stores, on the event loop of the request, over connections kept alive for each store
 * and event loop. Redirects are not followed: where they lead was not checked by anyone.
 */
@Component
final class HttpStore implements StoreConnector {

  private final AddressWall wall;
  private final Seal seal;
  private final StoreProperties properties;
  private final SslContext tls;

  /** A loop that is gone took its connections with it. */
  private final ConcurrentMap<EventLoop, PoolsOfLoop> pools = new ConcurrentHashMap<>();

  private final Cache<SealedCredential, StoreCredential> opened =
      Caffeine.newBuilder().maximumSize(256).expireAfterWrite(Duration.ofMinutes(5)).build();

  /** One pool for plain and one for TLS connections. */
  private record PoolsOfLoop(HttpPool plain, HttpPool secure) {}

  HttpStore(AddressWall wall, Seal seal, StoreProperties properties) {
    this.wall = wall;
    this.seal = seal;
    this.properties = properties;
    this.tls = tls(properties);
  }

  private static SslContext tls(StoreProperties properties) {
    Path trusted = properties.trustedCertificates();
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .endpointIdentificationAlgorithm("HTTPS");
      if (trusted != null) {
        builder.trustManager(trusted.toFile());
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new StartRefusedException(
          "The certificates in " + trusted + " can't be read: " + e.getMessage(),
          "Let octroi.store.trusted-certificates name a PEM file with certificate authorities.");
    }
  }

  @Override
  public boolean speaks(StoreAddress address) {
    return address instanceof StoreAddress.Http;
  }

  @Override
  public Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver) {
    StoreAddress.Http address = (StoreAddress.Http) call.target().address();
    PoolsOfLoop own = pools.computeIfAbsent(loop, this::poolsOf);
    HttpExchange exchange =
        new HttpExchange(
            call, address, loop, receiver, wall, address.secure() ? own.secure() : own.plain());
    loop.execute(() -> exchange.begin(() -> call.target().credential().map(this::open)));
    return exchange;
  }

  private StoreCredential open(SealedCredential sealed) {
    return opened.get(sealed, s -> StoreCredential.open(seal, s));
  }

  private PoolsOfLoop poolsOf(EventLoop loop) {
    loop.terminationFuture().addListener(gone -> pools.remove(loop));
    return new PoolsOfLoop(pool(loop, Optional.empty()), pool(loop, Optional.of(tls)));
  }

  private HttpPool pool(EventLoop loop, Optional<SslContext> context) {
    return new HttpPool(
        loop, properties.connectTimeout(), properties.idleTimeout(), context.orElse(null));
  }
}
