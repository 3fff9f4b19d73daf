package org.octroi.vocabulary;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How far an opaque token for the gate reaches, which it does not say itself.
 *
 * @param scopes its scopes; none for whatever the agreements give
 * @param purpose the purpose that it was asked for, if any
 * @param proofKey the thumbprint of the key that its sender must prove to hold (RFC 9449 §6.1), if
 *     any
 */
public record TokenReach(
    SortedSet<String> scopes, Optional<Purpose> purpose, Optional<String> proofKey) {

  /** How each opaque token for the gate begins; those that can be read begin with {@code ey}. */
  public static final String PREFIX = "octo_";

  public TokenReach {
    scopes = Collections.unmodifiableSortedSet(new TreeSet<>(scopes));
  }
}
