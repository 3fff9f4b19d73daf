package org.octroi.outbox;

import java.util.Locale;

/** How a message travels. */
public enum Means {
  /** As a letter, by SMTP. */
  MAIL,

  /** As a signed POST to an address that its receiver named. */
  WEBHOOK;

  /** The word as it stands in tables and APIs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Means of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
