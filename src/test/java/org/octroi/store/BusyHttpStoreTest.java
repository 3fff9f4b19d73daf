package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.StoreId;

/** Many callers at once, over two event loops, before a real server. */
class BusyHttpStoreTest {

  private HttpServer upstream;
  private AGate gate;
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  @BeforeEach
  void start() throws IOException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    upstream.createContext(
        "/",
        exchange -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          byte[] bytes = "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
          // Long enough that the others come to the door meanwhile.
          java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
          inside.decrementAndGet();
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    upstream.start();
    gate =
        AGate.reaching(
            upstream.getAddress().getPort(),
            Map.of("max-concurrent", "8", "max-waiting", "256", "wait-timeout", "60s"));
  }

  @AfterEach
  void stop() {
    gate.close();
    upstream.stop(0);
  }

  @Test
  void two_hundred_callers_are_all_served_and_the_store_sees_eight_at_once_at_the_most() {
    StoreAddress address =
        new StoreAddress.Http(false, "127.0.0.1", upstream.getAddress().getPort(), "");
    StoreId store = StoreId.create();
    List<Heard> heard = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      heard.add(gate.fetch(ACall.to(address, "/" + i).of(store), gate.nextLoop()));
    }

    heard.forEach(one -> assertThat(one.whole().text()).isEqualTo("{\"a\":1}"));
    assertThat(most.get()).isBetween(2, 8);
    assertThat(gate.meters.get("octroi.store.waiting").gauge().value()).isZero();
  }
}
