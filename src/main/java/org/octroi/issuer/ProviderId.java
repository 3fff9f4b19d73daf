package org.octroi.issuer;

import java.util.UUID;
import org.octroi.vocabulary.Id;

/** Names an issuer that people sign in with. */
public record ProviderId(UUID value) implements Id {

  /** A new, time-ordered id. */
  static ProviderId create() {
    return new ProviderId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static ProviderId of(String text) {
    return new ProviderId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
