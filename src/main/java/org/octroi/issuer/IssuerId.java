package org.octroi.issuer;

import java.util.UUID;
import org.octroi.vocabulary.Id;

/** Names an issuer. */
public record IssuerId(UUID value) implements Id {

  /** A new, time-ordered id. */
  static IssuerId create() {
    return new IssuerId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static IssuerId of(String text) {
    return new IssuerId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
