package org.octroi.gate.http;

import java.time.Duration;

/**
 * How much the sockets bear of one client, and of all of them.
 *
 * @param maxConnections open connections at once; a further one is closed as it comes
 * @param maxUriBytes the longest request line
 * @param maxHeaderBytes the longest header section
 * @param maxBodyBytes the largest request body that is read, and thrown away
 * @param idleTimeout how long a connection may rest between requests, and how long a client may
 *     leave an answer unread
 * @param requestTimeout how long a request may take to arrive, from its first byte to its last
 */
public record WireLimits(
    int maxConnections,
    int maxUriBytes,
    int maxHeaderBytes,
    int maxBodyBytes,
    Duration idleTimeout,
    Duration requestTimeout) {}
