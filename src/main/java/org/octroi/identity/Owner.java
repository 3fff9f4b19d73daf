package org.octroi.identity;

import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.PersonId;

/** Whose an application is: the reuser, a person or an organisation. */
public sealed interface Owner {

  /** A person, for themselves. */
  record OfPerson(PersonId person) implements Owner {}

  /** An organisation, whose members act for it. */
  record OfOrganisation(OrganisationId organisation) implements Owner {}

  /**
   * As {@link #kind} and {@link #id} name it.
   *
   * @throws IllegalArgumentException when they name none
   */
  static Owner of(String kind, String id) {
    return switch (kind) {
      case "person" -> new OfPerson(PersonId.of(id));
      case "organisation" -> new OfOrganisation(OrganisationId.of(id));
      default -> throw new IllegalArgumentException("no kind of owner: " + kind);
    };
  }

  /** Whether the caller is the owner, or acts for it. */
  default boolean includes(Caller caller) {
    return switch (this) {
      case OfPerson(PersonId person) -> person.equals(caller.person());
      case OfOrganisation(OrganisationId organisation) ->
          caller.organisations().contains(organisation);
    };
  }

  /** {@code person} or {@code organisation}. */
  default String kind() {
    return switch (this) {
      case OfPerson person -> "person";
      case OfOrganisation organisation -> "organisation";
    };
  }

  /** The id of the person or organisation; the reuser's opaque name where no more may be known. */
  default String id() {
    return switch (this) {
      case OfPerson(PersonId person) -> person.toString();
      case OfOrganisation(OrganisationId organisation) -> organisation.toString();
    };
  }
}
