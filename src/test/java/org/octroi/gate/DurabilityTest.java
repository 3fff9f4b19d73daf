package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.gate.http.RawClient;
import org.octroi.usage.StubbornDisk;
import org.octroi.usage.UsageEvents;

/** A gate whose answers end only when the disk has their records. */
@Timeout(120)
class DurabilityTest {

  @TempDir static Path folder;
  private static GateHouse house;
  private static StubbornDisk disk;
  private static int names;

  private final String name = "data-" + ++names;
  private final List<RawClient> clients = new ArrayList<>();

  @BeforeAll
  static void open() throws IOException, JOSEException {
    house =
        new GateHouse(
            folder,
            "--octroi.usage.durability=fsync",
            "--octroi.usage.force-interval=1h",
            "--spring.main.sources=" + StubbornDisk.class.getName());
    disk = house.context.getBean(StubbornDisk.class);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @AfterEach
  void hangUp() throws IOException {
    disk.letGo();
    disk.fail(false);
    for (RawClient client : clients) {
      client.close();
    }
  }

  @Test
  void an_answer_ends_after_its_record_was_forced_and_not_before() throws IOException {
    house.upstream("/" + name, "[\"precious\"]");
    house.city.dataset(name).published();
    RawClient client = client(Duration.ofMillis(300));
    int before = disk.asked();
    disk.hold();

    client.get("/rennes/" + name);
    await().atMost(Duration.ofSeconds(10)).until(() -> disk.asked() > before);
    assertThatThrownBy(client::read).isInstanceOf(SocketTimeoutException.class);
    disk.letGo();

    assertThat(client.answer().body()).isEqualTo("[\"precious\"]");
  }

  @Test
  void a_refusal_too_waits_for_its_record() throws IOException {
    house.city.dataset(name).controlled().published();
    RawClient client = client(Duration.ofMillis(300));
    int before = disk.asked();
    disk.hold();

    client.get("/rennes/" + name);
    await().atMost(Duration.ofSeconds(10)).until(() -> disk.asked() > before);
    assertThatThrownBy(client::read).isInstanceOf(SocketTimeoutException.class);
    disk.letGo();

    assertThat(client.answer().status()).isEqualTo(401);
  }

  @Test
  void many_answers_wait_for_one_force_and_no_loop_waits_with_them() throws IOException {
    house.upstream("/" + name, "[1]");
    house.city.dataset(name).published();
    disk.hold();
    int before = disk.asked();
    RawClient first = client(Duration.ofSeconds(20)).get("/rennes/" + name);
    await().atMost(Duration.ofSeconds(10)).until(() -> disk.asked() > before);

    List<RawClient> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      others.add(client(Duration.ofSeconds(20)).get("/rennes/" + name));
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> upstreamSaw() == 21);
    for (int i = 0; i < 8; i++) {
      assertThat(
              client(Duration.ofSeconds(20))
                  .get("/.well-known/oauth-protected-resource")
                  .answer()
                  .status())
          .isEqualTo(200);
    }
    disk.letGo();

    assertThat(first.answer().status()).isEqualTo(200);
    for (RawClient other : others) {
      assertThat(other.answer().status()).isEqualTo(200);
    }
    assertThat(disk.asked() - before).isLessThan(10);
  }

  @Test
  void a_disk_that_fails_refuses_what_has_not_begun_to_leave() throws IOException {
    house.upstream("/" + name, "[\"precious\"]");
    house.city.dataset(name).published();
    disk.fail(true);

    RawClient.Answer answer = client(Duration.ofSeconds(10)).get("/rennes/" + name).answer();

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("/problems/ledger-unavailable").doesNotContain("precious");
    disk.fail(false);
    assertThat(client(Duration.ofSeconds(10)).get("/rennes/" + name).answer().status())
        .isEqualTo(200);
  }

  @Test
  void a_disk_that_fails_cuts_what_has_begun_to_leave() throws IOException {
    house.upstream(
        "/" + name,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("[\"first\",".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          disk.fail(true);
          exchange.getResponseBody().write("\"precious\"]".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    house.city.dataset(name).published();

    RawClient client = client(Duration.ofSeconds(10)).get("/rennes/" + name);

    assertThat(client.rest()).doesNotContain("precious");
  }

  @Test
  void what_was_asked_is_kept_without_its_values() throws IOException {
    house.upstream("/" + name, "[{\"commune\":\"Rennes\"}]");
    var dataset = house.city.dataset(name).rows("commune").published();

    RawClient.Answer answer =
        client(Duration.ofSeconds(10)).get("/rennes/" + name + "?commune=Rennes").answer();

    assertThat(
            house
                .context
                .getBean(UsageEvents.class)
                .find(dataset.territory().id(), answer.header("octroi-request")))
        .hasValueSatisfying(
            event -> assertThat(event.access().queryShape()).contains("commune:eq"));
  }

  private long upstreamSaw() {
    return house.seen.stream().filter(seen -> seen.uri().startsWith("/" + name)).count();
  }

  private RawClient client(Duration patience) throws IOException {
    RawClient client = new RawClient(house.port(), patience);
    clients.add(client);
    return client;
  }
}
