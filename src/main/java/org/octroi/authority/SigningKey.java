package org.octroi.authority;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import java.time.Instant;
import java.util.Optional;

/**
 * A key that tokens and documents are signed with.
 *
 * @param turn its place in the order of keys, from 1
 * @param jwk the key, with its private half, its id and its one algorithm
 * @param createdAt when it was made
 * @param signsFrom from when on it signs, until the next one does
 * @param revokedAt when it was revoked; nothing that it signed is good any more
 */
record SigningKey(
    int turn, JWK jwk, Instant createdAt, Instant signsFrom, Optional<Instant> revokedAt) {

  boolean revoked() {
    return revokedAt.isPresent();
  }

  /** What it signs by. */
  JWSAlgorithm algorithm() {
    return JWSAlgorithm.parse(jwk.getAlgorithm().getName());
  }

  String id() {
    return jwk.getKeyID();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "SigningKey[" + turn + " " + id() + "]";
  }
}
