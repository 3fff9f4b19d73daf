package org.octroi.offer;

import java.util.Locale;
import org.octroi.vocabulary.Level;

/** Whether an offer asks who its reuser is. */
public enum Eligibility {
  /** Anybody may use it, unasked: the dataset's anonymous offer. */
  ANYONE,

  /** Only under an agreement. */
  IDENTIFIED;

  /** The level that follows from this and from whether there is a fee. */
  Level level(boolean fee) {
    return switch (this) {
      case ANYONE -> Level.OPEN;
      case IDENTIFIED -> fee ? Level.ASSOCIATED : Level.ENGAGED;
    };
  }

  /** The word as it stands in files and APIs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the word back.
   *
   * @throws IllegalArgumentException when no value has this word
   */
  public static Eligibility of(String word) {
    for (Eligibility candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("not an eligibility: " + word);
  }
}
