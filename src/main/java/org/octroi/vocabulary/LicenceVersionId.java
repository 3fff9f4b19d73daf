package org.octroi.vocabulary;

import java.util.UUID;

/** Names a frozen version of a licence. */
public record LicenceVersionId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static LicenceVersionId create() {
    return new LicenceVersionId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static LicenceVersionId of(String text) {
    return new LicenceVersionId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
