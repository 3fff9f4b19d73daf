package org.octroi.territory;

import org.octroi.vocabulary.TerritoryId;

/**
 * Something that the gates know of a territory's datasets is no longer as it was: a name, a store,
 * a dataset, an offer. Published inside the transaction that changed it.
 *
 * @param territory the territory
 */
public record CatalogueChanged(TerritoryId territory) {}
