package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.problem.ProblemType;
import org.octroi.store.StoreTarget.SealedCredential;
import org.octroi.testing.FreePorts;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.StoreId;
import org.slf4j.LoggerFactory;

@OnEveryTransport
class HttpStoreTest {

  private static final String ITEMS =
      "{\"total\":3,\"items\":[{\"a\":\"1\",\"secret\":\"x\"},{\"a\":\"2\",\"secret\":\"y\"},"
          + "{\"a\":\"3\",\"secret\":\"z\"}]}";

  private final Transport transport;
  private HttpServer upstream;
  private AGate gate;
  private final AtomicReference<@Nullable HttpExchange> seen = new AtomicReference<>();
  private final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();

  HttpStoreTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeEach
  void start() throws IOException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    upstream.start();
    gate = AGate.on(transport, upstream.getAddress().getPort(), Map.of());
  }

  @AfterEach
  void stop() {
    gate.close();
    upstream.stop(0);
  }

  private StoreAddress.Http address() {
    return new StoreAddress.Http(false, "127.0.0.1", upstream.getAddress().getPort(), "/api");
  }

  private ACall call() {
    return ACall.to(address(), "/items");
  }

  private ACall shapedCall() {
    return call()
        .column("a", Catalogue.Type.TEXT)
        .column("secret", Catalogue.Type.TEXT)
        .recordsAt("items")
        .showing("a");
  }

  private void answering(int status, String body, Map<String, String> headers) {
    upstream.createContext(
        "/",
        exchange -> {
          seen.set(exchange);
          connections.add(exchange.getRemoteAddress());
          headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          boolean bodiless = status == 304 || exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(status, bodiless ? -1 : bytes.length);
          if (!bodiless) {
            exchange.getResponseBody().write(bytes);
          }
          exchange.close();
        });
  }

  private HttpExchange seen() {
    HttpExchange exchange = seen.get();
    if (exchange == null) {
      throw new AssertionError("the store saw nothing");
    }
    return exchange;
  }

  @Test
  void bytes_pass_untouched_with_their_validators_and_length() {
    answering(
        200,
        ITEMS,
        Map.of(
            "ETag", "\"v1\"",
            "Last-Modified", "Sun, 01 Mar 2026 08:00:00 GMT",
            "Content-Type", "application/json",
            "Set-Cookie", "a=b"));

    Heard heard = gate.fetch(call().sending("if-none-match", "\"v0\"")).whole();

    assertThat(heard.text()).isEqualTo(ITEMS);
    assertThat(heard.answer().length()).hasValue(ITEMS.length());
    assertThat(heard.answer().entityTag()).hasValue("\"v1\"");
    assertThat(heard.answer().lastModified()).isPresent();
    assertThat(heard.answer().headers()).doesNotContainKey("set-cookie");
    assertThat(heard.rows()).isEqualTo(-1);
    assertThat(seen().getRequestHeaders().getFirst("If-None-Match")).isEqualTo("\"v0\"");
    assertThat(seen().getRequestHeaders().getFirst("Octroi-Request")).isEqualTo("request-1");
    assertThat(seen().getRequestURI().toString()).isEqualTo("/api/items");
  }

  @Test
  void shaped_answers_have_no_validators_and_are_asked_for_plain_and_whole() {
    answering(200, ITEMS, Map.of("ETag", "\"v1\"", "Content-Type", "application/json"));

    Heard heard =
        gate.fetch(
                shapedCall()
                    .where("a", Operator.NE, "2")
                    .sending("range", "bytes=0-1")
                    .sending("accept-encoding", "gzip")
                    .sending("if-none-match", "\"v1\""))
            .whole();

    assertThat(heard.text()).isEqualTo("{\"items\":[{\"a\":\"1\"},{\"a\":\"3\"}]}");
    assertThat(heard.rows()).isEqualTo(2);
    assertThat(heard.answer().shaped()).isTrue();
    assertThat(heard.answer().length()).isEmpty();
    assertThat(heard.answer().entityTag()).isEmpty();
    assertThat(heard.answer().headers()).containsEntry("accept-ranges", "none");
    assertThat(seen().getRequestHeaders()).doesNotContainKeys("Range", "If-None-Match");
    assertThat(seen().getRequestHeaders().getFirst("Accept-Encoding")).isEqualTo("identity");
  }

  @Test
  void the_store_is_asked_for_the_decided_format_whatever_else_the_caller_would_take() {
    answering(200, ITEMS, Map.of());

    gate.fetch(call().sending("accept", "application/json;q=0.1, text/csv")).whole();

    assertThat(seen().getRequestHeaders().getFirst("Accept"))
        .isEqualTo("application/json, */*;q=0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "JSON;CSV, text/csv; charset=utf-8",
    "JSON, text/csv",
    "JSON;GEOJSON, application/geo+json",
    "GEOJSON;JSON, application/json",
    "CSV;BINARY, application/octet-stream"
  })
  void an_answer_in_another_format_than_decided_stays_inside(String formats, String type) {
    answering(200, ITEMS, Map.of("Content-Type", type));

    Heard heard = gate.fetch(call().as(formats(formats)));

    assertThat(heard.failure()).isInstanceOf(StoreFailure.Unshapeable.class);
    assertThat(heard.begun()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "JSON, application/geo+json",
    "GEOJSON, application/JSON; charset=utf-8",
    "CSV, text/plain",
    "ZIP, application/octet-stream",
    "JSON, application/vnd.something"
  })
  void an_answer_under_a_name_that_may_mean_the_decided_format_passes(String formats, String type) {
    answering(200, ITEMS, Map.of("Content-Type", type));

    assertThat(gate.fetch(call().as(formats(formats))).whole().text()).isEqualTo(ITEMS);
  }

  @Test
  void a_head_is_not_judged_by_its_format() {
    answering(200, ITEMS, Map.of("Content-Type", "text/csv"));

    assertThat(gate.fetch(call().headOnly()).whole().answer().status()).isEqualTo(200);
  }

  private static Format[] formats(String words) {
    return java.util.Arrays.stream(words.split(";", -1))
        .map(Format::valueOf)
        .toArray(Format[]::new);
  }

  @Test
  void the_stores_own_credential_goes_along_and_is_opened_from_its_seal() {
    answering(200, ITEMS, Map.of());
    String sealed =
        gate.seal.seal(
            SealedCredential.USE, "{\"kind\":\"basic\",\"user\":\"u\",\"password\":\"p\"}");

    gate.fetch(call().sealedBy(sealed)).whole();

    assertThat(seen().getRequestHeaders().getFirst("Authorization")).isEqualTo("Basic dTpw");
  }

  @Test
  void a_credential_that_cant_be_opened_keeps_the_store_unasked() {
    answering(200, ITEMS, Map.of());

    assertThat(gate.fetch(call().sealedBy("v1.AAAA")).failure())
        .isInstanceOfAny(StoreFailure.Unavailable.class, StoreFailure.Unreachable.class);
    assertThat(seen.get()).isNull();
  }

  @Test
  void connections_are_kept_and_used_again() {
    answering(200, ITEMS, Map.of());
    StoreId store = StoreId.create();

    for (int i = 0; i < 5; i++) {
      gate.fetch(call().of(store)).whole();
    }

    assertThat(connections).hasSize(1);
  }

  @Test
  void a_kept_connection_that_the_store_closed_is_replaced() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        AGate other = AGate.on(transport, server.getLocalPort(), Map.of())) {
      Thread.startVirtualThread(() -> answerOnceAConnection(server));
      StoreId store = StoreId.create();
      ACall call =
          ACall.to(new StoreAddress.Http(false, "127.0.0.1", server.getLocalPort(), ""), "/x")
              .of(store);

      assertThat(other.fetch(call).whole().text()).isEqualTo("ok");
      assertThat(other.fetch(call).whole().text()).isEqualTo("ok");
    }
  }

  /** Promises to keep the connection, and closes it with the next request unanswered. */
  private static void answerOnceAConnection(ServerSocket server) {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.startVirtualThread(
            () -> {
              try (socket) {
                byte[] request = new byte[4096];
                if (socket.getInputStream().read(request) > 0) {
                  socket
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                              .getBytes(StandardCharsets.US_ASCII));
                  if (socket.getInputStream().read(request) < 0) {
                    return;
                  }
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @ParameterizedTest
  @CsvSource({"500", "503", "301", "302", "401", "403", "204"})
  void a_stores_trouble_is_unavailable_and_its_body_stays_inside(int status) {
    answering(status, status == 204 ? "" : "inside", Map.of("Location", "http://127.0.0.1:1/"));

    Heard heard = gate.fetch(call());

    assertThat(heard.failure())
        .isInstanceOfAny(StoreFailure.Unavailable.class, StoreFailure.Unreachable.class);
    assertThat(heard.text()).isEmpty();
    assertThat(heard.begun()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"404,NOT_FOUND", "400,MALFORMED_REQUEST", "406,NOT_ACCEPTABLE"})
  void what_is_the_callers_doing_is_refused_without_the_stores_words(int status, ProblemType type) {
    answering(status, "inside", Map.of());

    assertThat(gate.fetch(call()).failure())
        .isInstanceOfSatisfying(
            StoreFailure.Refused.class, f -> assertThat(f.refusal().type()).isEqualTo(type));
  }

  @Test
  void an_answer_that_is_not_of_the_declared_form_is_unshapeable() {
    answering(200, "<html>", Map.of());

    assertThat(gate.fetch(shapedCall()).failure()).isInstanceOf(StoreFailure.Unshapeable.class);
  }

  @Test
  void a_compressed_answer_cant_be_shaped() {
    answering(200, "\u001f\u008b", Map.of("Content-Encoding", "gzip"));

    Heard heard = gate.fetch(shapedCall());

    assertThat(heard.failure()).isInstanceOf(StoreFailure.Unshapeable.class);
    assertThat(heard.begun()).isFalse();
  }

  @Test
  void a_head_asks_for_the_head_only() {
    answering(200, ITEMS, Map.of("ETag", "\"v1\""));

    Heard heard = gate.fetch(call().headOnly()).whole();

    assertThat(heard.text()).isEmpty();
    assertThat(heard.answer().entityTag()).hasValue("\"v1\"");
    assertThat(seen().getRequestMethod()).isEqualTo("HEAD");
  }

  @Test
  void not_modified_passes() {
    answering(304, "", Map.of("ETag", "\"v1\""));

    assertThat(gate.fetch(call().sending("if-none-match", "\"v1\"")).whole().answer().status())
        .isEqualTo(304);
  }

  @Test
  void not_modified_has_no_length_though_the_store_names_that_of_the_whole() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        AGate other = AGate.on(transport, server.getLocalPort(), Map.of())) {
      Thread.startVirtualThread(
          () -> {
            try (Socket socket = server.accept()) {
              if (socket.getInputStream().read(new byte[4096]) > 0) {
                socket
                    .getOutputStream()
                    .write(
                        "HTTP/1.1 304 Not Modified\r\nContent-Length: 300\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
              }
            } catch (IOException e) {
              // The test is over.
            }
          });
      ACall call =
          ACall.to(new StoreAddress.Http(false, "127.0.0.1", server.getLocalPort(), ""), "/x")
              .sending("if-none-match", "\"v1\"");

      assertThat(other.fetch(call).whole().answer().length()).isEmpty();
    }
  }

  @Test
  void declared_parameters_and_subpaths_go_along_encoded_and_others_are_refused() {
    answering(200, ITEMS, Map.of());

    gate.fetch(call().taking("q").asking("q", "a b&c=é").withSubpath("/x y/é")).whole();

    assertThat(seen().getRequestURI().toString())
        .isEqualTo("/api/items/x%20y/%C3%A9?q=a%20b%26c%3D%C3%A9");
    assertThat(gate.fetch(call().asking("other", "1")).failure())
        .isInstanceOf(StoreFailure.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/../x",
    "/a/%2e%2e/x",
    "/a/%252e%252e/x",
    "/a%5c..",
    "/a%0d%0ab",
    "/..;/x",
    "/..;a=b/x",
    "/.;/x",
    "/..%3b/x",
    "/%2e%2e%3B/x",
    "/..%253b/x"
  })
  void a_path_that_leads_out_is_refused(String path) {
    answering(200, ITEMS, Map.of());

    assertThat(gate.fetch(call().withSubpath(path)).failure())
        .isInstanceOf(StoreFailure.Refused.class);
    assertThat(seen.get()).isNull();
  }

  @Test
  void a_store_that_does_not_begin_in_time_times_out() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    upstream.createContext(
        "/",
        exchange -> {
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });

    assertThat(gate.fetch(call().waiting(Duration.ofMillis(200))).failure())
        .isInstanceOf(StoreFailure.TimedOut.class);
    done.countDown();
  }

  @Test
  void why_a_store_cant_be_reached_is_told_to_the_operator_and_no_secret_is() {
    answering(200, ITEMS, Map.of());
    Logger logger = (Logger) LoggerFactory.getLogger(org.octroi.store.HttpExchange.class);
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    logger.addAppender(told);
    StoreId store = StoreId.create();
    StoreAddress.Http secure =
        new StoreAddress.Http(true, "127.0.0.1", upstream.getAddress().getPort(), "");
    try {
      gate.fetch(ACall.to(secure, "/").of(store)).failure();
      gate.fetch(call().of(store).sealedBy("v1.hidden")).failure();
    } finally {
      logger.detachAppender(told);
    }

    assertThat(told.list)
        .hasSize(2)
        .allMatch(event -> event.getFormattedMessage().contains(store.toString()))
        .noneMatch(event -> event.getFormattedMessage().contains("hidden"));
    assertThat(told.list.getFirst().getFormattedMessage()).contains("TLS failed");
    assertThat(told.list.getLast().getFormattedMessage()).contains("BrokenSealException");
  }

  @Test
  void nobody_at_the_port_is_unavailable() throws IOException {
    int port = FreePorts.next();
    try (AGate other = AGate.on(transport, port, Map.of())) {
      assertThat(
              other
                  .fetch(ACall.to(new StoreAddress.Http(false, "127.0.0.1", port, ""), "/"))
                  .failure())
          .isInstanceOfAny(StoreFailure.Unavailable.class, StoreFailure.Unreachable.class);
    }
  }

  @Test
  void an_inside_address_is_never_connected_to() {
    answering(200, ITEMS, Map.of());
    try (AGate walled = new AGate(List.of(), Map.of(), null)) {
      assertThat(walled.fetch(call()).failure())
          .isInstanceOfSatisfying(
              StoreFailure.Unavailable.class,
              f -> assertThat(f.what()).contains("octroi.store.allowed-addresses"));
    }
    assertThat(seen.get()).isNull();
  }

  @Test
  void a_paused_reader_holds_the_store_back() {
    AtomicLong written = new AtomicLong();
    long size = 64L << 20;
    upstream.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, size);
          byte[] block = new byte[1 << 16];
          try (OutputStream out = exchange.getResponseBody()) {
            while (written.get() < size) {
              out.write(block);
              written.addAndGet(block.length);
            }
          }
        });
    AtomicLong received = new AtomicLong();
    AtomicInteger over = new AtomicInteger();
    var fetching = new AtomicReference<StoreConnector.@Nullable Fetching>();
    var receiver =
        new StoreConnector.Receiver() {
          @Override
          public void head(StoreAnswer answer) {
            var mine = fetching.get();
            if (mine != null) {
              mine.pause();
            }
          }

          @Override
          public void body(io.netty.buffer.ByteBuf piece) {
            received.addAndGet(piece.readableBytes());
            piece.release();
          }

          @Override
          public void end(long rows) {
            over.incrementAndGet();
          }

          @Override
          public void failed(StoreFailure failure) {
            over.set(-1);
          }
        };
    fetching.set(gate.begin(call().as(Format.BINARY), receiver));

    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(20))
        .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
    assertThat(written.get()).isLessThan(size / 2);
    assertThat(received.get()).isLessThan(4 << 20);

    gate.loop.execute(
        () -> {
          var mine = fetching.get();
          if (mine != null) {
            mine.resume();
          }
        });
    await().atMost(Duration.ofSeconds(30)).until(() -> over.get() != 0);
    assertThat(over.get()).isEqualTo(1);
    assertThat(received.get()).isEqualTo(size);
  }

  @Test
  void more_fetches_than_allowed_find_the_store_busy_and_it_recovers() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    upstream.createContext(
        "/",
        exchange -> {
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    StoreId store = StoreId.create();
    List<Heard> waiting =
        java.util.stream.IntStream.range(0, 4).mapToObj(i -> gate.fetch(call().of(store))).toList();

    assertThat(gate.fetch(call().of(store)).failure()).isInstanceOf(StoreFailure.Busy.class);

    done.countDown();
    waiting.forEach(Heard::whole);
    gate.fetch(call().of(store)).whole();
    assertThat(gate.meters.get("octroi.store.fetch").tag("outcome", "busy").timer().count())
        .isEqualTo(1);
  }
}
