package org.octroi.vocabulary;

import java.util.Locale;

/**
 * Who or what sits behind a request, as COUNTER counts them; a script of a person's is a machine,
 * not a robot.
 */
public enum Channel {
  /** A browser in somebody's hands. */
  HUMAN,

  /** A program that reads data for its users. */
  MACHINE,

  /** A crawler on COUNTER's list. */
  ROBOT;

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
  public static Channel of(String word) {
    for (Channel candidate : values()) {
      if (candidate.word().equals(word)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no such channel: " + word);
  }
}
