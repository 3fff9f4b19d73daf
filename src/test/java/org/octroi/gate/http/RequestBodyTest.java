package org.octroi.gate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.octroi.gate.http.RawClient.Answer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.store.OnEveryTransport;
import org.octroi.store.Transport;

/** The body of a request goes on as it arrives, and no faster than it is wanted. */
@OnEveryTransport
class RequestBodyTest {

  private static final String POST = " HTTP/1.1\r\nHost: gate\r\n";

  private final ASocket socket = new ASocket();
  private final List<RawClient> clients = new ArrayList<>();

  RequestBodyTest(Transport transport) {
    socket.on(transport);
  }

  @AfterEach
  void close() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    socket.close();
  }

  private RawClient client() throws IOException {
    RawClient client = new RawClient(socket.port());
    clients.add(client);
    return client;
  }

  private RawClient posting(String path, String fields) throws IOException {
    return client().send("POST " + path + POST + fields + "\r\n");
  }

  @Test
  void it_is_read_piece_by_piece() throws Exception {
    socket.open();
    RawClient client = posting("/read", "Content-Length: 11\r\n").send("hello");
    ASocket.Taken taken = socket.taken();
    await().untilAtomic(taken.received, equalTo(5L));
    assertThat(taken.ended).hasValue(0);
    assertThat(client.send(" world").answer().body()).isEqualTo("read 11");
    assertThat(client.get("/echo").answer().status()).isEqualTo(200);
  }

  @Test
  void it_may_come_in_chunks() throws Exception {
    socket.open();
    RawClient client = posting("/read", "Transfer-Encoding: chunked\r\n").send("5\r\nhello\r\n");
    await().untilAtomic(socket.taken().received, equalTo(5L));
    assertThat(client.send("6\r\n world\r\n0\r\n\r\n").answer().body()).isEqualTo("read 11");
  }

  @Test
  void a_reader_who_pauses_holds_its_sender_back() throws Exception {
    int size = 64 << 20;
    socket.bodiesUpTo(size).open();
    RawClient client = posting("/wait", "Content-Length: " + size + "\r\n");
    ASocket.Taken taken = socket.taken();
    taken.then(
        () -> {
          taken.request.body().read(taken);
          taken.request.body().pause();
        });
    AtomicLong sent = new AtomicLong();
    String piece = "x".repeat(1 << 16);
    Thread sender =
        Thread.startVirtualThread(
            () -> {
              try {
                while (sent.get() < size) {
                  client.send(piece);
                  sent.addAndGet(piece.length());
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(20))
        .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
    assertThat(sent.get()).isLessThan(size / 2);
    assertThat(taken.received.get()).isLessThan(1 << 20);

    taken.then(() -> taken.request.body().resume());

    assertThat(client.answer().body()).isEqualTo("read " + size);
    assertThat(sender.join(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void who_waits_to_be_told_to_go_on_is_told_when_somebody_wants_the_body() throws Exception {
    socket.open();
    RawClient client = posting("/read", "Content-Length: 2\r\nExpect: 100-continue\r\n");
    assertThat(client.answer().status()).isEqualTo(100);
    assertThat(client.send("hi").answer().body()).isEqualTo("read 2");
  }

  @Test
  void who_waits_to_be_told_to_go_on_is_not_told_when_nobody_wants_the_body() throws Exception {
    socket.open();
    RawClient client = posting("/echo", "Content-Length: 2\r\nExpect: 100-continue\r\n");
    Answer answer = client.answer();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void an_answer_before_the_body_was_read_is_heard_and_ends_the_connection() throws Exception {
    socket.bodiesUpTo(1 << 20).open();
    RawClient client = posting("/wait", "Content-Length: 500000\r\n");
    ASocket.Taken taken = socket.taken();
    client.send("x".repeat(100_000));
    taken.then(() -> taken.say("no"));
    Answer answer = client.answer();
    assertThat(answer.body()).isEqualTo("no");
    assertThat(answer.header("connection")).isEqualTo("close");
    client.send("x".repeat(100_000));
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void what_is_too_large_by_its_own_word_is_refused_before_anybody_hears_of_it() throws Exception {
    socket.open();
    assertThat(posting("/read", "Content-Length: 5000\r\n").answer().status()).isEqualTo(413);
  }

  @Test
  void what_turns_out_to_be_too_large_fails_its_reader() throws Exception {
    socket.open();
    RawClient client = posting("/read", "Transfer-Encoding: chunked\r\n");
    client.send("1000\r\n" + "x".repeat(0x1000) + "\r\n1\r\nx\r\n");
    Answer answer = client.answer();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(client.isClosed()).isTrue();
    ASocket.Taken taken = socket.taken();
    assertThat(taken.failed)
        .extracting(Refusal::type)
        .containsExactly(ProblemType.PAYLOAD_TOO_LARGE);
    assertThat(taken.received.get()).isLessThanOrEqualTo(4096);
    assertThat(taken.ended).hasValue(0);
  }

  @Test
  void what_is_broken_fails_its_reader() throws Exception {
    socket.open();
    RawClient client = posting("/read", "Transfer-Encoding: chunked\r\n").send("zz\r\n");
    assertThat(client.answer().status()).isEqualTo(400);
    assertThat(client.isClosed()).isTrue();
    assertThat(socket.taken().failed)
        .extracting(Refusal::type)
        .containsExactly(ProblemType.MALFORMED_REQUEST);
  }

  @Test
  void a_client_that_goes_away_in_the_middle_is_noticed() throws Exception {
    socket.open();
    RawClient client = posting("/read", "Content-Length: 10\r\n").send("half");
    ASocket.Taken taken = socket.taken();
    await().untilAtomic(taken.received, equalTo(4L));
    client.vanish();
    await().untilAtomic(taken.gone, equalTo(1));
    assertThat(taken.ended).hasValue(0);
  }

  @Test
  void what_stops_in_the_middle_is_given_up_in_time() throws Exception {
    socket.bodiesWithin(Duration.ofMillis(300)).open();
    RawClient streamed = posting("/read", "Content-Length: 10\r\n").send("half");
    assertThat(streamed.answer().status()).isEqualTo(408);
    assertThat(streamed.isClosed()).isTrue();
    assertThat(socket.taken().failed)
        .extracting(Refusal::type)
        .containsExactly(ProblemType.REQUEST_TIMEOUT);
    RawClient drained = client().send("GET /echo" + POST + "Content-Length: 10\r\n\r\nhalf");
    assertThat(drained.answer().status()).isEqualTo(408);
    assertThat(drained.isClosed()).isTrue();
  }

  @Test
  void who_is_not_asked_for_more_has_all_the_time() throws Exception {
    socket.bodiesWithin(Duration.ofMillis(100)).open();
    RawClient client = posting("/wait", "Content-Length: 4\r\n").send("half");
    ASocket.Taken taken = socket.taken();
    taken.later(400, () -> taken.request.body().read(taken));
    assertThat(client.answer().body()).isEqualTo("read 4");
  }

  @Test
  void what_comes_behind_it_in_one_packet_is_answered_after_it() throws Exception {
    socket.open();
    String post = "POST /read" + POST + "Content-Length: 5\r\n\r\nhello";
    String get = "GET /echo" + POST + "\r\n";
    RawClient client = client().send(post + get + post + post + get);
    assertThat(client.answer().body()).isEqualTo("read 5");
    assertThat(client.answer().body()).startsWith("GET /echo");
    assertThat(client.answer().body()).isEqualTo("read 5");
    assertThat(client.answer().body()).isEqualTo("read 5");
    assertThat(client.answer().body()).startsWith("GET /echo");
    assertThat(client.get("/echo").answer().status()).isEqualTo(200);
  }

  @Test
  void what_comes_behind_one_that_is_answered_later_waits_for_it() throws Exception {
    socket.open();
    RawClient client =
        client()
            .send(
                "POST /wait"
                    + POST
                    + "Content-Length: 5\r\n\r\nhello"
                    + "GET /echo"
                    + POST
                    + "\r\n");
    ASocket.Taken taken = socket.taken();
    taken.then(() -> taken.request.body().read(taken));
    assertThat(client.answer().body()).isEqualTo("read 5");
    assertThat(client.answer().body()).startsWith("GET /echo");
  }

  @Test
  void a_method_that_has_no_use_for_it_is_served_when_it_was_thrown_away() throws Exception {
    socket.open();
    RawClient client = client();
    client.send("DELETE /wait" + POST + "Content-Length: 5\r\n\r\nhello");
    ASocket.Taken taken = socket.taken();
    assertThat(taken.request.body().isPresent()).isFalse();
    taken.then(() -> taken.say("done"));
    assertThat(client.answer().body()).isEqualTo("done");
    assertThat(client.get("/echo").answer().status()).isEqualTo(200);
  }

  @Test
  void thousands_of_requests_that_wait_behind_one_are_answered_one_after_the_other()
      throws Exception {
    socket.open();
    int many = 5000;
    RawClient client = client().get("/wait");
    ASocket.Taken first = socket.taken();
    Thread sender =
        Thread.startVirtualThread(
            () -> {
              try {
                client.send(("GET /echo" + POST + "\r\n").repeat(many));
              } catch (IOException e) {
                // The answers are missed.
              }
            });
    first.then(() -> first.say("first"));
    assertThat(client.answer().body()).isEqualTo("first");
    for (int i = 0; i < many; i++) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(sender.join(Duration.ofSeconds(5))).isTrue();
  }
}
