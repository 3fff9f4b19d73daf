package org.octroi.vocabulary;

import java.util.UUID;

/** Names an application. */
public record ApplicationId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static ApplicationId create() {
    return new ApplicationId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static ApplicationId of(String text) {
    return new ApplicationId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
