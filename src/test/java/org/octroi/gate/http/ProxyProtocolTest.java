package org.octroi.gate.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.store.OnEveryTransport;
import org.octroi.store.Transport;
import org.octroi.testing.Certificates;

/** Whom a connection comes from, as a proxy in front says by the PROXY protocol, version 2. */
@OnEveryTransport
class ProxyProtocolTest {

  private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);
  private static final int PROXY = 0x21;
  private static final int LOCAL = 0x20;
  private static final int TCP_4 = 0x11;
  private static final int TCP_6 = 0x21;
  private static final int UNIX = 0x31;

  private final Transport transport;
  private final ASocket socket = new ASocket().behindAProxy();
  private final List<RawClient> clients = new ArrayList<>();

  ProxyProtocolTest(Transport transport) {
    this.transport = transport;
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
    return client(socket.port());
  }

  private RawClient client(int port) throws IOException {
    RawClient client = new RawClient(port);
    clients.add(client);
    return client;
  }

  /** The header of a connection from this address. */
  static String from(String address) {
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(bytes);
    body.writeBytes(new byte[bytes.length]);
    body.writeBytes(new byte[] {0x12, 0x34, 0x01, (byte) 0xbb});
    return header(PROXY, bytes.length == 4 ? TCP_4 : TCP_6, body.toByteArray());
  }

  private static String header(int command, int family, byte[] body) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(SIGNATURE);
    header.write(command);
    header.write(family);
    header.write(body.length >> 8);
    header.write(body.length);
    header.writeBytes(body);
    return header.toString(ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"203.0.113.9", "2001:db8:0:0:0:0:0:7"})
  void a_trusted_proxy_says_whom_it_stands_for(String address) throws IOException {
    socket.open();
    RawClient client = client().send(from(address));
    assertThat(client.get("/echo").answer().body()).endsWith("by " + address);
    assertThat(client.get("/echo").answer().body()).endsWith("by " + address);
  }

  @Test
  void what_it_says_and_the_request_may_come_in_one_piece_or_byte_by_byte() throws Exception {
    socket.open();
    String all = from("203.0.113.9") + "GET /echo HTTP/1.1\r\nHost: gate\r\n\r\n";
    assertThat(client().send(all).answer().body()).endsWith("by 203.0.113.9");
    RawClient slow = client();
    for (int i = 0; i < all.length(); i++) {
      slow.send(all.substring(i, i + 1));
    }
    assertThat(slow.answer().body()).endsWith("by 203.0.113.9");
    RawClient halting = client().send(all.substring(0, 5));
    assertThat(client().get("/echo").answer().status()).isEqualTo(200);
    assertThat(halting.send(all.substring(5)).answer().body()).endsWith("by 203.0.113.9");
  }

  @Test
  void a_proxy_that_looks_whether_we_are_well_speaks_for_itself() throws IOException {
    socket.open();
    RawClient client = client().send(header(LOCAL, 0, new byte[0]));
    assertThat(client.get("/echo").answer().body()).endsWith("by 127.0.0.1");
  }

  @Test
  void a_proxy_that_says_nothing_speaks_for_itself() throws IOException {
    socket.open();
    assertThat(client().get("/echo").answer().body()).endsWith("by 127.0.0.1");
  }

  @Test
  void what_has_no_address_of_the_internet_is_closed() throws IOException {
    socket.open();
    byte[] paths = new byte[216];
    System.arraycopy("/run/proxy".getBytes(ISO_8859_1), 0, paths, 0, 10);
    assertThat(client().send(header(PROXY, UNIX, paths)).get("/echo").isClosed()).isTrue();
  }

  @Test
  void a_header_that_is_cut_short_is_closed() throws IOException {
    socket.open();
    String broken = header(PROXY, TCP_4, new byte[4]);
    assertThat(client().send(broken).get("/echo").rest()).doesNotContain("200 OK");
  }

  @Test
  void the_first_version_is_refused() throws IOException {
    socket.open();
    RawClient client = client();
    client.send("PROXY TCP4 203.0.113.9 127.0.0.1 4660 443\r\n").get("/echo");
    assertThat(client.answer().status()).isEqualTo(400);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void who_is_no_trusted_proxy_is_not_believed() throws IOException {
    try (ASocket alone = new ASocket().on(transport).open()) {
      RawClient client = client(alone.port()).send(from("203.0.113.9")).get("/echo");
      assertThat(client.answer().status()).isEqualTo(400);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void who_does_not_say_it_in_time_is_closed() throws IOException {
    socket.headersWithin(Duration.ofMillis(200)).open();
    assertThat(client().send(from("203.0.113.9").substring(0, 14)).isClosed()).isTrue();
    assertThat(client().isClosed()).isTrue();
  }

  @Test
  void connections_are_counted_for_whom_they_are_and_not_for_the_proxy() throws IOException {
    socket.atMostOfOneClient(2).open();
    for (int i = 0; i < 2; i++) {
      assertThat(client().send(from("203.0.113.9")).get("/echo").answer().status()).isEqualTo(200);
    }
    assertThat(client().send(from("203.0.113.9")).get("/echo").rest()).isEmpty();
    for (int i = 10; i < 16; i++) {
      assertThat(client().send(from("203.0.113." + i)).get("/echo").answer().status())
          .isEqualTo(200);
      assertThat(client().get("/echo").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void one_network_of_ipv6_is_one_client() throws IOException {
    socket.atMostOfOneClient(1).open();
    assertThat(client().send(from("2001:db8::1")).get("/echo").answer().status()).isEqualTo(200);
    assertThat(client().send(from("2001:db8::2")).get("/echo").rest()).isEmpty();
    assertThat(client().send(from("2001:db8:0:1::1")).get("/echo").answer().status())
        .isEqualTo(200);
  }

  @Test
  void tls_begins_after_it(@TempDir Path folder) throws Exception {
    Certificates certificates = Certificates.forHost("localhost", folder);
    var context =
        new io.netty.handler.ssl.JdkSslContext(
            certificates.serving(), false, io.netty.handler.ssl.ClientAuth.NONE);
    socket.securedBy(() -> context).open();
    RawClient outer = client().send(from("203.0.113.9"));
    try (SSLSocket inner = outer.secured(certificates.trusting(), "localhost")) {
      assertThat(new RawClient(inner).get("/echo").answer().body())
          .endsWith("by 203.0.113.9 in secret");
    }
  }
}
