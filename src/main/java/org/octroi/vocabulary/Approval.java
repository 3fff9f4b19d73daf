package org.octroi.vocabulary;

import java.util.Locale;

/** How a request for an offer is decided. */
public enum Approval {
  /** Accepting the terms is the whole workflow. */
  AUTOMATIC,

  /** One reviewer of the holder decides. */
  ONE_REVIEWER,

  /** Two different reviewers of the holder must approve. */
  TWO_REVIEWERS;

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
  public static Approval of(String word) {
    for (Approval candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no such approval: " + word);
  }
}
