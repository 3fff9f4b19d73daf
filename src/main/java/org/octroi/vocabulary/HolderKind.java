package org.octroi.vocabulary;

import java.util.Locale;

/** What kind of body a data holder is. A département counts as local, so as {@link #CITY}. */
public enum HolderKind {
  /** A city, an agglomeration or another local authority. */
  CITY,

  /** A State service. */
  STATE,

  /** A company. */
  PRIVATE;

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
  public static HolderKind of(String word) {
    for (HolderKind candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no such holder kind: " + word);
  }
}
