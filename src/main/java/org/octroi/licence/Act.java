package org.octroi.licence;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.vocabulary.Bilingual;

/**
 * Something that people ask whether they may, of {@code licence/acts.yml}.
 *
 * @param act its name in addresses
 * @param asks the question
 * @param takes the actions of a licence's terms that it takes, one of each list
 */
record Act(String act, Bilingual asks, List<List<String>> takes) {

  private static final Map<String, Act> ALL = LicenceFiles.entries("acts.yml", Act.class, Act::act);

  /** All of them, in the order in which they are answered. */
  static List<Act> all() {
    return List.copyOf(ALL.values());
  }

  static Optional<Act> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }
}
