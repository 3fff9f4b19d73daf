package org.octroi.licence;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a licence lets its reuser do, forbids and demands, as actions of the <a
 * href="https://www.w3.org/TR/odrl-vocab/#actionConcepts">ODRL 2.2 vocabulary</a> by their local
 * names. Two of Creative Commons' terms that ODRL adopts go by short words: {@code commercialize}
 * ({@code cc:CommercialUse}) and {@code shareAlike} ({@code cc:ShareAlike}).
 *
 * <p>In JSON there are no {@code constraints} where there are none: what was stored before they
 * could be there says the same.
 *
 * @param permissions what may be done
 * @param prohibitions what must not be done
 * @param duties what must be done by who uses a permission
 * @param constraints under which circumstances alone a permission or prohibition holds: all of
 *     those on its action; by action, at most one of each kind
 */
public record Terms(
    SortedSet<String> permissions,
    SortedSet<String> prohibitions,
    SortedSet<String> duties,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<TermConstraint> constraints) {

  /** Every action that terms may name. */
  public static final SortedSet<String> ACTIONS = TermAction.names();

  private static final Comparator<TermConstraint> ORDER =
      Comparator.comparing(TermConstraint::action).thenComparing(TermConstraint::leftOperand);

  /**
   * @throws IllegalArgumentException when an action is not of {@link #ACTIONS}, or is both
   *     permitted and prohibited, or a constraint is on what is neither, or is there twice
   */
  @JsonCreator
  public Terms(
      SortedSet<String> permissions,
      SortedSet<String> prohibitions,
      SortedSet<String> duties,
      @JsonSetter(nulls = Nulls.AS_EMPTY) List<TermConstraint> constraints) {
    this.permissions = sorted(permissions);
    this.prohibitions = sorted(prohibitions);
    this.duties = sorted(duties);
    this.constraints = constraints.stream().sorted(ORDER).toList();
    for (String action : this.permissions) {
      if (this.prohibitions.contains(action)) {
        throw new IllegalArgumentException(action + " is both permitted and prohibited");
      }
    }
    Set<String> seen = new HashSet<>();
    for (TermConstraint constraint : this.constraints) {
      String action = constraint.action();
      if (!this.permissions.contains(action) && !this.prohibitions.contains(action)) {
        throw new IllegalArgumentException(
            action + " is constrained, and neither permitted nor prohibited");
      }
      if (!seen.add(action + " " + constraint.leftOperand())) {
        throw new IllegalArgumentException(
            action + " has two constraints on " + constraint.leftOperand());
      }
    }
  }

  /** Terms whose permissions and prohibitions hold under all circumstances. */
  public Terms(
      SortedSet<String> permissions, SortedSet<String> prohibitions, SortedSet<String> duties) {
    this(permissions, prohibitions, duties, List.of());
  }

  /** Whether whoever reuses must name the source. */
  public boolean demandsAttribution() {
    return duties.contains("attribute");
  }

  /** The circumstances under which alone what is said of an action holds. */
  List<TermConstraint> constraintsOn(String action) {
    return constraints.stream().filter(one -> one.action().equals(action)).toList();
  }

  private static SortedSet<String> sorted(Collection<String> actions) {
    for (String action : actions) {
      if (!ACTIONS.contains(action)) {
        throw new IllegalArgumentException("not an ODRL action: " + action);
      }
    }
    return Collections.unmodifiableSortedSet(new TreeSet<>(actions));
  }
}
