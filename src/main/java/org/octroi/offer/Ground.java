package org.octroi.offer;

import org.octroi.vocabulary.Sha256;

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

  /** SHA-256 of the text, for the record. */
  String sha256() {
    return Sha256.hex(text);
  }
}
