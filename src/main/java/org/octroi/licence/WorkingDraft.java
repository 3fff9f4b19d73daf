package org.octroi.licence;

import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.TerritoryId;

/**
 * The next version of a holder's licence as it is being written: seen by the holder's staff and by
 * auditors only.
 *
 * @param name the licence's name in addresses
 * @param territory the holder's territory
 * @param holder who writes it
 * @param basedOn the newest version when it was begun, 0 before the first
 * @param content what it says so far
 * @param updatedAt when it was last changed
 * @param version grows by one with every change, from 1
 */
record WorkingDraft(
    String name,
    TerritoryId territory,
    HolderId holder,
    int basedOn,
    Content content,
    Instant updatedAt,
    long version) {

  /**
   * What its writer decides.
   *
   * @param fr the text in French, in Markdown; empty while it is not written
   * @param en the text in English
   * @param authoritative the language of the text that binds, {@code fr} or {@code en}
   * @param note what changes, in words
   */
  record Content(
      Bilingual title,
      Terms terms,
      Optional<String> fr,
      Optional<String> en,
      String authoritative,
      Optional<String> note) {}

  /** The number that it will be published under. */
  int number() {
    return basedOn + 1;
  }
}
