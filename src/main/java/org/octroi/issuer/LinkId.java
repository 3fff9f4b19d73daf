package org.octroi.issuer;

import java.util.UUID;
import org.octroi.vocabulary.Id;

/** Names the bond between an application and a client of an issuer. */
public record LinkId(UUID value) implements Id {

  /** A new, time-ordered id. */
  static LinkId create() {
    return new LinkId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static LinkId of(String text) {
    return new LinkId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
