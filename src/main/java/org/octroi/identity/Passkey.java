package org.octroi.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * A passkey as its owner sees it.
 *
 * @param id its id here, which no authenticator knows
 * @param name what its owner calls it
 * @param madeAt when it was added
 * @param usedAt when it was last signed in with, if ever
 */
public record Passkey(PasskeyId id, String name, Instant madeAt, Optional<Instant> usedAt) {}
