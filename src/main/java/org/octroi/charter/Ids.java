package org.octroi.charter;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;

/**
 * What the names of a charter stand for, known step by step while it is applied.
 *
 * @param holders by slug
 * @param stores by slug
 * @param datasets by slug
 * @param ownLicences the versions that the charter itself publishes, by the licence's name
 */
record Ids(
    Map<Slug, HolderId> holders,
    Map<Slug, StoreId> stores,
    Map<Slug, DatasetId> datasets,
    Map<String, LicenceVersionId> ownLicences) {

  HolderId holder(Slug slug) {
    return known(holders.get(slug), slug);
  }

  StoreId store(Slug slug) {
    return known(stores.get(slug), slug);
  }

  DatasetId dataset(Slug slug) {
    return known(datasets.get(slug), slug);
  }

  private static <T> T known(@Nullable T id, Slug slug) {
    if (id == null) {
      throw new IllegalStateException("the check let a name pass that stands for nothing: " + slug);
    }
    return id;
  }
}
