package org.octroi.feed;

import java.util.UUID;
import org.octroi.vocabulary.Id;

/** Names a gate on another machine. */
public record GateId(UUID value) implements Id {

  /** A new, time-ordered id. */
  static GateId create() {
    return new GateId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static GateId of(String text) {
    return new GateId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
