package org.octroi.store;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.octroi.secret.FixedSeal;
import org.octroi.secret.Seal;

/** All connectors on one event loop, as a gate has them. */
final class AGate implements AutoCloseable {

  private final MultiThreadIoEventLoopGroup group;
  final EventLoop loop;
  final Seal seal = FixedSeal.of(7);
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SqlStore sql;
  private final Connectors connectors;

  AGate(List<String> allowed, Map<String, Path> roots, @Nullable Path trusted) {
    this(Transport.usable().getFirst(), settings(allowed, roots, trusted));
  }

  private AGate(Transport transport, Map<String, String> settings) {
    this.group = new MultiThreadIoEventLoopGroup(2, transport.handlers());
    this.loop = group.next();
    StoreProperties properties = Settings.of(settings);
    AddressWall wall = new AddressWall(properties);
    TrustedTls tls = new TrustedTls(properties);
    this.sql = new SqlStore(wall, seal, properties);
    this.connectors =
        new Connectors(
            List.of(
                new HttpStore(wall, seal, new ClientTokens(wall, tls, properties), tls, properties),
                sql,
                new FolderStore(properties)),
            wall,
            properties,
            meters);
  }

  private static Map<String, String> settings(
      List<String> allowed, Map<String, Path> roots, @Nullable Path trusted) {
    Map<String, String> settings = new HashMap<>();
    settings.put("max-concurrent", "4");
    settings.put("max-waiting", "0");
    settings.put("allowed-addresses", String.join(",", allowed));
    settings.put("sql-connections", "2");
    settings.put("stall-timeout", "20s");
    roots.forEach((name, root) -> settings.put("roots." + name, root.toString()));
    if (trusted != null) {
      settings.put("trusted-certificates", trusted.toString());
    }
    return settings;
  }

  static AGate reaching(int port) {
    return reaching(port, Map.of());
  }

  /** With further settings than usual. */
  static AGate reaching(int port, Map<String, String> more) {
    return on(Transport.usable().getFirst(), port, more);
  }

  /** The same, on this transport. */
  static AGate on(Transport transport, int port, Map<String, String> more) {
    Map<String, String> settings = settings(allowing(port), Map.of(), null);
    settings.putAll(more);
    return new AGate(transport, settings);
  }

  private static List<String> allowing(int port) {
    return List.of("127.0.0.1:" + port, "localhost:" + port);
  }

  /** One event loop after the other, so that calls come from all of them. */
  EventLoop nextLoop() {
    return group.next();
  }

  Heard fetch(ACall call) {
    return fetch(call, loop);
  }

  Heard fetch(ACall call, EventLoop on) {
    Heard heard = new Heard();
    on.execute(() -> connectors.fetch(call.call(), on, heard));
    return heard;
  }

  StoreConnector.Fetching begin(ACall call, StoreConnector.Receiver receiver) {
    return loop.submit(() -> connectors.fetch(call.call(), loop, receiver))
        .syncUninterruptibly()
        .getNow();
  }

  @Override
  public void close() {
    sql.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
