package org.octroi.vocabulary;

import java.util.UUID;

/** Names an agreement. */
public record AgreementId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static AgreementId create() {
    return new AgreementId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static AgreementId of(String text) {
    return new AgreementId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
