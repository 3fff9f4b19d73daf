package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.testing.Certificates;
import org.octroi.vocabulary.StoreId;

/** A store by HTTPS is asked only when it shows by its certificate that it is the one. */
class HttpStoreTlsTest {

  @TempDir static Path folder;
  private static HttpsServer store;
  private static Path trusted;
  private static final AtomicInteger asked = new AtomicInteger();
  private static final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();

  private final StoreId id = StoreId.create();

  @BeforeAll
  static void start() throws Exception {
    Certificates certificates = Certificates.forHost("localhost", folder);
    trusted = folder.resolve("trusted.pem");
    Files.writeString(trusted, certificates.pem());
    store = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.setHttpsConfigurator(new HttpsConfigurator(certificates.serving()));
    store.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    store.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          connections.add(exchange.getRemoteAddress());
          byte[] bytes = "secret".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    store.start();
  }

  @AfterAll
  static void stop() {
    store.stop(0);
  }

  @BeforeEach
  void forget() {
    asked.set(0);
    connections.clear();
  }

  private static AGate trusting(@Nullable Path authorities) throws IOException {
    int port = store.getAddress().getPort();
    return new AGate(List.of("127.0.0.1:" + port), Map.of(), authorities);
  }

  private ACall call(String host) {
    return ACall.to(new StoreAddress.Http(true, host, store.getAddress().getPort(), ""), "/items")
        .of(id);
  }

  @Test
  void one_whose_authority_the_operator_trusts_is_asked_over_connections_that_are_kept()
      throws IOException {
    try (AGate gate = trusting(trusted)) {
      for (int i = 0; i < 3; i++) {
        assertThat(gate.fetch(call("localhost")).whole().text()).isEqualTo("secret");
      }
    }
    assertThat(connections).hasSize(1);
  }

  @Test
  void one_whose_authority_nobody_trusts_is_not_asked() throws IOException {
    try (AGate gate = trusting(null)) {
      assertThat(gate.fetch(call("localhost")).failure())
          .isInstanceOfSatisfying(
              StoreFailure.Unreachable.class,
              failure -> assertThat(failure.what()).contains("certificate"));
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void one_whose_certificate_is_for_another_name_is_not_asked() throws IOException {
    try (AGate gate = trusting(trusted)) {
      assertThat(gate.fetch(call("127.0.0.1")).failure())
          .isInstanceOf(StoreFailure.Unreachable.class);
    }
    assertThat(asked).hasValue(0);
  }
}
