package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.gate.http.RawClient;
import org.octroi.gate.http.RawClient.Answer;
import org.octroi.testing.Certificates;
import org.octroi.usage.UsageEvents;

/** A gate that speaks TLS, behind a proxy that writes the standard field (RFC 7239). */
class GateBehindProxyTest {

  @TempDir static Path folder;
  private static Certificates certificates;
  private static GateHouse house;

  @BeforeAll
  static void open() throws Exception {
    certificates = Certificates.forHost("localhost", folder);
    Path certificate = folder.resolve("gate.crt");
    Path key = folder.resolve("gate.key");
    Files.writeString(certificate, certificates.pem());
    Files.writeString(key, certificates.keyPem());
    house =
        new GateHouse(
            folder,
            "--octroi.gate.trusted-proxies=127.0.0.0/8",
            "--octroi.gate.forwarded-field=forwarded",
            "--octroi.gate.ssl-bundle=door",
            "--spring.ssl.bundle.pem.door.keystore.certificate=file:" + certificate,
            "--spring.ssl.bundle.pem.door.keystore.private-key=file:" + key);
    house.upstream("/parks", "[]");
    house.city.dataset("parks").published();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static Answer get(String... headers) throws Exception {
    try (SSLSocket connection =
        (SSLSocket)
            certificates.trusting().getSocketFactory().createSocket("localhost", house.port())) {
      return new RawClient(connection).get("/rennes/parks", headers).answer();
    }
  }

  /** Under which pseudonym the caller is counted. */
  private static String caller(String... headers) throws Exception {
    return house
        .context
        .getBean(UsageEvents.class)
        .find(house.city.id, get(headers).header("octroi-request"))
        .orElseThrow()
        .pseudonym();
  }

  @Test
  void callers_are_told_apart_by_the_field_that_the_proxy_writes() throws Exception {
    assertThat(caller("Forwarded: for=203.0.113.9"))
        .isEqualTo(caller("Forwarded: for=\"203.0.113.9:4711\";proto=https"))
        .isNotEqualTo(caller("Forwarded: for=203.0.113.10"))
        .isNotEqualTo(caller());
  }

  @Test
  void the_other_field_is_the_callers_own_and_means_nothing() throws Exception {
    assertThat(caller("X-Forwarded-For: 203.0.113.9")).isEqualTo(caller());
    assertThat(caller("Forwarded: for=203.0.113.9", "X-Forwarded-For: 203.0.113.10"))
        .isEqualTo(caller("Forwarded: for=203.0.113.9"));
  }

  @Test
  void the_store_hears_that_the_caller_came_by_tls_and_not_who_they_are() throws Exception {
    assertThat(get("Forwarded: for=203.0.113.9").status()).isEqualTo(200);
    assertThat(house.seen.getLast().headers().get("Forwarded"))
        .containsExactly("for=unknown;host=\"gate.test\";proto=https");
    assertThat(house.seen.getLast().headers().toString()).doesNotContain("203.0.113.9");
  }
}
