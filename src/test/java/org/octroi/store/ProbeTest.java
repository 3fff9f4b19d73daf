package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.StoreId;

class ProbeTest {

  private static final StoreFailure DOWN = new StoreFailure.Unavailable("down");

  private static Circuit probedBy(Probe.Reach reach) {
    return new Circuit(
        StoreId.create(),
        1,
        Duration.ofNanos(1),
        Duration.ofNanos(1),
        System::nanoTime,
        () -> 0,
        new Probe(reach, Duration.ofMillis(1), GlobalEventExecutor.INSTANCE));
  }

  private static void fail(Circuit circuit) {
    Circuit.Phase phase = circuit.enter();
    if (phase == null) {
      throw new AssertionError("not let through");
    }
    circuit.failed(phase, DOWN);
  }

  @Test
  void it_looks_until_the_store_is_there_and_then_a_caller_may_try() {
    AtomicInteger looks = new AtomicInteger();
    Circuit circuit = probedBy(() -> looks.incrementAndGet() >= 3);

    fail(circuit);

    await().until(() -> circuit.enter() != null);
    assertThat(looks).hasValue(3);
  }

  @Test
  void a_port_that_listens_is_there_and_one_that_does_not_is_not() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = server.getLocalPort();
      AddressWall wall =
          new AddressWall(Settings.of(Map.of("allowed-addresses", "127.0.0.1:" + port)));
      Probe.Reach reach = Probe.Reach.byTcp(wall, "127.0.0.1", port, Duration.ofSeconds(5));
      assertThat(reach.isThere()).isTrue();

      server.close();

      assertThat(reach.isThere()).isFalse();
    }
  }

  @Test
  void an_inside_address_is_not_knocked_at() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AddressWall wall = new AddressWall(Settings.of(Map.of()));

      assertThat(
              Probe.Reach.byTcp(wall, "127.0.0.1", server.getLocalPort(), Duration.ofSeconds(5))
                  .isThere())
          .isFalse();
    }
  }
}
