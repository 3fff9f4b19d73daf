package org.octroi.token;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The issuers that the gate trusts and their public keys, brought by the desk; replaced as a whole.
 * Safe for use by many threads.
 *
 * @see TokenVerifier
 */
public interface TrustedKeys {

  /**
   * From now on these and no others are trusted.
   *
   * @param jwksByIssuer for each issuer its public keys, each as the JSON of a JWK (RFC 7517)
   * @param audience the gate's own name, which tokens must be meant for
   */
  void replace(Map<String, List<String>> jwksByIssuer, String audience);

  /** Whom the gate trusts now. */
  Trusted trusted();

  /**
   * The issuers of which tokens have come since this was last asked that name keys unknown here:
   * they may have begun to sign with new ones. No token makes anybody call anywhere; whoever keeps
   * the keys asks this from time to time.
   */
  Set<String> issuersOfUnknownKeys();

  /**
   * Whom a gate trusts.
   *
   * @param jwksByIssuer for each issuer its public keys
   * @param audience what tokens must be meant for
   */
  record Trusted(Map<String, List<String>> jwksByIssuer, String audience) {}
}
