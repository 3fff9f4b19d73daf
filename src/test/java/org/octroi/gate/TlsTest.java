package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.gate.http.ASocket;
import org.octroi.gate.http.RawClient;
import org.octroi.problem.StartRefusedException;
import org.octroi.testing.Certificates;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;

/** The gate's port with a certificate, as the program's own settings describe it. */
class TlsTest {

  @TempDir static Path certificatesFolder;
  private static Certificates first;
  private static Certificates second;

  @TempDir private Path folder;
  private Path certificate;
  private Path key;
  private final ASocket socket = new ASocket();
  private final List<AutoCloseable> open = new ArrayList<>();
  private @Nullable ConfigurableApplicationContext program;

  @ImportAutoConfiguration(SslAutoConfiguration.class)
  static class Bundles {}

  @BeforeAll
  static void certificates() throws Exception {
    first = Certificates.forHost("localhost", certificatesFolder);
    second = Certificates.forHost("localhost", certificatesFolder);
  }

  @BeforeEach
  void write() throws Exception {
    certificate = folder.resolve("gate.crt");
    key = folder.resolve("gate.key");
    Certificates.replace(certificate, first.pem());
    Certificates.replace(key, first.keyPem());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    socket.close();
    if (program != null) {
      program.close();
    }
  }

  private GateTls tls(boolean http2) {
    return tls("gate", http2);
  }

  private GateTls tls(String name, boolean http2) {
    program =
        new SpringApplicationBuilder(Bundles.class)
            .web(WebApplicationType.NONE)
            .run(
                "--spring.ssl.bundle.watch.file.quiet-period=50ms",
                "--spring.ssl.bundle.pem.gate.reload-on-update=true",
                "--spring.ssl.bundle.pem.gate.keystore.certificate=file:" + certificate,
                "--spring.ssl.bundle.pem.gate.keystore.private-key=file:" + key);
    return new GateTls(name, http2, program.getBean(SslBundles.class));
  }

  private ASocket secured() {
    return socket.securedBy(tls(true)).open();
  }

  private HttpClient client(SSLContext trusting) {
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(trusting)
            .version(HttpClient.Version.HTTP_2)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    open.add(client::shutdownNow);
    return client;
  }

