package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.StoreId;

/** Readers of the same, over two event loops, before a real server that says what may be kept. */
class SharedHttpStoreTest {

  private final StoreId store = StoreId.create();
  private final AtomicInteger asked = new AtomicInteger();
  private final Map<String, String> headers = new ConcurrentHashMap<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private HttpServer upstream;
  private AGate gate;

  @BeforeEach
  void start() throws IOException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    upstream.createContext(
        "/",
        exchange -> {
          byte[] bytes = ("answer " + asked.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
          try {
            goOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
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
    goOn.countDown();
    gate.close();
    upstream.stop(0);
  }

  private ACall call() {
    int port = upstream.getAddress().getPort();
    return ACall.to(new StoreAddress.Http(false, "127.0.0.1", port, ""), "/items")
        .of(store)
        .shareable();
  }

  private List<Heard> fiftyAtOnce() {
    List<Heard> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(gate.fetch(call(), gate.nextLoop()));
    }
    // Both loops have begun all of them before the store answers the first.
    for (int i = 0; i < 2; i++) {
      gate.nextLoop().submit(() -> {}).syncUninterruptibly();
    }
    goOn.countDown();
    return all;
  }

  @Test
  void fifty_at_once_and_one_later_are_one_to_the_store() {
    headers.put("Cache-Control", "max-age=3600");

    fiftyAtOnce().forEach(heard -> assertThat(heard.whole().text()).isEqualTo("answer 1"));
    Heard later = gate.fetch(call()).whole();

    assertThat(later.text()).isEqualTo("answer 1");
    assertThat(later.answer().headers()).containsKey("age");
    assertThat(asked).hasValue(1);
  }

  @Test
  void fifty_at_once_each_have_their_own_where_the_store_wants_it_so() {
    headers.put("Cache-Control", "no-store");

    assertThat(fiftyAtOnce().stream().map(heard -> heard.whole().text()).distinct()).hasSize(50);
    assertThat(asked).hasValue(50);
  }

  @Test
  void fifty_at_once_each_have_their_own_where_the_store_gives_each_a_cookie() {
    headers.put("Cache-Control", "max-age=3600");
    headers.put("Set-Cookie", "session=1");

    assertThat(fiftyAtOnce().stream().map(heard -> heard.whole().text()).distinct()).hasSize(50);
    assertThat(asked).hasValue(50);
  }
}
