package org.octroi.licence;

import java.util.Map;
import java.util.Optional;

/**
 * The licences that French administrations may choose for free reuse without having them approved
 * first (CRPA, articles L323-2 and D323-2-1).
 */
final class FrenchList {

  private static final Map<String, Entry> LISTED =
      LicenceFiles.entries("french-list.yml", Entry.class, Entry::licence);

  private FrenchList() {}

  /**
   * A licence on it.
   *
   * @param article which puts it there
   */
  record Entry(String licence, String article) {}

  /** The article that puts a licence on the list, where it is on it. */
  static Optional<String> article(String licence) {
    return Optional.ofNullable(LISTED.get(licence)).map(Entry::article);
  }
}
