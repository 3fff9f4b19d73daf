package org.octroi.vocabulary;

import java.util.UUID;

/** Names a dataset. */
public record DatasetId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static DatasetId create() {
    return new DatasetId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static DatasetId of(String text) {
    return new DatasetId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
