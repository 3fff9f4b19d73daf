package org.octroi.vocabulary;

import java.util.UUID;

/** Names one version of an offer. */
public record OfferId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static OfferId create() {
    return new OfferId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static OfferId of(String text) {
    return new OfferId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
