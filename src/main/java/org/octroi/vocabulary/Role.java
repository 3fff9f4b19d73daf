package org.octroi.vocabulary;

import java.util.Locale;

/** What a person may do; each grant also has a reach (instance, territory or holder). */
public enum Role {
  /** Runs the instance: territories, store addresses, policy, keys. */
  OPERATOR,

  /** Runs a territory: holders, staff, settings, reports. */
  TERRITORY_ADMINISTRATOR,

  /** A holder's stores, datasets, offers and publishing. */
  HOLDER_EDITOR,

  /** A holder's requests and agreements. */
  HOLDER_REVIEWER,

  /** Reads everything in a territory, or everywhere; changes nothing. */
  AUDITOR;

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
  public static Role of(String word) {
    for (Role candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no such role: " + word);
  }
}
