package org.octroi.vocabulary;

import java.util.Locale;

/** What kind of person or organisation reuses data. */
public enum ReuserKind {
  /** A private person. */
  CITIZEN,

  /** A company. */
  COMPANY,

  /** An association. */
  ASSOCIATION,

  /** A researcher or a research body. */
  RESEARCHER,

  /** A public body. */
  PUBLIC_BODY;

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
  public static ReuserKind of(String word) {
    for (ReuserKind candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no such reuser kind: " + word);
  }
}
