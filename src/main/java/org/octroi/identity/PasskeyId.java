package org.octroi.identity;

import java.util.UUID;
import org.octroi.vocabulary.Id;

/** Names a passkey of somebody. */
public record PasskeyId(UUID value) implements Id {

  /** A new, time-ordered id. */
  static PasskeyId create() {
    return new PasskeyId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static PasskeyId of(String text) {
    return new PasskeyId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
