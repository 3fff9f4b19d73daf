package org.octroi.gate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.octroi.gate.http.RawClient.Answer;
import org.octroi.store.OnEveryTransport;
import org.octroi.store.Transport;

/** How much the socket bears of one client, and of all of them. */
@OnEveryTransport
class WireLimitsTest {

  private static final InetAddress SOMEBODY = InetAddress.ofLiteral("127.0.0.2");
  private static final InetAddress ANOTHER = InetAddress.ofLiteral("127.0.0.3");

  private final ASocket socket = new ASocket();
  private final List<RawClient> clients = new ArrayList<>();

  WireLimitsTest(Transport transport) {
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
    return client(SOMEBODY);
  }

  private RawClient client(InetAddress from) throws IOException {
    RawClient client = new RawClient(socket.port(), from);
    clients.add(client);
    return client;
  }

  private void assertServed(RawClient client) throws IOException {
    assertThat(client.get("/echo").answer().status()).isEqualTo(200);
  }

  @Test
  void a_client_that_has_as_many_connections_as_it_may_leaves_room_for_others() throws Exception {
    socket.atMostOfOneClient(2).open();
    RawClient first = client();
    assertServed(first);
    assertServed(client());
    assertThat(client().read()).isEqualTo(-1);
    assertServed(client(ANOTHER));

    first.close();

    await().until(() -> socket.openConnections() == 2);
    assertServed(client());
  }

  @Test
  void all_clients_together_have_no_more_connections_than_there_may_be() throws Exception {
    socket.atMost(2).open();
    RawClient first = client();
    assertServed(first);
    assertServed(client(ANOTHER));
    assertThat(client(InetAddress.ofLiteral("127.0.0.4")).read()).isEqualTo(-1);

    first.close();

    await().until(() -> socket.openConnections() == 1);
    assertServed(client(InetAddress.ofLiteral("127.0.0.4")));
  }

  @Test
  void a_header_that_drips_is_given_up_in_time() throws Exception {
    socket.headersWithin(Duration.ofMillis(300)).open();
    RawClient client = client();
    Thread dripping =
        Thread.startVirtualThread(
            () -> {
              try {
                client.send("GET /echo HTTP/1.1\r\nX: ");
                while (true) {
                  client.send("x");
                  Thread.sleep(20);
                }
              } catch (IOException | InterruptedException e) {
                // It was closed.
              }
            });
    Answer answer = client.answer();
    dripping.interrupt();
    assertThat(answer.status()).isEqualTo(408);
    assertThat(answer.header("connection")).isEqualTo("close");
  }

  @Test
  void an_answer_without_end_is_cut_though_it_is_read() throws Exception {
    Duration soon = Duration.ofMillis(100);
    socket.resting(soon).headersWithin(soon).answersWithin(Duration.ofMillis(500)).open();
    RawClient client = client().get("/pour");
    assertThatThrownBy(client::answer).isInstanceOf(IOException.class);
    await().untilAtomic(socket.taken().gone, equalTo(1));
  }

  @Test
  void an_answer_that_never_begins_is_cut() throws Exception {
    Duration soon = Duration.ofMillis(100);
    socket.resting(soon).headersWithin(soon).answersWithin(Duration.ofMillis(500)).open();
    assertThat(client().get("/wait").read()).isEqualTo(-1);
    await().untilAtomic(socket.taken().gone, equalTo(1));
  }

  @Test
  void a_slow_answer_is_not_taken_for_a_connection_at_rest() throws Exception {
    Duration soon = Duration.ofMillis(100);
    socket.resting(soon).headersWithin(soon).open();
    RawClient client = client().get("/wait");
    ASocket.Taken taken = socket.taken();
    taken.later(500, () -> taken.say("at last"));
    assertThat(client.answer().body()).isEqualTo("at last");
  }

  @Test
  void a_client_that_does_not_read_slows_who_answers_and_is_cut_in_time() throws Exception {
    socket.resting(Duration.ofMillis(500)).open();
    client().get("/pour");
    ASocket.Taken taken = socket.taken();
    await().untilAtomic(taken.gone, equalTo(1));
    assertThat(taken.writable).contains(false);
    assertThat(taken.poured.get()).isLessThan(64L << 20);
  }
}
