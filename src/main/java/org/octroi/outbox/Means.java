package org.octroi.outbox;

import java.util.Locale;

/** How a message travels. */
public enum Means {
  /** As a letter, by SMTP. */
  MAIL,

  /** As a signed POST to an address that its receiver named. */
  WEBHOOK,
  /** As something to be done at another server of the house, by the room that asked for it. */
  ERRAND;

  /** The word as it stands in tables and APIs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Means of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
