package org.octroi.vocabulary;

import java.util.UUID;

/** Names an organisation. */
public record OrganisationId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static OrganisationId create() {
    return new OrganisationId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static OrganisationId of(String text) {
    return new OrganisationId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
