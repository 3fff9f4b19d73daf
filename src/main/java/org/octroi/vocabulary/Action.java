package org.octroi.vocabulary;

import java.util.Locale;

/** What a request wants to do with a distribution. */
public enum Action {
  /** One record, page or answer of an API. */
  READ,

  /** The whole of a file. */
  DOWNLOAD,

  /** Rows of a table, chosen by the caller. */
  QUERY;

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
  public static Action of(String word) {
    for (Action candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no such action: " + word);
  }
}
