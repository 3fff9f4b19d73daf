package org.octroi.vocabulary;

import java.util.UUID;

/** Names an API key of an application. */
public record KeyId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static KeyId create() {
    return new KeyId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static KeyId of(String text) {
    return new KeyId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
