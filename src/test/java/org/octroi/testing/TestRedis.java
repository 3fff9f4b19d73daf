package org.octroi.testing;

import java.io.IOException;
import redis.embedded.RedisServer;

/**
 * A genuine Redis server of its own, on a random loopback port, that keeps nothing on disk. For use
 * by one thread.
 */
public final class TestRedis implements AutoCloseable {

  private final int port;
  private RedisServer server;

  private TestRedis(int port) {
    this.port = port;
    this.server = started(port);
  }

  /** Starts one. */
  public static TestRedis start() throws IOException {
    return new TestRedis(FreePorts.next());
  }

  private static RedisServer started(int port) {
    RedisServer server =
        RedisServer.builder()
            .port(port)
            .bind("127.0.0.1")
            .setting("save \"\"")
            .setting("appendonly no")
            .build();
    server.start();
    return server;
  }

  /** Where it listens. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Stops it; what it knew is gone. */
  public void stop() {
    server.stop();
  }

  /** Starts it again at the same address, with nothing in it. */
  public void startAgain() {
    server = started(port);
  }

  @Override
  public void close() {
    server.stop();
  }
}
