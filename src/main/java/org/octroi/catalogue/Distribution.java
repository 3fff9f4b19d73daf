package org.octroi.catalogue;

import org.octroi.entitlement.Snapshot;
import org.octroi.store.StoreTarget;
import org.octroi.vocabulary.DistributionId;

/**
 * The concrete form in which a dataset is reached.
 *
 * @param id its id
 * @param is what it is
 */
public record Distribution(DistributionId id, DistributionDraft is) {

  /** What the gate must know of it. */
  Snapshot.Distribution snapshot(Store store) {
    return new Snapshot.Distribution(
        id,
        is.slug(),
        is.actions(),
        new StoreTarget(
            store.id(),
            store.address(),
            store.credential(),
            is.resource(),
            is.catalogue(),
            is.parameters(),
            is.subpaths(),
            is.formats(),
            is.bodies(),
            store.namesAgreement()));
  }
}
