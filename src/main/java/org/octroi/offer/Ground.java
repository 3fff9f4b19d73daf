package org.octroi.offer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Why a holder publishes an offer against a warning.
 *
 * @param rule the id of the rule that warns
 * @param text the ground, in the holder's words; the public reads it
 */
public record Ground(String rule, String text) {

  /** The fewest characters that a ground has: less explains nothing. */
  public static final int LEAST = 15;

  /** The most characters that a ground has. */
  public static final int MOST = 2_000;

  /**
   * @throws IllegalArgumentException when the text is too short or too long
   */
  public Ground {
    text = text.strip();
    if (text.length() < LEAST || text.length() > MOST) {
      throw new IllegalArgumentException(
          "must be a ground of " + LEAST + " to " + MOST + " characters");
    }
  }

  /** SHA-256 of the text in UTF-8, in hex, for the record. */
  String sha256() {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 does not work in this JVM", e);
    }
  }
}
