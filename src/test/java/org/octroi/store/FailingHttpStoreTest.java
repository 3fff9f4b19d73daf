package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.octroi.testing.FreePorts;
import org.octroi.vocabulary.StoreId;

/** A real server that is down, or fails, and comes back. */
@OnEveryTransport
class FailingHttpStoreTest {

  private final Transport transport;
  private final StoreId store = StoreId.create();

  FailingHttpStoreTest(Transport transport) {
    this.transport = transport;
  }

  private ACall call(int port) {
    return ACall.to(new StoreAddress.Http(false, "127.0.0.1", port, ""), "/items").of(store);
  }

  private static double circuit(AGate gate) {
    return gate.meters.get("octroi.store.circuit").gauge().value();
  }

  private static HttpServer server(int port, AtomicInteger status, AtomicInteger asked)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void a_store_that_can_not_serve_anybody_is_not_asked_any_more_until_its_time_has_come()
      throws IOException {
    AtomicInteger status = new AtomicInteger(503);
    AtomicInteger asked = new AtomicInteger();
    HttpServer server = server(0, status, asked);
    int port = server.getAddress().getPort();
    try (AGate gate =
        AGate.on(transport, port, Map.of("circuit-failures", "3", "circuit-open", "1h"))) {
      for (int i = 0; i < 6; i++) {
        assertThat(gate.fetch(call(port)).failure())
            .isInstanceOfAny(StoreFailure.Unreachable.class, StoreFailure.LeftInPeace.class);
      }

      assertThat(asked).hasValue(3);
      assertThat(circuit(gate)).isEqualTo(2);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_question_that_the_store_stumbles_over_closes_it_to_nobody() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server = server(0, new AtomicInteger(500), asked);
    int port = server.getAddress().getPort();
    try (AGate gate =
        AGate.on(transport, port, Map.of("circuit-failures", "3", "circuit-open", "1h"))) {
      for (int i = 0; i < 6; i++) {
        assertThat(gate.fetch(call(port)).failure()).isInstanceOf(StoreFailure.Unavailable.class);
      }

      assertThat(asked).hasValue(6);
      assertThat(circuit(gate)).isZero();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_store_that_comes_back_is_found_by_the_probe_and_serves_again() throws IOException {
    int port = FreePorts.next();
    try (AGate gate =
        AGate.on(
            transport,
            port,
            Map.of("circuit-failures", "2", "circuit-open", "1ms", "probe-interval", "20ms"))) {
      for (int i = 0; i < 2; i++) {
        gate.fetch(call(port)).failure();
      }
      assertThat(gate.fetch(call(port)).failure())
          .isInstanceOfSatisfying(
              StoreFailure.LeftInPeace.class,
              told -> assertThat(told.what()).contains("left in peace"));

      AtomicInteger asked = new AtomicInteger();
      HttpServer server = server(port, new AtomicInteger(200), asked);
      try {
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> {
                  gate.fetch(call(port));
                  return asked.get() > 0;
                });
        await().until(() -> circuit(gate) == 0);
        gate.fetch(call(port)).whole();
      } finally {
        server.stop(0);
      }
    }
  }
}
