package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.store.StoreTarget.SealedCredential;
import org.octroi.testing.Certificates;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.Slug;

/** A store that says that its answer is elsewhere. */
class HttpStoreRedirectTest {

  private static final AgreementNumber NUMBER = AgreementNumber.create(new Slug("rennes"), 2026);

  private HttpServer home;
  private HttpServer other;
  private AGate gate;
  private final List<Seen> seenAtHome = new CopyOnWriteArrayList<>();
  private final List<Seen> seenThere = new CopyOnWriteArrayList<>();

  private record Seen(String method, String target, Headers headers) {}

  @BeforeEach
  void start() throws IOException {
    home = started(HttpServer.create(anyPort(), 0));
    other = started(HttpServer.create(anyPort(), 0));
    gate = allowing("127.0.0.1:" + port(home), "127.0.0.1:" + port(other));
    answering(other, seenThere, 200, Map.of());
  }

  @AfterEach
  void stop() {
    gate.close();
    home.stop(0);
    other.stop(0);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static HttpServer started(HttpServer server) {
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return server;
  }

  private static AGate allowing(String... allowed) {
    return new AGate(List.of(allowed), Map.of(), null);
  }

  private static int port(HttpServer server) {
    return server.getAddress().getPort();
  }

  private static void answering(
      HttpServer server, List<Seen> seen, int status, Map<String, String> headers) {
    answering(server, "/", seen, status, headers);
  }

  private static void answering(
      HttpServer server, String path, List<Seen> seen, int status, Map<String, String> headers) {
    server.createContext(
        path,
        exchange -> {
          seen.add(
              new Seen(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders()));
          headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
          byte[] bytes = "here".getBytes(StandardCharsets.UTF_8);
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
          if (!head) {
            exchange.getResponseBody().write(bytes);
          }
          exchange.close();
        });
  }

  private void redirecting(int status, String location) {
    answering(home, seenAtHome, status, Map.of("Location", location));
  }

  private String there(String path) {
    return "http://127.0.0.1:" + port(other) + path;
  }

  private ACall call() {
    return ACall.to(new StoreAddress.Http(false, "127.0.0.1", port(home), "/api"), "/items")
        .under(NUMBER)
        .sealedBy(
            gate.seal.seal(
                SealedCredential.USE, "{\"kind\":\"bearer\",\"token\":\"hidden-token\"}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void it_is_asked_there(int status) {
    redirecting(status, there("/data/v2?page=1"));

    assertThat(gate.fetch(call()).whole().text()).isEqualTo("here");
    assertThat(seenThere)
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.target()).isEqualTo("/data/v2?page=1");
              assertThat(seen.headers().getFirst("Host")).isEqualTo("127.0.0.1:" + port(other));
            });
  }

  @Test
  void another_server_is_shown_no_credential_and_not_told_who_asks() {
    redirecting(302, there("/"));

    gate.fetch(call()).whole();

    assertThat(seenAtHome.getFirst().headers())
        .containsEntry("Authorization", List.of("Bearer hidden-token"))
        .containsEntry("Octroi-agreement", List.of(NUMBER.value()));
    assertThat(seenThere.getFirst().headers())
        .doesNotContainKeys("Authorization", "Octroi-agreement", "Octroi-request", "Forwarded")
        .containsEntry("Via", List.of("1.1 octroi"));
  }

  @Test
  void a_header_of_the_stores_own_is_its_credential_too() {
    redirecting(302, there("/"));
    String sealed =
        gate.seal.seal(
            SealedCredential.USE,
            "{\"kind\":\"header\",\"name\":\"X-Store-Key\",\"value\":\"hidden\"}");

    gate.fetch(call().sealedBy(sealed)).whole();

    assertThat(seenAtHome.getFirst().headers()).containsKey("X-store-key");
    assertThat(seenThere.getFirst().headers()).doesNotContainKey("X-store-key");
  }

  @Test
  void the_store_itself_is_shown_its_credential_at_the_new_address_too() {
    redirecting(302, "../v2/items");
    answering(home, "/v2", seenAtHome, 200, Map.of());

    assertThat(gate.fetch(call()).whole().text()).isEqualTo("here");

    assertThat(seenAtHome.getLast().target()).isEqualTo("/v2/items");
    assertThat(seenAtHome.getLast().headers())
        .containsEntry("Authorization", List.of("Bearer hidden-token"))
        .containsKey("Octroi-agreement");
  }

  @Test
  void a_head_stays_a_head() {
    redirecting(302, there("/"));

    gate.fetch(call().headOnly()).whole();

    assertThat(seenThere).singleElement().extracting(Seen::method).isEqualTo("HEAD");
  }

  @Test
  void an_inside_address_is_as_forbidden_as_it_is_to_a_store() {
    gate.close();
    gate = allowing("127.0.0.1:" + port(home));
    redirecting(302, there("/"));

    assertThat(gate.fetch(call()).failure())
        .isInstanceOfSatisfying(
            StoreFailure.Unavailable.class,
            failure -> assertThat(failure.what()).contains("octroi.store.allowed-addresses"));
    assertThat(seenThere).isEmpty();
  }

  @Test
  void three_times_are_followed_and_a_fourth_is_not() {
    answering(home, "/api", seenAtHome, 302, Map.of("Location", "/1"));
    answering(home, "/1", seenAtHome, 302, Map.of("Location", "/2"));
    answering(home, "/2", seenAtHome, 302, Map.of("Location", "/3"));
    answering(home, "/3", seenAtHome, 200, Map.of());
    answering(home, "/0", seenAtHome, 302, Map.of("Location", "/api"));

    assertThat(gate.fetch(call()).whole().text()).isEqualTo("here");
    assertThat(seenAtHome).hasSize(4);
    assertThat(
            gate.fetch(ACall.to(new StoreAddress.Http(false, "127.0.0.1", port(home), ""), "/0"))
                .failure())
        .isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(seenAtHome).hasSize(8);
  }

  @Test
  void a_body_is_not_sent_to_where_the_caller_did_not_mean_it() {
    redirecting(307, there("/"));

    assertThat(gate.fetch(call().posting(ABody.of("{}"))).failure())
        .isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(seenThere).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mailto:somebody@example.org",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://user:secret@127.0.0.1/",
        "http:///nowhere",
        "http://127.0.0.1:99999/",
        "/a b",
        "http://[::1/"
      })
  void what_is_no_address_to_ask_is_not_followed(String location) {
    redirecting(302, location);

    assertThat(gate.fetch(call()).failure()).isInstanceOf(StoreFailure.Unavailable.class);
  }

  @Test
  void what_was_asked_in_tls_is_not_asked_in_the_clear(@TempDir Path folder) throws Exception {
    Certificates certificates = Certificates.forHost("localhost", folder);
    Path trusted = folder.resolve("trusted.pem");
    Files.writeString(trusted, certificates.pem());
    HttpsServer secure = HttpsServer.create(anyPort(), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(certificates.serving()));
    started(secure);
    answering(secure, seenAtHome, 302, Map.of("Location", there("/")));
    try (AGate careful =
        new AGate(
            List.of("127.0.0.1:" + port(secure), "127.0.0.1:" + port(other)), Map.of(), trusted)) {
      assertThat(
              careful
                  .fetch(
                      ACall.to(
                          new StoreAddress.Http(true, "localhost", port(secure), ""), "/items"))
                  .failure())
          .isInstanceOf(StoreFailure.Unavailable.class);
    } finally {
      secure.stop(0);
    }
    assertThat(seenAtHome).hasSize(1);
    assertThat(seenThere).isEmpty();
  }
}
