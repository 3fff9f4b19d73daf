package org.octroi.licence;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a licence lets its reuser do, forbids and demands, as actions of the <a
 * href="https://www.w3.org/TR/odrl-vocab/#actionConcepts">ODRL 2.2 vocabulary</a> by their local
 * names. Two of Creative Commons' terms that ODRL adopts go by short words: {@code commercialize}
 * ({@code cc:CommercialUse}) and {@code shareAlike} ({@code cc:ShareAlike}).
 *
 * @param permissions what may be done
 * @param prohibitions what must not be done
 * @param duties what must be done by who uses a permission
 */
public record Terms(
    SortedSet<String> permissions, SortedSet<String> prohibitions, SortedSet<String> duties) {

  /** Every action that terms may name. */
  public static final SortedSet<String> ACTIONS = TermAction.names();

  /**
   * @throws IllegalArgumentException when an action is not of {@link #ACTIONS}, or is both
   *     permitted and prohibited
   */
  public Terms {
    permissions = sorted(permissions);
    prohibitions = sorted(prohibitions);
    duties = sorted(duties);
    for (String action : permissions) {
      if (prohibitions.contains(action)) {
        throw new IllegalArgumentException(action + " is both permitted and prohibited");
      }
    }
  }

  /** Whether whoever reuses must name the source. */
  public boolean demandsAttribution() {
    return duties.contains("attribute");
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
