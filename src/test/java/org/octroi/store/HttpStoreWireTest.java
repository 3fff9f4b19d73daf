package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;

/** What goes over the wire to an HTTP store, and when it goes once more. */
@OnEveryTransport
class HttpStoreWireTest {

  private final Transport transport;
  private final StoreId id = StoreId.create();
  private final AtomicReference<String> body = new AtomicReference<>("");
  private final AtomicReference<RawStore.Script> script =
      new AtomicReference<>((connection, talk) -> answerAll(talk));
  private RawStore store;
  private AGate gate;

  HttpStoreWireTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeEach
  void start() throws IOException {
    store = new RawStore((connection, talk) -> script.get().serve(connection, talk));
    gate = AGate.on(transport, store.port(), Map.of());
  }

  @AfterEach
  void stop() throws IOException {
    gate.close();
    store.close();
  }

  private void serving(RawStore.Script wanted) {
    script.set(wanted);
  }

  private ACall call() {
    return ACall.to(store.address(), "/x").of(id);
  }

  private String methods() {
    return store.heads.stream()
        .map(head -> head.substring(0, head.indexOf(' ')))
        .collect(Collectors.joining(" "));
  }

  private static void answerAll(RawStore.Talk talk) throws IOException {
    while (talk.hear()) {
      talk.ok("ok");
    }
  }

  @Test
  void a_question_on_a_connection_that_turns_out_to_be_closed_is_asked_once_more()
      throws IOException {
    serving(
        (connection, talk) -> {
          if (connection == 0) {
            talk.hear();
            talk.ok("first");
            talk.hear();
          } else {
            answerAll(talk);
          }
        });

    assertThat(gate.fetch(call()).whole().text()).isEqualTo("first");
    assertThat(gate.fetch(call()).whole().text()).isEqualTo("ok");
    assertThat(methods()).isEqualTo("GET GET GET");
  }

  @Test
  void a_question_is_not_asked_a_third_time() throws IOException {
    serving(
        (connection, talk) -> {
          talk.hear();
          if (connection == 0) {
            talk.ok("first");
            talk.hear();
          }
        });

    gate.fetch(call()).whole();
    assertThat(gate.fetch(call()).failure()).isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(methods()).isEqualTo("GET GET GET");
  }

  @Test
  void a_question_that_the_store_began_to_answer_is_not_asked_again() throws IOException {
    serving(
        (connection, talk) -> {
          talk.hear();
          if (connection == 0) {
            talk.ok("first");
            talk.hear();
            talk.say("HTTP/1.");
          } else {
            talk.ok("again");
          }
        });

    gate.fetch(call()).whole();
    assertThat(gate.fetch(call()).failure()).isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(methods()).isEqualTo("GET GET");
  }

  @Test
  void a_question_on_a_new_connection_is_not_asked_again() throws IOException {
    serving((connection, talk) -> talk.hear());

    assertThat(gate.fetch(call()).failure()).isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(methods()).isEqualTo("GET");
  }

  @Test
  void a_body_goes_once_on_a_connection_of_its_own() throws IOException {
    CountDownLatch connections = new CountDownLatch(2);
    serving(
        (connection, talk) -> {
          connections.countDown();
          if (connection == 0) {
            answerAll(talk);
          } else {
            talk.hear();
          }
        });

    gate.fetch(call()).whole();
    assertThat(gate.fetch(call().posting(ABody.of("{}"))).failure())
        .isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(methods()).isEqualTo("GET POST");
    assertThat(connections.getCount()).isZero();
  }

  @Test
  void a_body_passes_with_its_type_and_length() throws IOException {
    serving(
        (connection, talk) -> {
          talk.hear();
          body.set(talk.read(12));
          talk.ok("found");
        });

    assertThat(gate.fetch(call().posting(ABody.of("{\"query\": 1}"))).whole().text())
        .isEqualTo("found");
    assertThat(body.get()).isEqualTo("{\"query\": 1}");
    assertThat(store.heads.getFirst())
        .startsWith("POST /x HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nContent-Type: application/json\r\n")
        .containsIgnoringCase("\r\nContent-Length: 12\r\n")
        .doesNotContainIgnoringCase("transfer-encoding");
  }

  @Test
  void a_body_of_unknown_length_passes_in_chunks() throws IOException {
    serving(
        (connection, talk) -> {
          talk.hear();
          body.set(talk.read(12));
          talk.ok("found");
        });

    gate.fetch(call().posting(ABody.of("{}").inChunks())).whole();

    assertThat(body.get()).isEqualTo("2\r\n{}\r\n0\r\n\r\n");
    assertThat(store.heads.getFirst())
        .containsIgnoringCase("\r\nTransfer-Encoding: chunked\r\n")
        .doesNotContainIgnoringCase("content-length");
  }

  @Test
  void a_connection_that_carried_a_body_serves_again() throws IOException {
    CountDownLatch connections = new CountDownLatch(2);
    serving(
        (connection, talk) -> {
          connections.countDown();
          talk.hear();
          talk.read(2);
          talk.ok("found");
          answerAll(talk);
        });

    gate.fetch(call().posting(ABody.of("{}"))).whole();
    assertThat(gate.fetch(call()).whole().text()).isEqualTo("ok");
    assertThat(connections.getCount()).as("one was enough").isOne();
  }

