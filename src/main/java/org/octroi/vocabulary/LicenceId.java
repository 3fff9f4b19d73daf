package org.octroi.vocabulary;

import java.util.UUID;

/** Names a licence. */
public record LicenceId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static LicenceId create() {
    return new LicenceId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static LicenceId of(String text) {
    return new LicenceId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
