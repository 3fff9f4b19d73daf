package org.octroi.vocabulary;

import java.util.UUID;

/** Names a store. */
public record StoreId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static StoreId create() {
    return new StoreId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static StoreId of(String text) {
    return new StoreId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
