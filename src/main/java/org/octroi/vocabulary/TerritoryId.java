package org.octroi.vocabulary;

import java.util.UUID;

/** Names a territory, the tenant. */
public record TerritoryId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static TerritoryId create() {
    return new TerritoryId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static TerritoryId of(String text) {
    return new TerritoryId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
