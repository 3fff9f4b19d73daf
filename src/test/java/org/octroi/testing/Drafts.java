package org.octroi.testing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.octroi.catalogue.DatasetDraft;
import org.octroi.catalogue.DistributionDraft;
import org.octroi.obligation.Catalogue;
import org.octroi.quota.Limits;
import org.octroi.territory.HolderDraft;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;

/** Drafts of what a test needs to be there, in which it says only what matters to it. */
public final class Drafts {

  private Drafts() {}

  /** A city as a holder. */
  public static HolderDraft city(String slug, String name) {
    return new HolderDraft(
        new Slug(slug), name, HolderKind.CITY, Optional.empty(), false, Optional.empty());
  }

  /**
   * A dataset that is one CSV file, to be downloaded.
   *
   * @param file its name in the store
   * @param columns what is known of them
   */
  public static DatasetDraft file(
      String slug,
      Bilingual title,
      HolderId holder,
      StoreId store,
      String file,
      Catalogue columns,
      Classification classification,
      String... flags) {
    return new DatasetDraft(
        new Slug(slug),
        holder,
        title,
        new Bilingual("Des données", "Some data"),
        "Ville",
        Instant.parse("2026-01-01T00:00:00Z"),
        new TreeSet<>(),
        classification,
        new TreeSet<>(Set.of(flags)),
        Optional.empty(),
        Limits.NONE,
        List.of(
            new DistributionDraft(
                new Slug("file"),
                new Bilingual("Fichier", "File"),
                store,
                file,
                columns,
                List.of(),
                List.of(Format.CSV),
                Set.of(Action.DOWNLOAD),
                false,
                false,
                true)));
  }
}
