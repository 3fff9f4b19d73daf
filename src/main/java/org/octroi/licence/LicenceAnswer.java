package org.octroi.licence;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.octroi.vocabulary.Bilingual;

/**
 * What the terms of a licence answer to one question. The same terms always answer the same, and
 * every answer names the terms that it stands on.
 *
 * @param act what was asked about
 * @param asks the question
 * @param allowed whether it may be done; a licence grants only what it names
 * @param says the answer in a sentence
 * @param because the terms that decided
 * @param conditions where it is allowed under circumstances only, those
 * @param duties what must be done by who does it
 */
record LicenceAnswer(
    String act,
    Bilingual asks,
    boolean allowed,
    Bilingual says,
    List<Cited> because,
    List<Condition> conditions,
    List<Cited> duties) {

  /** What kind of term it is. */
  enum Kind {
    PERMISSION,
    PROHIBITION,
    DUTY,
    /** There is none that would grant it. */
    SILENCE;

    /** The word as it stands in the API. */
    @JsonValue
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A term of the licence, or that there is none.
   *
   * @param action its name in the licence's terms
   * @param odrl its name in JSON-LD
   * @param says what it is, in words
   */
  record Cited(Kind kind, String action, String odrl, Bilingual says) {

    static Cited of(Kind kind, String name) {
      TermAction action = TermAction.of(name);
      return new Cited(kind, name, action.name(), action.says());
    }
  }

  /**
   * A circumstance that a term holds under.
   *
   * @param on a permission, which is one only there; or a prohibition, which is none elsewhere
   * @param action of that term
   * @param leftOperand what it looks at, in ODRL's words
   * @param says what it is, in words
   */
  record Condition(Kind on, String action, String leftOperand, Bilingual says) {

    /** One of the constraints of these terms. */
    static Condition of(Terms terms, TermConstraint constraint) {
      return new Condition(
          terms.permissions().contains(constraint.action()) ? Kind.PERMISSION : Kind.PROHIBITION,
          constraint.action(),
          constraint.leftOperand(),
          constraint.says());
    }

    /** The circumstances that what is said of an action holds under. */
    static Stream<Condition> of(Terms terms, String action) {
      return terms.constraintsOn(action).stream().map(constraint -> of(terms, constraint));
    }
  }

  /** What these terms answer. */
  static LicenceAnswer of(Terms terms, Act act) {
    List<Cited> permissions = new ArrayList<>();
    List<Cited> hindrances = new ArrayList<>();
    for (List<String> oneOf : act.takes()) {
      Cited decides = decides(terms, oneOf);
      (decides.kind() == Kind.PERMISSION ? permissions : hindrances).add(decides);
    }
    boolean allowed = hindrances.isEmpty();
    List<Cited> because = List.copyOf(allowed ? permissions : hindrances);
    List<Condition> conditions =
        Stream.concat(
                because.stream().flatMap(term -> Condition.of(terms, term.action())),
                allowed
                    ? permissions.stream().flatMap(term -> exceptions(terms, term))
                    : Stream.empty())
            .distinct()
            .toList();
    return new LicenceAnswer(
        act.act(),
        act.asks(),
        allowed,
        sentence(because, conditions),
        because,
        conditions,
        allowed ? duties(terms, permissions) : List.of());
  }

  /** All that must be done by who uses what these terms permit. */
  static List<Cited> duties(Terms terms) {
    return terms.duties().stream().map(duty -> Cited.of(Kind.DUTY, duty)).toList();
  }

  /** The term that decides whether one of these may be done. */
  static Cited decides(Terms terms, List<String> oneOf) {
    Optional<String> prohibited =
        oneOf.stream()
            .flatMap(action -> TermAction.of(action).andEnclosing().stream())
            .filter(terms.prohibitions()::contains)
            .sorted(Comparator.comparing(action -> !terms.constraintsOn(action).isEmpty()))
            .findFirst();
    Optional<String> permitted = oneOf.stream().filter(terms.permissions()::contains).findFirst();
    // A prohibition under circumstances leaves elsewhere what is permitted.
    if (prohibited.isPresent()
        && (permitted.isEmpty() || terms.constraintsOn(prohibited.get()).isEmpty())) {
      return Cited.of(Kind.PROHIBITION, prohibited.get());
    }
    return permitted
        .map(action -> Cited.of(Kind.PERMISSION, action))
        .orElseGet(() -> Cited.of(Kind.SILENCE, oneOf.getFirst()));
  }

  /** The circumstances under which what encloses a permitted action is prohibited. */
  private static Stream<Condition> exceptions(Terms terms, Cited permission) {
    return TermAction.of(permission.action()).andEnclosing().stream()
        .filter(terms.prohibitions()::contains)
        .flatMap(action -> Condition.of(terms, action));
  }

  private static List<Cited> duties(Terms terms, List<Cited> used) {
    return terms.duties().stream()
        .filter(duty -> used.stream().anyMatch(one -> TermAction.of(duty).isDueOn(one.action())))
        .map(duty -> Cited.of(Kind.DUTY, duty))
        .toList();
  }

  private static Bilingual sentence(List<Cited> because, List<Condition> conditions) {
    Kind kind = because.getFirst().kind();
    Set<Bilingual> distinct =
        because.stream()
            .filter(one -> one.kind() == kind)
            .map(Cited::says)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    String fr = distinct.stream().map(Bilingual::fr).collect(Collectors.joining(", "));
    String en = distinct.stream().map(Bilingual::en).collect(Collectors.joining(", "));
    return switch (kind) {
      case PERMISSION ->
          conditions.isEmpty()
              ? new Bilingual(
                  "Oui, la licence le permet : " + fr + ".",
                  "Yes, the licence permits it: " + en + ".")
              : new Bilingual(
                  "Oui, mais sous conditions : "
                      + fr
                      + " ; "
                      + conditions.stream()
                          .map(one -> (isException(one) ? "sauf " : "seulement ") + one.says().fr())
                          .collect(Collectors.joining(" ; "))
                      + ".",
                  "Yes, but under conditions: "
                      + en
                      + "; "
                      + conditions.stream()
                          .map(one -> (isException(one) ? "except " : "only ") + one.says().en())
                          .collect(Collectors.joining("; "))
                      + ".");
      case PROHIBITION ->
          new Bilingual(
              "Non, la licence l'interdit : " + fr + ".",
              "No, the licence prohibits it: " + en + ".");
      case SILENCE, DUTY ->
          new Bilingual(
              "Non, rien dans la licence ne l'accorde : " + fr + ". Demandez au détenteur.",
              "No, nothing in the licence grants it: " + en + ". Ask the holder.");
    };
  }

  private static boolean isException(Condition condition) {
    return condition.on() == Kind.PROHIBITION;
  }
}
