package org.octroi.licence;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.Fields;
import org.octroi.obligation.Obligations.Area;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;

/**
 * The terms of a licence as a body has them.
 *
 * @param permissions ODRL actions that may be done
 * @param prohibitions those that must not be done
 * @param duties those that must be done
 * @param constraints under which circumstances alone a permission or prohibition holds
 */
record TermsAsk(
    @NotNull @Size(max = 60) List<@NotNull String> permissions,
    @NotNull @Size(max = 60) List<@NotNull String> prohibitions,
    @NotNull @Size(max = 60) List<@NotNull String> duties,
    @Nullable @Size(max = 60) List<@NotNull @Valid ConstraintAsk> constraints) {

  /**
   * A constraint; which members it has follows from what it looks at.
   *
   * @param action the permitted or prohibited action that it is on
   * @param leftOperand {@code purpose}, {@code recipient}, {@code spatial}, {@code dateTime},
   *     {@code elapsedTime} or {@code count}
   * @param anyOf DPV purposes, or kinds of reusers
   * @param place the name or address of a place
   * @param box in WGS 84 degrees
   * @param until the last day
   * @param period how long after acceptance
   * @param atMost how many people are reached in a month
   */
  record ConstraintAsk(
      @NotBlank String action,
      @NotBlank String leftOperand,
      @Nullable @Size(min = 1, max = 50) List<@NotNull String> anyOf,
      @Nullable @Size(max = 200) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String place,
      @Nullable BoxAsk box,
      @Nullable LocalDate until,
      @Nullable Period period,
      @Nullable Long atMost) {}

  /** A box in WGS 84 degrees. */
  record BoxAsk(double west, double south, double east, double north) {}

  /**
   * As they are kept.
   *
   * @refuses invalid-field when an action is none, or a constraint is not as its kind must be, or
   *     they contradict each other
   */
  Terms read() {
    TreeSet<String> permitted = actions("permissions", permissions);
    TreeSet<String> prohibited = actions("prohibitions", prohibitions);
    TreeSet<String> demanded = actions("duties", duties);
    List<TermConstraint> read = new ArrayList<>();
    List<ConstraintAsk> asked = constraints == null ? List.of() : constraints;
    for (int i = 0; i < asked.size(); i++) {
      read.add(constraint("/terms/constraints/" + i, asked.get(i)));
    }
    return at("/terms", () -> new Terms(permitted, prohibited, demanded, read));
  }

  private static TreeSet<String> actions(String member, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      Fields.word(
          "/terms/" + member + "/" + i, names.get(i), Terms.ACTIONS.toArray(String[]::new), a -> a);
    }
    return new TreeSet<>(names);
  }

  private static TermConstraint constraint(String pointer, ConstraintAsk ask) {
    String on =
        Fields.word(pointer + "/action", ask.action, Terms.ACTIONS.toArray(String[]::new), a -> a);
    return switch (ask.leftOperand) {
      case "purpose" -> {
        only(pointer, ask, ask.anyOf);
        List<String> purposes = given(pointer + "/anyOf", ask.anyOf);
        yield at(
            pointer + "/anyOf", () -> new TermConstraint.ForPurposes(on, new TreeSet<>(purposes)));
      }
      case "recipient" -> {
        only(pointer, ask, ask.anyOf);
        List<String> kinds = given(pointer + "/anyOf", ask.anyOf);
        yield at(pointer + "/anyOf", () -> new TermConstraint.ByReusers(on, new TreeSet<>(kinds)));
      }
      case "spatial" -> {
        only(pointer, ask, ask.place, ask.box);
        Optional<Area> box =
            Optional.ofNullable(ask.box)
                .map(b -> at(pointer + "/box", () -> new Area(b.west, b.south, b.east, b.north)));
        yield at(pointer, () -> new TermConstraint.Within(on, Optional.ofNullable(ask.place), box));
      }
      case "dateTime" -> {
        only(pointer, ask, ask.until);
        LocalDate until = given(pointer + "/until", ask.until);
        if (until.getYear() < 1900 || until.getYear() > 9999) {
          throw wrong(pointer + "/until", "must be a day of 1900 to 9999");
        }
        yield new TermConstraint.Until(on, until);
      }
      case "elapsedTime" -> {
        only(pointer, ask, ask.period);
        Period period = given(pointer + "/period", ask.period);
        yield at(pointer + "/period", () -> new TermConstraint.Lasting(on, period));
      }
      case "count" -> {
        only(pointer, ask, ask.atMost);
        long atMost = given(pointer + "/atMost", ask.atMost);
        yield at(pointer + "/atMost", () -> new TermConstraint.Audience(on, atMost));
      }
      default ->
          throw wrong(
              pointer + "/leftOperand",
              "must be one of purpose, recipient, spatial, dateTime, elapsedTime, count");
    };
  }

  private static <T> T given(String pointer, @Nullable T member) {
    if (member == null) {
      throw wrong(pointer, "is missing");
    }
    return member;
  }

  private static void only(String pointer, ConstraintAsk ask, @Nullable Object... its) {
    int all = 0;
    for (Object member :
        new @Nullable Object[] {ask.anyOf, ask.place, ask.box, ask.until, ask.period, ask.atMost}) {
      all += member == null ? 0 : 1;
    }
    for (Object member : its) {
      all -= member == null ? 0 : 1;
    }
    if (all > 0) {
      throw wrong(pointer, "has a member that a constraint on " + ask.leftOperand + " has not");
    }
  }

  private static <T> T at(String pointer, Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      throw wrong(pointer, Objects.requireNonNullElse(e.getMessage(), "contradicts itself"));
    }
  }

  private static RefusedException wrong(String pointer, String sentence) {
    return new RefusedException(Refusal.field(pointer, sentence));
  }
}
