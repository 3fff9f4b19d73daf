package org.octroi.gate.http;

import java.time.Duration;

/**
 * How much the sockets bear of one client, and of all of them.
 *
 * @param maxConnections open connections at once; a further one is closed as it comes
 * @param maxConnectionsPerClient open connections at once of one client: an IPv4 address, or the
 *     /64 that an IPv6 address lies in; trusted proxies have no such limit
 * @param maxUriBytes the longest request line
 * @param maxHeaderBytes the longest header section
 * @param maxBodyBytes the largest request body
 * @param idleTimeout how long a connection may rest between requests, and how long a client may
 *     leave an answer unread
 * @param headerTimeout how long a request's header may take to arrive, from its first byte, and
 *     before it what opens the connection (TLS, PROXY protocol)
 * @param bodyTimeout how long a request's body may take to arrive after its header
 * @param answerTimeout how long an answer may take altogether, from the request to its last byte
 */
public record WireLimits(
    int maxConnections,
    int maxConnectionsPerClient,
    int maxUriBytes,
    int maxHeaderBytes,
    int maxBodyBytes,
    Duration idleTimeout,
    Duration headerTimeout,
    Duration bodyTimeout,
    Duration answerTimeout) {}
