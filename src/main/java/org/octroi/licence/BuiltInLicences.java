package org.octroi.licence;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.problem.StartRefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Bilingual;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Publishes, at each start, the versions of {@code licence/built-in.yml} that are not published
 * yet. A start whose files say something else than what was published is refused: agreements stand
 * on those texts.
 */
@Component
class BuiltInLicences implements SmartInitializingSingleton {

  private static final Map<String, Entry> ENTRIES =
      LicenceFiles.entries("built-in.yml", Entry.class, Entry::id);

  private final Licences licences;

  BuiltInLicences(Licences licences) {
    this.licences = licences;
  }

  /**
   * An entry of the file.
   *
   * @param version the version whose text is at hand; absent where none is
   */
  record Entry(
      String id,
      @Nullable String spdx,
      Bilingual name,
      String address,
      @Nullable Integer version,
      @Nullable String authoritative,
      @Nullable Files text,
      Terms terms) {

    /** Names files in {@code licence/texts}. */
    record Files(@Nullable String fr, @Nullable String en) {}
  }

  /** The terms of a licence that comes with Octroi, whether its text is at hand or not. */
  static Optional<Terms> terms(String name) {
    return Optional.ofNullable(ENTRIES.get(name)).map(Entry::terms);
  }

  /** All that come with Octroi, with their terms. */
  static Map<String, Terms> all() {
    Map<String, Terms> all = new LinkedHashMap<>();
    ENTRIES.forEach((name, entry) -> all.put(name, entry.terms));
    return all;
  }

  @Override
  public void afterSingletonsInstantiated() {
    for (Entry entry : ENTRIES.values()) {
      if (entry.version == null || entry.text == null || entry.authoritative == null) {
        licences.keepWithoutText(entry.id, entry.name, entry.address);
        continue;
      }
      try {
        licences.publishBuiltIn(
            draft(entry, entry.version, texts(entry.text, entry.authoritative)),
            new Actor.House("licence"));
      } catch (RefusedException e) {
        if (e.refusal().type() != ProblemType.CONFLICT) {
          throw e;
        }
        throw new StartRefusedException(
            "The licence "
                + entry.id()
                + " version "
                + entry.version()
                + " is published in this database with another text or other terms.",
            "Start the version of Octroi that this database was used with, or a newer one: a"
                + " published text never changes, a changed one gets a new version number.");
      }
    }
  }

  private static LicenceDraft draft(Entry entry, int number, LicenceTexts texts) {
    return new LicenceDraft(
        entry.id(),
        Optional.ofNullable(entry.spdx()),
        entry.name(),
        Optional.of(entry.address()),
        number,
        texts,
        entry.terms());
  }

  private static LicenceTexts texts(Entry.Files files, String authoritative) {
    return new LicenceTexts(
        Optional.ofNullable(files.fr()).map(file -> LicenceFiles.text("texts/" + file)),
        Optional.ofNullable(files.en()).map(file -> LicenceFiles.text("texts/" + file)),
        authoritative);
  }
}
