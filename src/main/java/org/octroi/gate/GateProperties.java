package org.octroi.gate;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.octroi.gate.http.WireLimits;
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
 * @param trustedProxies the networks, such as {@code 10.0.0.0/8}, whose word on a caller's address
 *     ({@code X-Forwarded-For}) is believed
 * @param maxConnections open connections at once; a further one is closed as it comes
 * @param maxUri the longest request line
 * @param maxHeader the longest header section
 * @param maxBody the largest request body that is read, and thrown away
 * @param idleTimeout how long a connection may rest between requests, and how long a client may
 *     leave an answer unread
 * @param requestTimeout how long a request may take to arrive
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
    @DefaultValue List<String> trustedProxies,
    @DefaultValue("10000") @Min(1) int maxConnections,
    @DefaultValue("8KB") @NotNull DataSize maxUri,
    @DefaultValue("16KB") @NotNull DataSize maxHeader,
    @DefaultValue("64KB") @NotNull DataSize maxBody,
    @DefaultValue("60s") @NotNull Duration idleTimeout,
    @DefaultValue("15s") @NotNull Duration requestTimeout,
    @DefaultValue("30s") @NotNull Duration storeTimeout,
    @DefaultValue("120") @Min(1) int newShapesPerMinute,
    @DefaultValue("20s") @NotNull Duration shutdownGrace) {

  /** What the sockets must know of it. */
  WireLimits wire() {
    return new WireLimits(
        maxConnections,
        (int) maxUri.toBytes(),
        (int) maxHeader.toBytes(),
        (int) maxBody.toBytes(),
        idleTimeout,
        requestTimeout);
  }
}
