package org.octroi.vocabulary;

import java.util.UUID;

/** Names a distribution. */
public record DistributionId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static DistributionId create() {
    return new DistributionId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static DistributionId of(String text) {
    return new DistributionId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
