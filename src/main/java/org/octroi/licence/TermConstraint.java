package org.octroi.licence;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.LocalDate;
import java.time.Period;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.octroi.obligation.Obligations.Area;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import org.octroi.vocabulary.ReuserKind;

/**
 * A circumstance under which alone a permission or a prohibition of a licence holds: a constraint
 * of ODRL 2.2 (§2.5), told apart by its left operand.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "leftOperand")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TermConstraint.ForPurposes.class, name = "purpose"),
  @JsonSubTypes.Type(value = TermConstraint.ByReusers.class, name = "recipient"),
  @JsonSubTypes.Type(value = TermConstraint.Within.class, name = "spatial"),
  @JsonSubTypes.Type(value = TermConstraint.Until.class, name = "dateTime"),
  @JsonSubTypes.Type(value = TermConstraint.Lasting.class, name = "elapsedTime"),
  @JsonSubTypes.Type(value = TermConstraint.Audience.class, name = "count"),
})
public sealed interface TermConstraint {

  /** The action of the permission or prohibition that it stands on. */
  String action();

  /** What it looks at, in ODRL's words. */
  default String leftOperand() {
    return odrl().leftOperand();
  }

  /** In words that follow an action: "for …", "in …". */
  Bilingual says();

  /** As it stands in a policy. */
  OdrlPolicy.Constraint odrl();

  /**
   * For one of these purposes, or a narrower one.
   *
   * @param anyOf terms of the Data Privacy Vocabulary
   */
  record ForPurposes(String action, SortedSet<String> anyOf) implements TermConstraint {

    /**
     * @throws IllegalArgumentException when there is none, or DPV has no such term
     */
    public ForPurposes {
      anyOf = some(anyOf, "a purpose");
      anyOf.forEach(ForPurposes::term);
    }

    /** What DPV says of each. */
    List<Purposes.Term> terms() {
      return anyOf.stream().map(ForPurposes::term).toList();
    }

    private static Purposes.Term term(String name) {
      return Purposes.dpv()
          .find(new Purpose(name))
          .orElseThrow(() -> new IllegalArgumentException("DPV has no purpose " + name));
    }

    @Override
    public Bilingual says() {
      String labels = terms().stream().map(Purposes.Term::label).collect(Collectors.joining(", "));
      return new Bilingual("pour les finalités (DPV) : " + labels, "for the purposes " + labels);
    }

    @Override
    public OdrlPolicy.Constraint odrl() {
      return OdrlPolicy.Constraint.purposes(
          anyOf.stream().map(term -> "https://w3id.org/dpv#" + term).toList());
    }
  }

  /**
   * By reusers of these kinds.
   *
   * @param anyOf the words of {@link ReuserKind}
   */
  record ByReusers(String action, SortedSet<String> anyOf) implements TermConstraint {

    /**
     * @throws IllegalArgumentException when there is none, or one is no kind of reuser
     */
    public ByReusers {
      anyOf = some(anyOf, "a kind of reuser");
      anyOf.forEach(ReuserKind::of);
    }

    @Override
    public Bilingual says() {
      List<Bilingual> names = anyOf.stream().map(ReuserKind::of).map(ByReusers::name).toList();
      return new Bilingual(
          "par des " + names.stream().map(Bilingual::fr).collect(Collectors.joining(", ")),
          "by " + names.stream().map(Bilingual::en).collect(Collectors.joining(", ")));
    }

    private static Bilingual name(ReuserKind kind) {
      return switch (kind) {
        case CITIZEN -> new Bilingual("particuliers", "citizens");
        case COMPANY -> new Bilingual("entreprises", "companies");
        case ASSOCIATION -> new Bilingual("associations", "associations");
        case RESEARCHER -> new Bilingual("chercheurs", "researchers");
        case PUBLIC_BODY -> new Bilingual("organismes publics", "public bodies");
      };
    }

    @Override
    public OdrlPolicy.Constraint odrl() {
      return OdrlPolicy.Constraint.recipients(anyOf);
    }
  }

  /**
   * In an area: a place by its name, a box, or a place with its box.
   *
   * @param place its name, or its address in a gazetteer
   * @param box in WGS 84 degrees
   */
  record Within(String action, Optional<String> place, Optional<Area> box)
      implements TermConstraint {

    /**
     * @throws IllegalArgumentException when there is neither a place nor a box
     */
    public Within {
      if (place.isEmpty() && box.isEmpty()) {
        throw new IllegalArgumentException("an area is a place, a box or both");
      }
    }

    @Override
    public Bilingual says() {
      String where =
          place.orElseGet(
              () ->
                  box.map(
                          b ->
                              "[" + b.west() + ", " + b.south() + ", " + b.east() + ", " + b.north()
                                  + "]")
                      .orElseThrow());
      return new Bilingual("dans la zone : " + where, "in the area " + where);
    }

    @Override
    public OdrlPolicy.Constraint odrl() {
      return OdrlPolicy.Constraint.within(
          box.<Object>map(OdrlPolicy.Typed::of).orElseGet(place::orElseThrow));
    }
  }

  /**
   * Until the end of a day.
   *
   * @param until the last day
   */
  record Until(String action, LocalDate until) implements TermConstraint {

    @Override
    public Bilingual says() {
      return new Bilingual("jusqu'au " + until, "until " + until);
    }

    @Override
    public OdrlPolicy.Constraint odrl() {
      return OdrlPolicy.Constraint.until(until);
    }
  }

  /**
   * For so long after the terms were accepted.
   *
   * @param period how long
   */
  record Lasting(String action, Period period) implements TermConstraint {

    /**
     * @throws IllegalArgumentException when it is no time at all
     */
    public Lasting {
      if (period.isZero() || period.isNegative()) {
        throw new IllegalArgumentException("a period is longer than nothing");
      }
    }

    @Override
    public Bilingual says() {
      return new Bilingual(
          "pendant " + period + " à compter de l'acceptation",
          "for " + period + " from acceptance");
    }

    @Override
    public OdrlPolicy.Constraint odrl() {
      return OdrlPolicy.Constraint.lasting(period);
    }
  }

  /**
   * For an audience up to a threshold.
   *
   * @param atMost how many people are reached in a month
   */
  record Audience(String action, long atMost) implements TermConstraint {

    /**
     * @throws IllegalArgumentException when nobody is reached
     */
    public Audience {
      if (atMost < 1) {
        throw new IllegalArgumentException("an audience is at least one person");
      }
    }

    @Override
    public Bilingual says() {
      return new Bilingual(
          "pour une audience d'au plus " + atMost + " personnes par mois",
          "for an audience of at most " + atMost + " people a month");
    }

    @Override
    public OdrlPolicy.Constraint odrl() {
      return OdrlPolicy.Constraint.audience(atMost);
    }
  }

  private static SortedSet<String> some(SortedSet<String> words, String what) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("there must be " + what);
    }
    return Collections.unmodifiableSortedSet(new TreeSet<>(words));
  }
}
