package org.octroi.store;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.octroi.secret.FixedSeal;
import org.octroi.secret.Seal;

/** All connectors on one event loop, as a gate has them. */
final class AGate implements AutoCloseable {

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  final EventLoop loop = group.next();
  final Seal seal = FixedSeal.of(7);
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SqlStore sql;
  private final Connectors connectors;

  AGate(List<String> allowed, Map<String, Path> roots, @Nullable Path trusted) {
    StoreProperties properties =
        new StoreProperties(
            4,
            allowed,
            roots,
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(20),
            2,
            trusted);
    AddressWall wall = new AddressWall(properties);
    this.sql = new SqlStore(wall, seal, properties);
    this.connectors =
        new Connectors(
            List.of(new HttpStore(wall, seal, properties), sql, new FolderStore(properties)),
            properties,
            meters);
  }

  static AGate reaching(int port) {
    return new AGate(List.of("127.0.0.1:" + port, "localhost:" + port), Map.of(), null);
  }

  Heard fetch(ACall call) {
    Heard heard = new Heard();
    connectors.fetch(call.call(), loop, heard);
    return heard;
  }

  StoreConnector.Fetching begin(ACall call, StoreConnector.Receiver receiver) {
    return connectors.fetch(call.call(), loop, receiver);
  }

  @Override
  public void close() {
    sql.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
