package org.octroi.vocabulary;

import java.util.UUID;

/** Names a person. */
public record PersonId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static PersonId create() {
    return new PersonId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static PersonId of(String text) {
    return new PersonId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
