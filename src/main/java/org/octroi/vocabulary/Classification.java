package org.octroi.vocabulary;

import java.util.Locale;

/** How openly a dataset may go out, as the holder classified it. */
public enum Classification {
  /** Anybody may have it. */
  PUBLIC,

  /** Only under an agreement. */
  CONTROLLED,

  /** Only under an agreement, and parts are held back from lower tiers. */
  RESTRICTED;

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
  public static Classification of(String word) {
    for (Classification candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no such classification: " + word);
  }
}
