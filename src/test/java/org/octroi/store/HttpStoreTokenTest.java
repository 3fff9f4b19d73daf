package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.store.StoreTarget.SealedCredential;
import org.octroi.vocabulary.StoreId;
import org.slf4j.LoggerFactory;

/** A store whose credential is an OAuth2 client: a server that grants tokens, and the store. */
class HttpStoreTokenTest {

  private HttpServer tokens;
  private HttpServer store;
  private AGate gate;
  private final StoreId id = StoreId.create();
  private final AtomicInteger granted = new AtomicInteger();
  private final List<String> shown = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    tokens = started();
    store = started();
    gate =
        new AGate(List.of("127.0.0.1:" + port(tokens), "127.0.0.1:" + port(store)), Map.of(), null);
    tokens.createContext(
        "/token",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          say(
              exchange,
              200,
              "{\"access_token\":\"hidden-token-"
                  + granted.incrementAndGet()
                  + "\",\"token_type\":\"bearer\",\"expires_in\":3600}");
        });
  }

  @AfterEach
  void stop() {
    gate.close();
    tokens.stop(0);
    store.stop(0);
  }

  private static HttpServer started() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return server;
  }

  private static int port(HttpServer server) {
    return server.getAddress().getPort();
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** The store answers the first question with this status, the second with that, and so on. */
  private void storeAnswers(IntFunction<Integer> status) {
    store.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          say(exchange, status.apply(shown.size()), "data");
        });
  }

  private ACall call() {
    return ACall.to(new StoreAddress.Http(false, "127.0.0.1", port(store), ""), "/items")
        .of(id)
        .sealedBy(
            gate.seal.seal(
                SealedCredential.USE,
                "{\"kind\":\"oauth2\",\"tokenUrl\":\"http://127.0.0.1:"
                    + port(tokens)
                    + "/token\",\"clientId\":\"octroi\",\"clientSecret\":\"hidden-secret\"}"));
  }

  @Test
  void its_client_gets_a_token_and_shows_it_as_long_as_it_is_good() {
    storeAnswers(n -> 200);

    for (int i = 0; i < 3; i++) {
      assertThat(gate.fetch(call()).whole().text()).isEqualTo("data");
    }

    assertThat(shown)
        .hasSize(3)
        .allMatch(authorization -> authorization.equals("Bearer hidden-token-1"));
    assertThat(granted).hasValue(1);
  }

  @Test
  void a_token_that_the_store_refuses_is_replaced_once() {
    storeAnswers(n -> n == 2 ? 401 : 200);

    gate.fetch(call()).whole();
    assertThat(gate.fetch(call()).whole().text()).isEqualTo("data");

    assertThat(shown)
        .containsExactly("Bearer hidden-token-1", "Bearer hidden-token-1", "Bearer hidden-token-2");
  }

  @Test
  void a_store_that_refuses_the_new_token_too_is_not_asked_a_third_time() {
    storeAnswers(n -> 401);

    assertThat(gate.fetch(call()).failure()).isInstanceOf(StoreFailure.Unavailable.class);

    assertThat(shown).containsExactly("Bearer hidden-token-1", "Bearer hidden-token-2");
    assertThat(granted).hasValue(2);
  }

  @Test
  void a_body_is_not_sent_twice_but_the_next_one_goes_with_a_new_token() {
    storeAnswers(n -> n == 1 ? 401 : 200);

    assertThat(gate.fetch(call().posting(ABody.of("{}"))).failure())
        .isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(gate.fetch(call().posting(ABody.of("{}"))).whole().text()).isEqualTo("data");

    assertThat(shown).containsExactly("Bearer hidden-token-1", "Bearer hidden-token-2");
  }

  @Test
  void without_a_token_the_store_is_not_asked() {
    storeAnswers(n -> 200);
    tokens.removeContext("/token");

    assertThat(gate.fetch(call()).failure()).isInstanceOf(StoreFailure.Unavailable.class);

    assertThat(shown).isEmpty();
  }

  @Test
  void where_the_store_sends_us_on_to_another_server_no_token_is_shown() throws IOException {
    HttpServer other = started();
    gate.close();
    gate =
        new AGate(
            List.of(
                "127.0.0.1:" + port(tokens),
                "127.0.0.1:" + port(store),
                "127.0.0.1:" + port(other)),
            Map.of(),
            null);
    store.createContext(
        "/",
        exchange -> {
          exchange
              .getResponseHeaders()
              .set("Location", "http://127.0.0.1:" + port(other) + "/elsewhere");
          say(exchange, 302, "");
        });
    other.createContext(
        "/",
        exchange -> {
          shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          say(exchange, 401, "");
        });
    try {
      assertThat(gate.fetch(call()).failure()).isInstanceOf(StoreFailure.Unavailable.class);
    } finally {
      other.stop(0);
    }

    assertThat(shown).containsExactly("null");
    assertThat(granted).as("another's refusal says nothing of the token").hasValue(1);
  }

  @Test
  void neither_token_nor_secret_is_ever_in_the_log() {
    Logger all = (Logger) LoggerFactory.getLogger("org.octroi");
    Level before = all.getLevel();
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.list = new CopyOnWriteArrayList<>();
    told.start();
    all.addAppender(told);
    all.setLevel(Level.TRACE);
    storeAnswers(n -> n == 2 ? 500 : 401);
    try {
      gate.fetch(call()).failure();
      gate.fetch(call()).failure();
      tokens.removeContext("/token");
      gate.fetch(call()).failure();
    } finally {
      all.detachAppender(told);
      all.setLevel(before);
    }

    assertThat(told.list)
        .isNotEmpty()
        .noneMatch(event -> event.getFormattedMessage().contains("hidden"))
        .noneMatch(event -> String.valueOf(event.getThrowableProxy()).contains("hidden"))
        .noneMatch(event -> String.valueOf(event.getKeyValuePairs()).contains("hidden"));
  }
}
