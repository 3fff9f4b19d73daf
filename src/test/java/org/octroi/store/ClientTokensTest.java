package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.store.StoreCredential.ClientCredentials;
import org.octroi.testing.Certificates;
import org.slf4j.LoggerFactory;

class ClientTokensTest {

  private HttpServer server;
  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private final List<Asking> seen = new CopyOnWriteArrayList<>();

  private record Asking(
      String method, String target, @Nullable String authorization, String body) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve(server);
  }

  private static void serve(HttpServer server) {
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Answers each time anew; {@code #} in the body is the number of the answer. */
  private void answering(int status, String body, Map<String, String> headers) {
    server.createContext(
        "/",
        exchange -> {
          String sent =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          seen.add(
              new Asking(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders().getFirst("Authorization"),
                  sent));
          byte[] bytes =
              body.replace("#", Integer.toString(asked.incrementAndGet()))
                  .getBytes(StandardCharsets.UTF_8);
          headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
          exchange.sendResponseHeaders(status, headers.containsKey("X-Chunked") ? 0 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private void granting(String more) {
    answering(
        200, "{\"access_token\":\"token-#\",\"token_type\":\"bearer\"" + more + "}", Map.of());
  }

  private ClientTokens tokens() {
    return tokens(Duration.ofSeconds(20), null, "127.0.0.1:" + port(), "localhost:" + port());
  }

  private ClientTokens tokens(Duration within, @Nullable Path trusted, String... allowed) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < allowed.length; i++) {
      settings.put("allowed-addresses[" + i + "]", allowed[i]);
    }
    if (trusted != null) {
      settings.put("trusted-certificates", trusted.toString());
    }
    StoreProperties properties = Settings.of(settings);
    return new ClientTokens(
        new AddressWall(properties), new TrustedTls(properties), properties, within, clock::get);
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private ClientCredentials client() {
    return client("http://127.0.0.1:" + port() + "/token?tenant=a");
  }

  private static ClientCredentials client(String url) {
    return new ClientCredentials(url, "octroi", "hidden-secret", Optional.empty());
  }

  private static String got(CompletionStage<String> token) throws Exception {
    return token.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static StoreFailure refused(CompletionStage<String> token) {
    CompletableFuture<String> future = token.toCompletableFuture();
    ExecutionException failed =
        catchThrowableOfType(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS));
    assertThat(failed.getCause()).isInstanceOf(ClientTokens.NoTokenException.class);
    assertThat(failed.getCause().toString()).doesNotContain("hidden");
    return ((ClientTokens.NoTokenException) failed.getCause()).failure();
  }

  private void later(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void the_client_shows_itself_by_basic_with_both_halves_form_encoded() throws Exception {
    granting(",\"expires_in\":3600");

    String token =
        got(
            tokens()
                .token(
                    new ClientCredentials(
                        client().tokenUrl(), "id:é", "se cret+%", Optional.of("read write"))));

    assertThat(token).isEqualTo("token-1");
    Asking asking = seen.getFirst();
    assertThat(asking.method()).isEqualTo("POST");
    assertThat(asking.target()).isEqualTo("/token?tenant=a");
    assertThat(asking.body()).isEqualTo("grant_type=client_credentials&scope=read+write");
    assertThat(asking.authorization())
        .isEqualTo(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString(
                        "id%3A%C3%A9:se+cret%2B%25".getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ",\"expires_in\":3600 | 3569 | 3571",
        ",\"expires_in\":\"3600\" | 3569 | 3571",
        ",\"expires_in\":100 | 79 | 81",
        ",\"expires_in\":99999999999 | 86369 | 86371",
        "`` | 47 | 49",
        ",\"expires_in\":null | 47 | 49"
      })
  void a_token_is_remembered_until_shortly_before_it_ends(String more, long still, long over)
      throws Exception {
    granting(more);
    ClientTokens tokens = tokens();

    assertThat(got(tokens.token(client()))).isEqualTo("token-1");
    later(Duration.ofSeconds(still));
    assertThat(got(tokens.token(client()))).isEqualTo("token-1");
    later(Duration.ofSeconds(over - still));
    assertThat(got(tokens.token(client()))).isEqualTo("token-2");
  }

  @Test
  void a_token_without_a_life_serves_those_who_wait_for_it_only() throws Exception {
    granting(",\"expires_in\":0");
    ClientTokens tokens = tokens();

    assertThat(got(tokens.token(client()))).isEqualTo("token-1");
    assertThat(got(tokens.token(client()))).isEqualTo("token-2");
  }

  @Test
  void however_many_wait_the_server_is_asked_once() throws Exception {
    CountDownLatch all = new CountDownLatch(1);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          await(all);
          byte[] bytes =
              "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    ClientTokens tokens = tokens();
    List<CompletionStage<String>> waiting = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      waiting.add(tokens.token(client()));
    }
    all.countDown();

    for (CompletionStage<String> one : waiting) {
      assertThat(got(one)).isEqualTo("t");
    }
    assertThat(asked).hasValue(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody counted down");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void two_clients_of_one_server_have_a_token_each() throws Exception {
    granting("");
    ClientTokens tokens = tokens();
    ClientCredentials scoped =
        new ClientCredentials(client().tokenUrl(), "octroi", "hidden-secret", Optional.of("read"));

    assertThat(Set.of(got(tokens.token(client())), got(tokens.token(scoped))))
        .containsExactlyInAnyOrder("token-1", "token-2");
  }

  @Test
  void a_token_that_the_store_refused_is_forgotten_and_a_newer_one_is_not() throws Exception {
    granting("");
    ClientTokens tokens = tokens();
    String first = got(tokens.token(client()));

    tokens.invalidate(client(), first);
    assertThat(got(tokens.token(client()))).isEqualTo("token-2");
    tokens.invalidate(client(), first);
    assertThat(got(tokens.token(client()))).isEqualTo("token-2");
  }

  @Test
  void a_server_that_refuses_is_left_alone_for_a_second_and_told_of_without_the_secret()
      throws Exception {
    answering(
        401,
        "{\"error\":\"invalid_client\",\"error_description\":\"hidden-secret\"}",
        Map.of("WWW-Authenticate", "Basic realm=\"hidden\""));
    ClientTokens tokens = tokens();
    Logger logger = (Logger) LoggerFactory.getLogger(ClientTokens.class);
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    logger.addAppender(told);
    try {
      assertThat(refused(tokens.token(client()))).isInstanceOf(StoreFailure.Unavailable.class);
      assertThat(refused(tokens.token(client()))).isInstanceOf(StoreFailure.Unavailable.class);
      assertThat(asked).hasValue(1);
      later(Duration.ofMillis(1001));
      assertThat(refused(tokens.token(client()))).isInstanceOf(StoreFailure.Unavailable.class);
      assertThat(asked).hasValue(2);
    } finally {
      logger.detachAppender(told);
    }
    assertThat(told.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsOnly("Token server 127.0.0.1: it answered 401 (invalid_client)");
  }

  @Test
  void a_redirect_is_not_followed() {
    answering(307, "", Map.of("Location", "http://127.0.0.1:" + port() + "/other"));

    assertThat(refused(tokens().token(client()))).isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(asked).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON, hidden",
        "[]",
        "{}",
        "{\"access_token\":5,\"token_type\":\"bearer\"}",
        "{\"access_token\":\"\",\"token_type\":\"bearer\"}",
        "{\"access_token\":\"a b\",\"token_type\":\"bearer\"}",
        "{\"access_token\":\"a\\r\\nX-Hidden: b\",\"token_type\":\"bearer\"}",
        "{\"access_token\":\"t\"}",
        "{\"access_token\":\"t\",\"token_type\":\"mac\"}",
        "{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":-1}",
        "{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":\"soon\"}",
        "{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":{}}"
      })
  void what_is_no_token_is_none(String body) {
    answering(200, body, Map.of());

    assertThat(refused(tokens().token(client()))).isInstanceOf(StoreFailure.Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_answer_of_more_than_64_kilobytes_is_not_read(boolean chunked) {
    answering(
        200,
        "{\"access_token\":\"t\",\"token_type\":\"bearer\",\"more\":\""
            + "x".repeat(70_000)
            + "\"}",
        chunked ? Map.of("X-Chunked", "yes") : Map.of());

    assertThat(refused(tokens().token(client()))).isInstanceOf(StoreFailure.Unavailable.class);
  }

  @Test
  void a_chunked_answer_is_an_answer() throws Exception {
    answering(
        200, "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}", Map.of("X-Chunked", "yes"));

    assertThat(got(tokens().token(client()))).isEqualTo("t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-hidden\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"access_token\"",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 103 Early Hints\r\n\r\n",
        ""
      })
  void what_is_no_whole_answer_is_none(String bytes) throws Exception {
    try (ServerSocket raw = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> answerWith(raw, bytes));
      ClientTokens tokens = tokens(Duration.ofSeconds(20), null, "127.0.0.1:" + raw.getLocalPort());

      assertThat(refused(tokens.token(client("http://127.0.0.1:" + raw.getLocalPort() + "/"))))
          .isInstanceOf(StoreFailure.Unavailable.class);
    }
  }

  @Test
  void what_comes_before_the_answer_is_passed_over_and_its_end_may_be_the_connections()
      throws Exception {
    try (ServerSocket raw = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () ->
              answerWith(
                  raw,
                  "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
                      + "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}"));
      ClientTokens tokens = tokens(Duration.ofSeconds(20), null, "127.0.0.1:" + raw.getLocalPort());

      assertThat(got(tokens.token(client("http://127.0.0.1:" + raw.getLocalPort()))))
          .isEqualTo("t");
    }
  }

  /** Reads the question to its end first, so that closing resets nothing. */
  private static void answerWith(ServerSocket raw, String bytes) {
    try (Socket connection = raw.accept()) {
      InputStream in = connection.getInputStream();
      String read = "";
      while (!read.endsWith("grant_type=client_credentials")) {
        read += (char) in.read();
      }
      connection.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // The one who asks notices.
    }
  }

  @Test
  void a_server_that_drips_is_given_up_when_its_time_is_over() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (var out = exchange.getResponseBody()) {
            while (!done.await(50, TimeUnit.MILLISECONDS)) {
              out.write(' ');
              out.flush();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    ClientTokens tokens = tokens(Duration.ofMillis(500), null, "127.0.0.1:" + port());

    assertThat(refused(tokens.token(client()))).isInstanceOf(StoreFailure.TimedOut.class);
    done.countDown();
  }

  @Test
  void a_server_inside_the_wall_is_not_asked() {
    granting("");

    StoreFailure failure = refused(tokens(Duration.ofSeconds(20), null).token(client()));

    assertThat(failure).isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(asked).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "ftp://127.0.0.1/",
        "http:///token",
        "http://a:hidden@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/\r\nX: y"
      })
  void what_is_no_address_is_not_asked(String url) {
    assertThat(refused(tokens().token(client(url)))).isInstanceOf(StoreFailure.Unavailable.class);
  }

  @Test
  void the_secret_goes_over_tls_to_the_name_in_a_trusted_certificate_only(@TempDir Path folder)
      throws Exception {
    Certificates certificates = Certificates.forHost("localhost", folder);
    HttpsServer secure =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(certificates.serving()));
    server.stop(0);
    server = secure;
    serve(secure);
    granting("");
    Path trusted = folder.resolve("trusted.pem");
    Files.writeString(trusted, certificates.pem());
    String[] allowed = {"127.0.0.1:" + port()};
    ClientTokens trusting = tokens(Duration.ofSeconds(20), trusted, allowed);
    ClientTokens usual = tokens(Duration.ofSeconds(20), null, allowed);

    assertThat(got(trusting.token(client("https://localhost:" + port() + "/token"))))
        .isEqualTo("token-1");
    assertThat(refused(trusting.token(client("https://127.0.0.1:" + port() + "/token"))))
        .isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(refused(usual.token(client("https://localhost:" + port() + "/token"))))
        .isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(asked).hasValue(1);
  }
}
