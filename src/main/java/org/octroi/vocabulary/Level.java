package org.octroi.vocabulary;

import java.util.Locale;

/** How much an offer asks of its reuser, derived from its eligibility and fee. */
public enum Level {
  /** Nobody is asked who they are. */
  OPEN,

  /** The reuser is identified; free of charge. */
  ENGAGED,

  /** The reuser is identified; a fee is due. */
  ASSOCIATED;

  /**
   * The word as it stands in files, APIs and the policy's input: lower case, words joined by {@code
   * -}.
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads the word back.
   *
   * @throws IllegalArgumentException when no value has this word
   */
  public static Level of(String word) {
    for (Level candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no such level: " + word);
  }
}
