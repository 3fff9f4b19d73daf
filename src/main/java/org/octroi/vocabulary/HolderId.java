package org.octroi.vocabulary;

import java.util.UUID;

/** Names a data holder. */
public record HolderId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static HolderId create() {
    return new HolderId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static HolderId of(String text) {
    return new HolderId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
