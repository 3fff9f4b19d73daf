package org.octroi.issuer;

import java.util.UUID;

/**
 * A token of an issuer that is not our own was revoked here. Published inside the transaction that
 * revoked it.
 *
 * @param revocation names the revocation
 */
public record ForeignTokenRevoked(UUID revocation) {}
