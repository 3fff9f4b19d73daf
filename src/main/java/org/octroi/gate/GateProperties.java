package org.octroi.gate;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.octroi.gate.http.WireLimits;
import org.octroi.problem.StartRefusedException;
import org.octroi.store.Transport;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The gate's port and its limits. Its address as seen from outside is {@code
 * octroi.gate.public-url}.
 *
 * @param port the port, 0 for any free one
 * @param address the address to listen on
 * @param transport how the kernel is asked for what sockets have, {@code io-uring}, {@code epoll}
 *     or {@code nio}; by default the first of these that this machine has
 * @param sslBundle the SSL bundle (Spring's {@code spring.ssl.bundle.*}) that the port speaks TLS
 *     with; in the clear where it is empty. A bundle with {@code reload-on-update} is taken up
 *     without a restart
 * @param http2 whether HTTP/2 is spoken over TLS (ALPN)
 * @param clearTextHttp2 whether HTTP/2 is spoken in the clear by prior knowledge (h2c)
 * @param trustedProxies the networks, such as {@code 10.0.0.0/8}, whose word on a caller's address
 *     is believed: by the field below, or by the PROXY protocol (version 2)
 * @param forwardedField the field that the trusted proxies write, {@code x-forwarded-for} or {@code
 *     forwarded} (RFC 7239); the other one is the caller's own and means nothing
 * @param maxConnections open connections at once; a further one is closed as it comes
 * @param maxConnectionsPerClient open connections at once of one client (an IPv4 address, an IPv6
 *     /64) that is no trusted proxy
 * @param maxUri the longest request line
 * @param maxHeader the longest header section
 * @param maxBody the largest request body
 * @param idleTimeout how long a connection may rest between requests, and how long a client may
 *     leave an answer unread
 * @param headerTimeout how long a request's header may take to arrive
 * @param bodyTimeout how long a request's body may take to arrive after its header
 * @param answerTimeout how long an answer may take altogether
 * @param storeTimeout how long a store may take to begin its answer
 * @param newShapesPerMinute how many requests of a shape that no decision is remembered for one
 *     caller (an application, or an address) may make a minute; each costs a question to the policy
 * @param shutdownGrace how long answers under way may take when the program stops
 */
@Validated
@ConfigurationProperties("octroi.gate")
record GateProperties(
    @DefaultValue("8081") @Min(0) @Max(65535) int port,
    @DefaultValue("127.0.0.1") @NotNull InetAddress address,
    @Nullable Transport transport,
    @DefaultValue("") @NotNull String sslBundle,
    @DefaultValue("true") boolean http2,
    @DefaultValue("false") boolean clearTextHttp2,
    @DefaultValue List<String> trustedProxies,
    @DefaultValue("x-forwarded-for") @NotNull ForwardedField forwardedField,
    @DefaultValue("10000") @Min(1) int maxConnections,
    @DefaultValue("256") @Min(1) int maxConnectionsPerClient,
    @DefaultValue("8KB") @NotNull DataSize maxUri,
    @DefaultValue("16KB") @NotNull DataSize maxHeader,
    @DefaultValue("64KB") @NotNull DataSize maxBody,
    @DefaultValue("60s") @NotNull Duration idleTimeout,
    @DefaultValue("10s") @NotNull Duration headerTimeout,
    @DefaultValue("15s") @NotNull Duration bodyTimeout,
    @DefaultValue("1h") @NotNull Duration answerTimeout,
    @DefaultValue("30s") @NotNull Duration storeTimeout,
    @DefaultValue("120") @Min(1) int newShapesPerMinute,
    @DefaultValue("20s") @NotNull Duration shutdownGrace) {

  /** Where a trusted proxy says whom it stands for. */
  enum ForwardedField {
    X_FORWARDED_FOR,
    FORWARDED
  }

  /**
   * How the sockets are served.
   *
   * @throws StartRefusedException when the one chosen is none of this machine's
   */
  Transport usableTransport() {
    if (transport == null) {
      return Transport.usable().getFirst();
    }
    if (!transport.isUsable()) {
      throw new StartRefusedException(
          "This machine has no " + word(transport) + " for the gate's sockets.",
          "Choose another with --octroi.gate.transport=…, or none: "
              + word(Transport.usable().getFirst())
              + " is the best that there is here.");
    }
    return transport;
  }

  private static String word(Transport transport) {
    return transport.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the sockets must know of it. */
  WireLimits wire() {
    return new WireLimits(
        maxConnections,
        maxConnectionsPerClient,
        (int) maxUri.toBytes(),
        (int) maxHeader.toBytes(),
        (int) maxBody.toBytes(),
        idleTimeout,
        headerTimeout,
        bodyTimeout,
        answerTimeout);
  }
}
