package org.octroi.identity;

import java.util.UUID;

/**
 * An access token was revoked. Published inside the transaction that revoked it.
 *
 * @param token the id that it carries ({@code jti}, RFC 7519 §4.1.7)
 */
public record TokenRevoked(UUID token) {}
