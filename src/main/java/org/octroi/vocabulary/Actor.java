package org.octroi.vocabulary;

/** Who does something that must be on the record. */
public sealed interface Actor {

  /** A person signed in at the desk, by page or by program. */
  record Person(PersonId id) implements Actor {}

  /** An application acting by itself. */
  record Program(ApplicationId id) implements Actor {}

  /** The server itself: a clock, an importer, the first start. */
  record House(String part) implements Actor {}

  /** {@code person}, {@code program} or {@code house}. */
  default String kind() {
    return switch (this) {
      case Person p -> "person";
      case Program p -> "program";
      case House h -> "house";
    };
  }

  /** The id of the person or program, or the name of the house's part. */
  default String name() {
    return switch (this) {
      case Person(PersonId id) -> id.toString();
      case Program(ApplicationId id) -> id.toString();
      case House(String part) -> part;
    };
  }
}