  private HttpRequest.Builder asking(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + socket.port() + path))
        .timeout(Duration.ofSeconds(20));
  }

  private HttpResponse<String> get(HttpClient client) throws Exception {
    return client.send(asking("/echo").build(), BodyHandlers.ofString());
  }

  private SSLSocket handshake(Certificates trusted) throws Exception {
    SSLSocket connection =
        (SSLSocket) trusted.trusting().getSocketFactory().createSocket("localhost", socket.port());
    open.add(connection);
    connection.setSoTimeout(20_000);
    connection.startHandshake();
    return connection;
  }

  private boolean shows(Certificates expected) throws Exception {
    try {
      handshake(expected);
      return true;
    } catch (SSLException another) {
      return false;
    }
  }

  private RawClient inTheClear() throws IOException {
    RawClient client = new RawClient(socket.port());
    open.add(client);
    return client;
  }

  @Test
  void client_and_gate_agree_on_http_2() throws Exception {
    secured();
    HttpResponse<String> answer = get(client(first.trusting()));
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(answer.body()).isEqualTo("GET /echo over HTTP_2 by 127.0.0.1 in secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "Ed25519"})
  void keys_of_other_kinds_serve_as_well(String algorithm) throws Exception {
    Certificates other = Certificates.forHost("localhost", algorithm, certificatesFolder);
    Certificates.replace(certificate, other.pem());
    Certificates.replace(key, other.keyPem());
    secured();
    assertThat(shows(other)).isTrue();
  }

  @Test
  void a_body_goes_over_http_2() throws Exception {
    secured();
    HttpResponse<String> answer =
        client(first.trusting())
            .send(
                asking("/read").POST(BodyPublishers.ofString("x".repeat(4000))).build(),
                BodyHandlers.ofString());
    assertThat(answer.body()).isEqualTo("read 4000");
  }

  @Test
  void a_client_that_knows_only_http_1_is_served_too() throws Exception {
    secured();
    RawClient client = new RawClient(handshake(first));
    assertThat(client.get("/echo").answer().body())
        .isEqualTo("GET /echo over HTTP_1_1 by 127.0.0.1 in secret");
    assertThat(client.get("/echo").answer().status()).isEqualTo(200);
    assertThat(client.send("GET /echo HTTP/1.0\r\n\r\n").answer().status()).isEqualTo(200);
    assertThat(client.isClosed()).as("by a good-bye, so that nothing is missing").isTrue();
  }

  @Test
  void http_2_is_not_offered_where_it_is_turned_off() throws Exception {
    socket.securedBy(tls(false)).open();
    HttpResponse<String> answer = get(client(first.trusting()));
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void old_versions_of_tls_are_not_spoken() throws Exception {
    secured();
    SSLSocket old =
        (SSLSocket) first.trusting().getSocketFactory().createSocket("localhost", socket.port());
    open.add(old);
    assertThat(handshake(first).getSession().getProtocol()).isEqualTo("TLSv1.3");
    old.setEnabledProtocols(new String[] {"TLSv1.1"});
    assertThatThrownBy(old::startHandshake).isInstanceOf(SSLException.class);
  }

  @Test
  void a_new_certificate_is_shown_to_new_connections_and_old_ones_go_on() throws Exception {
    secured();
    RawClient old = new RawClient(handshake(first));
    assertThat(old.get("/echo").answer().status()).isEqualTo(200);

    Certificates.replace(key, second.keyPem());
    Certificates.replace(certificate, second.pem());

    await().atMost(Duration.ofSeconds(30)).until(() -> shows(second));
    assertThat(old.get("/echo").answer().status()).isEqualTo(200);
  }

  @Test
  void a_new_certificate_that_can_not_be_read_leaves_the_one_before() throws Exception {
    secured();
    assertRefused(() -> Certificates.replace(certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n"));
    assertThat(shows(first)).isTrue();
  }

  @Test
  void a_new_certificate_without_its_key_leaves_the_one_before() throws Exception {
    secured();
    assertRefused(() -> Certificates.replace(certificate, second.pem()));
    assertThat(shows(first)).isTrue();

    Certificates.replace(key, second.keyPem());

    await().atMost(Duration.ofSeconds(30)).until(() -> shows(second));
  }

  /** Something that is done to the files. */
  private interface Change {
    void make() throws Exception;
  }

  /** The operator is told that the gate goes on with what it had. */
  private static void assertRefused(Change change) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(GateTls.class);
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.list = new CopyOnWriteArrayList<>();
    told.start();
    logger.addAppender(told);
    try {
      change.make();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> told.list.stream().anyMatch(e -> e.getLevel() == Level.ERROR));
    } finally {
      logger.detachAppender(told);
    }
  }

  @Test
  void who_does_not_finish_the_handshake_is_closed() throws Exception {
    socket.headersWithin(Duration.ofMillis(300));
    secured();
    assertThat(inTheClear().isClosed()).isTrue();
    assertThat(inTheClear().send("\u0016\u0003\u0001\u0002\0").isClosed()).isTrue();
  }

  @Test
  void who_speaks_in_the_clear_is_not_answered() throws Exception {
    secured();
    assertThat(inTheClear().get("/echo").rest()).doesNotContain("HTTP", "echo");
    assertThat(get(client(first.trusting())).statusCode()).isEqualTo(200);
  }

  @Test
  void a_bundle_that_is_not_described_stops_the_start_with_a_sentence() {
    assertThatThrownBy(() -> tls("other", true))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("\"other\"");
  }

  @Test
  void a_certificate_that_can_not_be_read_stops_the_start_with_a_sentence() throws Exception {
    Certificates.replace(certificate, "nothing");
    assertThatThrownBy(() -> tls(true))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("\"gate\"");
  }

  @Test
  void a_key_of_another_certificate_stops_the_start_with_a_sentence() throws Exception {
    Certificates.replace(key, second.keyPem());
    assertThatThrownBy(() -> tls(true))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("\"gate\"");
  }

  @Test
  void without_a_bundle_the_port_is_in_the_clear() throws Exception {
    socket.securedBy(tls("", true)).open();
    assertThat(inTheClear().get("/echo").answer().status()).isEqualTo(200);
  }
}