  @Test
  void a_store_that_takes_no_more_holds_the_body_back() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    int pieces = 1024;
    int size = 64 * 1024;
    serving(
        (connection, talk) -> {
          talk.hear();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          for (int i = 0; i < pieces; i++) {
            talk.read(size);
          }
          talk.ok("all");
        });
    ABody large = ABody.ofPieces(pieces, size);
    Heard heard = gate.fetch(call().posting(large));

    await().until(() -> large.pauses.get() > 0);
    assertThat(large.given.get()).isLessThan((long) pieces * size / 2);
    goOn.countDown();

    assertThat(heard.whole().text()).isEqualTo("all");
    assertThat(large.given.get()).isEqualTo((long) pieces * size);
  }

  @Test
  void a_body_that_breaks_off_is_never_whole_to_the_store_and_its_caller_hears_why()
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    serving(
        (connection, talk) -> {
          talk.hear();
          begun.countDown();
          body.set(talk.read(100));
          closed.countDown();
        });
    ABody half =
        ABody.of("{\"half\":").inChunks().thenBreakingOff(Refusal.of(ProblemType.REQUEST_TIMEOUT));

    Heard heard = gate.fetch(call().posting(half));
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    gate.loop.execute(half::breakOff);

    assertThat(heard.failure())
        .isInstanceOfSatisfying(
            StoreFailure.Refused.class,
            refused -> assertThat(refused.refusal().type()).isEqualTo(ProblemType.REQUEST_TIMEOUT));
    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(body.get()).doesNotContain("\r\n0\r\n");
  }

  @Test
  void an_answer_before_the_body_is_whole_passes_and_its_connection_is_not_used_again()
      throws Exception {
    CountDownLatch connections = new CountDownLatch(2);
    serving(
        (connection, talk) -> {
          connections.countDown();
          talk.hear();
          talk.ok(connection == 0 ? "enough" : "ok");
          talk.hear();
        });
    ABody endless = ABody.ofPieces(1 << 20, 1024);

    assertThat(gate.fetch(call().posting(endless)).whole().text()).isEqualTo("enough");
    assertThat(gate.fetch(call()).whole().text()).isEqualTo("ok");
    assertThat(connections.getCount()).isZero();
  }

  @Test
  void the_store_hears_by_which_way_it_is_asked_and_under_which_agreement() throws IOException {
    AgreementNumber number = AgreementNumber.create(new Slug("rennes"), 2026);

    gate.fetch(call().under(number)).whole();

    assertThat(store.heads.getFirst().toLowerCase(java.util.Locale.ROOT))
        .contains(
            "\r\nvia: 1.1 octroi\r\n",
            "\r\nforwarded: for=unknown;host=gate.test;proto=http\r\n",
            "\r\noctroi-request: request-1\r\n",
            "\r\noctroi-agreement: " + number.value().toLowerCase(java.util.Locale.ROOT) + "\r\n");
  }

  @Test
  void a_store_that_is_to_hear_no_agreement_hears_none() throws IOException {
    AgreementNumber number = AgreementNumber.create(new Slug("rennes"), 2026);

    gate.fetch(call().under(number).namingNoAgreement()).whole();

    assertThat(store.heads.getFirst())
        .doesNotContainIgnoringCase("octroi-agreement")
        .doesNotContain(number.value());
  }

  @Test
  void a_connection_past_its_life_is_not_used_again_though_it_lay_idle_meanwhile()
      throws Exception {
    CountDownLatch connections = new CountDownLatch(2);
    serving(
        (connection, talk) -> {
          connections.countDown();
          answerAll(talk);
        });
    gate.close();
    gate = AGate.on(transport, store.port(), Map.of("connection-life", "1s"));

    gate.fetch(call()).whole();
    gate.fetch(call()).whole();
    assertThat(connections.getCount()).as("one served both").isOne();
    Thread.sleep(1200);
    gate.fetch(call()).whole();

    assertThat(connections.getCount()).isZero();
  }

  @Test
  void a_cookie_goes_no_further_and_keeps_the_answer_from_others() throws IOException {
    serving(
        (connection, talk) -> {
          talk.hear();
          talk.say(
              "HTTP/1.1 200 OK\r\nSet-Cookie: session=1\r\nCache-Control: public, max-age=600\r\n"
                  + "Expires: Fri, 01 Jan 2100 00:00:00 GMT\r\nContent-Length: 2\r\n\r\nok");
        });

    Heard heard = gate.fetch(call()).whole();

    assertThat(heard.answer().headers())
        .containsEntry("cache-control", "private")
        .doesNotContainKeys("set-cookie", "expires");
  }

  @Test
  void an_answer_that_says_its_length_in_two_ways_goes_no_further() throws IOException {
    serving(
        (connection, talk) -> {
          talk.hear();
          talk.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!");
        });

    assertThat(gate.fetch(call()).failure()).isInstanceOf(StoreFailure.Unavailable.class);
  }

  @Test
  void bytes_that_nobody_asked_for_end_the_connection() throws IOException {
    serving(
        (connection, talk) -> {
          talk.hear();
          talk.ok("ok");
          talk.ok("unasked");
          talk.hear();
        });

    assertThat(gate.fetch(call()).whole().text()).isEqualTo("ok");
    assertThat(gate.fetch(call()).whole().text()).isEqualTo("ok");
  }
}
