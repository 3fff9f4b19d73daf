package org.octroi.vocabulary;

import java.util.Locale;

/** Where an agreement is in its life. */
public enum AgreementStatus {
  /** Serves. */
  ACTIVE,

  /** Paused by the holder, may be resumed. */
  SUSPENDED,

  /** Ended for good by the holder. */
  REVOKED,

  /** Past its last day. */
  EXPIRED;

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
  public static AgreementStatus of(String word) {
    for (AgreementStatus candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no such agreement status: " + word);
  }
}
