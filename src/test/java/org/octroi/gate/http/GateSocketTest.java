package org.octroi.gate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.gate.http.RawClient.Answer;
import org.octroi.problem.Refusal;
import org.octroi.problem.StartRefusedException;
import org.octroi.store.OnEveryTransport;
import org.octroi.store.Transport;

/** What clients can do to a socket, and what it does in return; over real ones. */
@OnEveryTransport
class GateSocketTest {

  /** More than the kernel takes at once. */
  private static final int MUCH = 16 * 1024 * 1024;

  private final Echo echo = new Echo();
  private final List<RawClient> clients = new ArrayList<>();
  private final Transport transport;
  private GateSocket socket;
  private int port;

  GateSocketTest(Transport transport) {
    this.transport = transport;
    this.socket = socket(100, Duration.ofSeconds(5));
  }

  @BeforeEach
  void open() {
    port = socket.open();
  }

  @AfterEach
  void close() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    socket.close(Duration.ZERO);
  }

  @Test
  void a_connection_serves_many_requests() throws IOException {
    RawClient client = client();
    for (int i = 0; i < 3; i++) {
      assertThat(client.get("/echo/" + i).answer().body()).isEqualTo("GET /echo/" + i);
    }
  }

  @Test
  void pipelined_requests_are_answered_in_their_order() throws IOException {
    RawClient client = client();
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      all.append("GET /").append(i % 2 == 0 ? "later/" : "echo/").append(i);
      all.append(" HTTP/1.1\r\nHost: gate\r\n\r\n");
    }
    client.send(all.toString());
    for (int i = 0; i < 50; i++) {
      assertThat(client.answer().body()).endsWith("/" + i);
    }
  }

  @Test
  void head_has_a_length_and_no_body() throws IOException {
    RawClient client = client();
    Answer answer = client.send("HEAD /echo HTTP/1.1\r\nHost: gate\r\n\r\n").answer(true);
    assertThat(answer.header("content-length")).isEqualTo("10");
    assertThat(client.get("/echo").answer().body()).isEqualTo("GET /echo");
  }

  @Test
  void http_1_0_is_closed_after_the_answer_unless_it_asks_to_stay() throws IOException {
    RawClient client = client();
    Answer stays = client.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").answer();
    assertThat(stays.header("connection")).isEqualTo("keep-alive");
    assertThat(client.send("GET /echo HTTP/1.0\r\n\r\n").answer().status()).isEqualTo(200);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void a_body_of_unknown_length_is_chunked_or_ends_with_the_connection() throws IOException {
    assertThat(client().get("/stream").answer().header("transfer-encoding")).isEqualTo("chunked");
    RawClient old = client();
    Answer answer = old.send("GET /stream HTTP/1.0\r\n\r\n").answer();
    assertThat(answer.header("transfer-encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo("GET /stream");
  }

  @Test
  void an_answer_that_breaks_off_is_never_taken_for_whole() throws IOException {
    RawClient client = client();
    client.get("/cut");
    assertThatThrownBy(client::answer).isInstanceOf(EOFException.class);
    RawClient old = client();
    old.send("GET /cut HTTP/1.0\r\n\r\n");
    assertThatThrownBy(old::answer).isInstanceOf(IOException.class).hasMessageContaining("reset");
  }

  @Test
  void a_small_body_is_read_and_thrown_away() throws IOException {
    RawClient client = client();
    client.send("GET /echo HTTP/1.1\r\nHost: gate\r\nContent-Length: 5\r\n\r\nhello");
    assertThat(client.answer().status()).isEqualTo(200);
    client.send(
        "GET /echo HTTP/1.1\r\nHost: gate\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\n0\r\n\r\n");
    assertThat(client.answer().status()).isEqualTo(200);
  }

  @Test
  void a_large_body_is_refused_and_its_sender_hears_why() throws IOException {
    RawClient client = client();
    client.send("GET /echo HTTP/1.1\r\nHost: gate\r\nContent-Length: 900000\r\n\r\n");
    client.send("x".repeat(50_000));
    Answer answer = client.answer();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void a_large_chunked_body_is_refused() throws IOException {
    RawClient client = client();
    client.send("GET /echo HTTP/1.1\r\nHost: gate\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("1000\r\n" + "x".repeat(0x1000) + "\r\n1000\r\n" + "x".repeat(0x1000) + "\r\n");
    assertThat(client.answer().status()).isEqualTo(413);
  }

  @Test
  void who_expects_to_be_told_to_go_on_is_told_or_refused_at_once() throws IOException {
    RawClient client = client();
    client.send(
        "GET /echo HTTP/1.1\r\nHost: gate\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    assertThat(client.answer().status()).isEqualTo(100);
    assertThat(client.send("hi").answer().status()).isEqualTo(200);
    client.send(
        "GET /echo HTTP/1.1\r\n"
            + "Host: gate\r\n"
            + "Expect: 100-continue\r\n"
            + "Content-Length: 99999\r\n\r\n");
    assertThat(client.answer().status()).isEqualTo(413);
  }

  static Stream<Arguments> broken() {
    String get = "GET /echo HTTP/1.1\r\nHost: gate\r\n";
    return Stream.of(
        Arguments.of(
            "both lengths",
            400,
            get + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "both lengths, the other way",
            400,
            get + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "two lengths", 400, get + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd"),
        Arguments.of(
            "two equal lengths", 400, get + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd"),
        Arguments.of("a list of lengths", 400, get + "Content-Length: 4, 5\r\n\r\nabcd"),
        Arguments.of("a signed length", 400, get + "Content-Length: +4\r\n\r\nabcd"),
        Arguments.of("a negative length", 400, get + "Content-Length: -1\r\n\r\n"),
        Arguments.of("a length in hex", 400, get + "Content-Length: 0x4\r\n\r\nabcd"),
        Arguments.of(
            "another coding", 400, get + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "a misspelt coding", 400, get + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "two codings",
            400,
            get + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "a coding in HTTP/1.0",
            400,
            "GET /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "a bad chunk size", 400, get + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
        Arguments.of("a space before the colon", 400, "GET /echo HTTP/1.1\r\nHost : gate\r\n\r\n"),
        Arguments.of("no host", 400, "GET /echo HTTP/1.1\r\n\r\n"),
        Arguments.of("two hosts", 400, get + "Host: other\r\n\r\n"),
        Arguments.of("a NUL in a header", 400, get + "X: a\0b\r\n\r\n"),
        Arguments.of("no colon", 400, get + "nonsense\r\n\r\n"),
        Arguments.of("another version", 400, "GET /echo HTTP/3.0\r\nHost: gate\r\n\r\n"),
        Arguments.of("no version", 400, "GET /echo\r\n\r\n"),
        Arguments.of("CONNECT", 405, "CONNECT gate:443 HTTP/1.1\r\nHost: gate\r\n\r\n"),
        Arguments.of(
            "a long line", 414, "GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: gate\r\n\r\n"),
        Arguments.of("long headers", 431, get + "X: " + "x".repeat(20_000) + "\r\n\r\n"),
        Arguments.of("many headers", 431, get + "X: yyyyyyyyyyyyyyyyyy\r\n".repeat(1000) + "\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void what_has_no_sound_frame_is_refused_and_the_connection_ends(
      String what, int status, String bytes) throws IOException {
    RawClient client = client();
    Answer answer = client.send(bytes).answer();
    assertThat(answer.status()).as(what).isEqualTo(status);
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(client.isClosed()).isTrue();
    assertThat(client().get("/echo").answer().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a/../b",
        "/a/%2e%2e/b",
        "/a/./b",
        "/a//b",
        "/a%2fb",
        "/a%5cb",
        "/a\\b",
        "/a%00b",
        "/a%zz",
        "/a%4",
        "/a%",
        "/a%ff",
        "/a%c0%af",
        "/a#b",
        "*",
        "a/b",
        "/a?x=%ff",
        "http://"
      })
  void an_address_that_can_be_read_in_two_ways_is_refused(String target) throws IOException {
    assertThat(client().get(target).answer().status()).isEqualTo(400);
  }

  @Test
  void the_absolute_form_is_read_like_the_other() throws IOException {
    assertThat(client().get("http://gate/a%20b/c?d=%C3%A9+1&d=2").answer().body())
        .isEqualTo("GET /a b/c {d=[é 1, 2]}");
  }

  @Test
  void a_request_that_does_not_come_to_its_end_is_told_so() throws IOException {
    restart(socket(100, Duration.ofMillis(200)));
    RawClient client = client();
    client.send("GET /echo HTTP/1.1\r\nHo");
    assertThat(client.answer().status()).isEqualTo(408);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void a_connection_that_only_rests_is_closed() throws IOException {
    restart(socket(100, Duration.ofMillis(200)));
    RawClient client = client();
    assertThat(client.get("/echo").answer().status()).isEqualTo(200);
    assertThat(client.read()).isEqualTo(-1);
  }

  @Test
  void a_connection_too_many_is_closed() throws IOException {
    restart(socket(2, Duration.ofSeconds(5)));
    assertThat(client().get("/echo").answer().status()).isEqualTo(200);
    assertThat(client().get("/echo").answer().status()).isEqualTo(200);
    assertThat(client().read()).isEqualTo(-1);
  }

  @Test
  void who_answers_is_told_when_the_client_goes_away() throws Exception {
    RawClient client = client();
    client.get("/wait");
    Exchange waiting = echo.waiting.poll(5, TimeUnit.SECONDS);
    assertThat(waiting).isNotNull();
    client.vanish();
    await().untilAtomic(echo.gone, org.hamcrest.Matchers.equalTo(1));
  }

  @Test
  void a_request_that_was_taken_is_answered_before_the_port_closes_for_good() throws Exception {
    RawClient resting = client();
    assertThat(resting.get("/echo").answer().status()).isEqualTo(200);
    RawClient client = client();
    client.get("/wait");
    Exchange waiting = echo.waiting.poll(5, TimeUnit.SECONDS);
    assertThat(waiting).isNotNull();
    Thread closing = Thread.startVirtualThread(() -> socket.close(Duration.ofSeconds(10)));

    assertThat(resting.read()).isEqualTo(-1);
    waiting.loop().execute(() -> Echo.say(waiting, "at last"));
    Answer answer = client.answer();
    assertThat(answer.body()).isEqualTo("at last");
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(closing.join(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void who_asks_just_as_the_gate_closes_is_answered_once_more() throws Exception {
    RawClient client = client();
    client.get("/echo").answer();
    Thread closing = Thread.startVirtualThread(() -> socket.close(Duration.ofSeconds(10)));
    await().until(() -> isShut(port));

    Answer answer = client.get("/echo/last").answer();

    assertThat(answer.body()).isEqualTo("GET /echo/last");
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(closing.join(Duration.ofSeconds(5))).isTrue();
  }

  private static boolean isShut(int port) {
    try {
      new RawClient(port).close();
      return false;
    } catch (IOException refused) {
      return true;
    }
  }

  @Test
  void a_port_in_use_is_told_in_one_sentence() {
    GateSocket second =
        new GateSocket(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            transport,
            limits(1, Duration.ofSeconds(1)),
            WireProtocols.http1(),
            echo);
    assertThatThrownBy(second::open)
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining(":" + port);
  }

  @Test
  void what_left_before_an_answer_is_cut_arrives() throws IOException {
    RawClient client = client();
    client.get("/cut-at-once");
    assertThat(client.rest().length()).isGreaterThan(MUCH);
  }

  private RawClient client() throws IOException {
    RawClient client = new RawClient(port);
    clients.add(client);
    return client;
  }

  private void restart(GateSocket next) {
    socket.close(Duration.ZERO);
    socket = next;
    port = socket.open();
  }

  private GateSocket socket(int connections, Duration patience) {
    return new GateSocket(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        transport,
        limits(connections, patience),
        WireProtocols.http1(),
        echo);
  }

  private static WireLimits limits(int connections, Duration patience) {
    return new WireLimits(
        connections, 50, 8192, 16_384, 4096, patience, patience, patience, Duration.ofMinutes(1));
  }

  /** Answers with what it understood. */
  private static final class Echo implements Responder {

    private final BlockingQueue<Exchange> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger gone = new AtomicInteger();

    @Override
    public void serve(Request request, Exchange exchange) {
      RequestTarget target = request.target();
      String text =
          request.method()
              + " "
              + target.rest(0)
              + (target.query().isEmpty() ? "" : " " + target.query());
      switch (target.segments().getFirst()) {
        case "later" ->
            exchange.loop().schedule(() -> say(exchange, text), 2, TimeUnit.MILLISECONDS);
        case "wait" -> {
          exchange.listen(
              new Exchange.Listener() {
                @Override
                public void writable(boolean writable) {}

                @Override
                public void gone() {
                  gone.incrementAndGet();
                }
              });
          waiting.add(exchange);
        }
        case "stream" -> {
          exchange.head(200, new DefaultHttpHeaders(), OptionalLong.empty());
          exchange.piece(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
          exchange.end();
        }
        case "cut" -> {
          exchange.head(200, new DefaultHttpHeaders(), OptionalLong.empty());
          exchange.piece(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
          exchange.loop().schedule(exchange::cut, 100, TimeUnit.MILLISECONDS);
        }
        case "cut-at-once" -> {
          exchange.head(200, new DefaultHttpHeaders(), OptionalLong.empty());
          exchange.piece(Unpooled.wrappedBuffer(new byte[MUCH]));
          exchange.cut();
        }
        default -> say(exchange, text);
      }
    }

    @Override
    public void refuse(Refusal refusal, Exchange exchange) {
      byte[] text = refusal.toString().getBytes(StandardCharsets.UTF_8);
      exchange.head(
          refusal.type().status(), new DefaultHttpHeaders(), OptionalLong.of(text.length));
      exchange.piece(Unpooled.wrappedBuffer(text));
      exchange.end();
    }

    @Override
    public void answered(int status, long bodyBytes, long nanos) {}

    static void say(Exchange exchange, String what) {
      byte[] text = what.getBytes(StandardCharsets.UTF_8);
      exchange.head(200, new DefaultHttpHeaders(), OptionalLong.of(text.length));
      exchange.piece(Unpooled.wrappedBuffer(text));
      exchange.end();
    }
  }
}
