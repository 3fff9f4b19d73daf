package org.octroi.vocabulary;

import java.util.UUID;

/** Names an access request. */
public record AccessRequestId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static AccessRequestId create() {
    return new AccessRequestId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static AccessRequestId of(String text) {
    return new AccessRequestId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
