package org.octroi.gate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future.State;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.octroi.store.OnEveryTransport;
import org.octroi.store.Transport;

/** HTTP/2 in the clear, by prior knowledge (RFC 9113 §3.3), over real sockets. */
@OnEveryTransport
class Http2Test {

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Transport transport;
  private final ASocket socket = new ASocket().speakingHttp2InTheClear();
  private final List<AutoCloseable> clients = new ArrayList<>();

  Http2Test(Transport transport) {
    this.transport = transport;
    socket.on(transport);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    socket.close();
  }

  private Http2Client client() {
    Http2Client client = new Http2Client(socket.port());
    clients.add(client);
    return client;
  }

  private RawClient rawClient(int port) throws Exception {
    RawClient client = new RawClient(port);
    clients.add(client);
    return client;
  }

  @Test
  void it_is_not_spoken_where_nobody_asked_for_it() throws Exception {
    try (ASocket usual = new ASocket().on(transport).open()) {
      RawClient client = rawClient(usual.port());
      assertThat(client.send(PREFACE).answer().status()).isEqualTo(400);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void a_request_is_answered() throws Exception {
    socket.open();
    Http2Client.Stream stream = client().get("/echo");
    assertThat(stream.status()).isEqualTo("200");
    assertThat(stream.body()).isEqualTo("GET /echo over HTTP_2 by 127.0.0.1");
  }

  @Test
  void http_1_is_spoken_beside_it() throws Exception {
    socket.open();
    RawClient client = rawClient(socket.port());
    assertThat(client.get("/echo").answer().body()).contains("over HTTP_1_1");
    assertThat(client.send("P").send("OST /read HTTP/1.1\r\nHost: gate\r\n\r\n").answer().status())
        .isEqualTo(200);
  }

  @Test
  void many_requests_are_under_way_at_once_and_may_overtake_one_another() throws Exception {
    socket.open();
    Http2Client client = client();
    Http2Client.Stream waiting = client.get("/wait");
    ASocket.Taken taken = socket.taken();
    List<Http2Client.Stream> others = new ArrayList<>();
    for (int i = 0; i < 99; i++) {
      others.add(client.get("/echo/" + i));
    }
    for (int i = 0; i < 99; i++) {
      assertThat(others.get(i).body()).startsWith("GET /echo/" + i + " ");
    }
    taken.then(() -> taken.say("at last"));
    assertThat(waiting.body()).isEqualTo("at last");
  }

  @Test
  void a_stream_that_its_client_resets_ends_that_request_and_no_other() throws Exception {
    socket.open();
    Http2Client client = client();
    Http2Client.Stream reset = client.get("/wait");
    ASocket.Taken first = socket.taken();
    Http2Client.Stream kept = client.get("/wait");
    ASocket.Taken second = socket.taken();

    reset.reset();

    await().untilAtomic(first.gone, org.hamcrest.Matchers.equalTo(1));
    second.then(() -> second.say("still here"));
    assertThat(kept.body()).isEqualTo("still here");
    assertThat(second.gone).hasValue(0);
  }

  @Test
  void an_answer_that_breaks_off_resets_its_stream_and_no_other() throws Exception {
    socket.open();
    Http2Client client = client();
    Http2Client.Stream stream = client.get("/cut");
    assertThat(stream.reset.get(20, TimeUnit.SECONDS)).isNotEqualTo(Http2Error.NO_ERROR);
    assertThat(stream.whole)
        .satisfies(whole -> assertThat(whole.state()).isNotEqualTo(State.SUCCESS));
    assertThat(client.get("/echo").status()).isEqualTo("200");
  }

  @Test
  void headers_that_are_too_large_are_refused() throws Exception {
    socket.open();
    Http2Client client = client();
    assertThat(client.get("/echo").status()).isEqualTo("200");
    Http2Client.Stream stream =
        client.open(Http2Client.headers("GET", "/echo").add("x", "y".repeat(30_000)), true);
    assertThat(stream.status()).isEqualTo("431");
    assertThat(client.get("/echo").status()).isEqualTo("200");
  }

  @Test
  void a_request_without_an_authority_is_refused() throws Exception {
    socket.open();
    Http2Client.Stream stream =
        client()
            .open(
                new io.netty.handler.codec.http2.DefaultHttp2Headers()
                    .method("GET")
                    .path("/echo")
                    .scheme("http"),
                true);
    assertThat(stream.status()).isEqualTo("400");
  }

  @Test
  void a_body_is_read_piece_by_piece() throws Exception {
    socket.open();
    Http2Client.Stream stream = client().post("/read");
    ASocket.Taken taken = socket.taken();
    stream.send("hello", false);
    await().untilAtomic(taken.received, org.hamcrest.Matchers.equalTo(5L));
    stream.send(" world", true);
    assertThat(stream.body()).isEqualTo("read 11");
  }

  @Test
  void a_body_that_is_too_large_is_refused_and_the_connection_goes_on() throws Exception {
    socket.open();
    Http2Client client = client();
    Http2Client.Stream stream = client.post("/read").send("x".repeat(5000), false);
    assertThat(stream.status()).isEqualTo("413");
    assertThat(stream.body()).isEqualTo("payload-too-large");
    assertThat(client.get("/echo").status()).isEqualTo("200");
  }

  @Test
  void a_client_that_does_not_read_slows_who_answers() throws Exception {
    socket.open();
    Http2Client client = client();
    Http2Client.Stream stream = client.get("/pour").readNothing();
    ASocket.Taken taken = socket.taken();
    await().until(() -> taken.writable.contains(false));
    long before = taken.poured.get();
    assertThat(before).isLessThan(8L << 20);
    assertThat(client.get("/echo").status()).as("a slow stream holds up no other").isEqualTo("200");
    assertThat(taken.poured.get()).isEqualTo(before);

    stream.readAgain();

    await().until(() -> taken.poured.get() > before);
  }

  @Test
  void a_client_that_never_reads_is_cut() throws Exception {
    socket.resting(Duration.ofMillis(300)).open();
    Http2Client.Stream stream = client().get("/pour").readNothing();
    ASocket.Taken taken = socket.taken();
    await().untilAtomic(taken.gone, org.hamcrest.Matchers.equalTo(1));
    assertThat(taken.writable.getLast()).as("of room for nothing it was not told").isFalse();
    stream.readAgain();
    assertThat(stream.reset.get(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void a_connection_without_a_stream_is_closed_after_a_time_and_one_with_a_stream_is_not()
      throws Exception {
    socket.resting(Duration.ofMillis(300)).open();
    Http2Client busy = client();
    Http2Client.Stream waiting = busy.get("/wait");
    ASocket.Taken taken = socket.taken();
    Http2Client resting = client();
    assertThat(resting.get("/echo").status()).isEqualTo("200");

    await().until(() -> !resting.isOpen());
    assertThat(resting.goneAway).isCompleted();
    assertThat(busy.isOpen()).isTrue();
    taken.then(() -> taken.say("at last"));
    assertThat(waiting.body()).isEqualTo("at last");
  }

  @Test
  void an_answer_that_outlasts_the_grace_of_closing_is_cut() throws Exception {
    socket.open();
    Http2Client client = client();
    Http2Client.Stream waiting = client.get("/wait");
    ASocket.Taken taken = socket.taken();
    Thread closing = Thread.startVirtualThread(() -> socket.close(Duration.ofMillis(100)));

    assertThat(closing.join(Duration.ofSeconds(15))).isTrue();
    assertThat(taken.gone).hasValue(1);
    await().until(() -> waiting.whole.isCompletedExceptionally());
  }

  @Test
  void who_closes_says_so_and_finishes_what_is_under_way() throws Exception {
    socket.open();
    Http2Client client = client();
    Http2Client.Stream waiting = client.get("/wait");
    ASocket.Taken taken = socket.taken();
    Thread closing = Thread.startVirtualThread(() -> socket.close(Duration.ofSeconds(20)));

    assertThat(client.goneAway.get(20, TimeUnit.SECONDS)).isZero();
    taken.then(() -> taken.say("at last"));

    assertThat(waiting.body()).isEqualTo("at last");
    assertThat(closing.join(Duration.ofSeconds(15))).isTrue();
    await().until(() -> !client.isOpen());
  }
}
