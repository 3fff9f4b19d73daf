package org.octroi.gate;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * A gate in a process of its own, to be killed: an open dataset {@code small} of some kilobytes and
 * one {@code large} that never ends. Its journal, database and event log lie in the folder that is
 * named first and last over its lives. It says its port, and goes on until it is ended.
 */
public final class GateUnderFire {

  private static final int SMALL_BYTES = 2_048;
  private static final int PIECE_BYTES = 1 << 20;
  private static final long LARGE_PIECES = 1L << 20;

  /** Fifty megabytes a second, so that there is time for the small ones. */
  private static final long PACE_NANOS = 20_000_000;

  private GateUnderFire() {}

  /**
   * @param args the folder
   */
  public static void main(String[] args) throws IOException, JOSEException {
    // A start that fails must end the process: whoever started it reads until then.
    Thread.currentThread()
        .setUncaughtExceptionHandler(
            (thread, failure) -> {
              failure.printStackTrace();
              Runtime.getRuntime().halt(1);
            });
    Path folder = Path.of(args[0]);
    GateHouse house =
        new GateHouse(
            folder,
            "--octroi.usage.drain-interval=100ms",
            "--octroi.usage.event-log.interval=1s",
            "--octroi.gate.store-timeout=60s",
            "--octroi.store.stall-timeout=60s",
            "--spring.liquibase.enabled=true",
            "--spring.datasource.url=jdbc:h2:file:"
                + folder.resolve("octroi")
                + ";MODE=MySQL;CASE_INSENSITIVE_IDENTIFIERS=TRUE;WRITE_DELAY=0"
                + ";DB_CLOSE_ON_EXIT=FALSE");
    byte[] small = new byte[SMALL_BYTES];
    Arrays.fill(small, (byte) ' ');
    small[0] = '[';
    small[SMALL_BYTES - 1] = ']';
    house.upstream(
        "/small",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, small.length);
          exchange.getResponseBody().write(small);
          exchange.close();
          house.seen.clear();
        });
    house.upstream(
        "/large",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 0);
          byte[] piece = new byte[PIECE_BYTES];
          try (OutputStream out = exchange.getResponseBody()) {
            for (long i = 0; i < LARGE_PIECES; i++) {
              out.write(piece);
              LockSupport.parkNanos(PACE_NANOS);
            }
          }
        });
    house.city.dataset("small").published();
    house.city.dataset("large").published();
    System.out.println("port " + house.port());
  }
}
