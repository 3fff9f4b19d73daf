package org.octroi.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.octroi.vocabulary.Sha256;

/**
 * A secret of 256 random bits, shown once and kept as its SHA-256: with so much chance in it, a
 * slow hash would add nothing. Its prefix lets scanners of published code find one that leaked.
 *
 * @param text what its holder keeps
 */
public record OpaqueSecret(String text) {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new one, for example {@code octp_5Zk…}. */
  public static OpaqueSecret create(String prefix) {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return new OpaqueSecret(prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
  }

  /** What is kept of it: 64 hex digits. */
  public String hash() {
    return Sha256.hex(text);
  }

  /** Whether a text is the secret of which this hash was kept; takes as long for any text. */
  public static boolean matches(String text, String hash) {
    return MessageDigest.isEqual(
        new OpaqueSecret(text).hash().getBytes(StandardCharsets.US_ASCII),
        hash.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return "(a secret)";
  }
}
