package org.octroi.vocabulary;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The SHA-256 of an API key, which is all that anybody keeps of one. A key has so much chance in it
 * that how long it takes to look its hash up tells nothing of the key.
 */
public record KeyHash(long first, long second, long third, long fourth) {

  /** To find the algorithm among the providers costs as much as to hash a key. */
  private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Sha256::digest);

  private static final int BYTES = 32;

  /** The hash of a key. */
  public static KeyHash of(String key) {
    return of(SHA_256.get().digest(key.getBytes(StandardCharsets.US_ASCII)));
  }

  /**
   * Reads the hash back from its string form.
   *
   * @throws IllegalArgumentException when the text is not 64 hex digits
   */
  public static KeyHash ofHex(String text) {
    byte[] bytes = HexFormat.of().parseHex(text);
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a hash has 64 hex digits");
    }
    return of(bytes);
  }

  private static KeyHash of(byte[] hash) {
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    return new KeyHash(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  /** 64 hex digits. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(first)
        + hex.toHexDigits(second)
        + hex.toHexDigits(third)
        + hex.toHexDigits(fourth);
  }
}
