package org.octroi.licence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Bilingual;

/**
 * An action that the terms of a licence may name, of {@code licence/actions.yml}.
 *
 * @param action its name in terms: the local name in the ODRL 2.2 vocabulary, or our short word
 * @param is its name in JSON-LD where that is another one
 * @param within the action that encloses it ({@code odrl:includedIn})
 * @param says what whoever does it does
 * @param dueOn where it is a duty, the permissions whose use brings it about
 */
record TermAction(
    String action,
    @Nullable String is,
    @Nullable String within,
    Bilingual says,
    @Nullable List<String> dueOn) {

  private static final Map<String, TermAction> ALL =
      LicenceFiles.entries("actions.yml", TermAction.class, TermAction::action);

  /** The names of all of them. */
  static SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(ALL.keySet()));
  }

  /**
   * The action of this name.
   *
   * @throws IllegalArgumentException when there is none
   */
  static TermAction of(String name) {
    TermAction known = ALL.get(name);
    if (known == null) {
      throw new IllegalArgumentException("not an ODRL action: " + name);
    }
    return known;
  }

  /** Its name in JSON-LD. */
  String name() {
    return is == null ? action : is;
  }

  /** Whether, as a duty, it falls due when this permission is used. */
  boolean isDueOn(String permission) {
    return dueOn != null && (dueOn.contains(permission) || dueOn.contains("use"));
  }

  /** Itself, and all that enclose it, from the inside out. */
  List<String> andEnclosing() {
    List<String> chain = new ArrayList<>();
    for (TermAction next = this; ; next = of(next.within)) {
      chain.add(next.action);
      if (next.within == null) {
        return chain;
      }
    }
  }
}
