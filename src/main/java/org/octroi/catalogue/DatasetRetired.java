package org.octroi.catalogue;

import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.TerritoryId;

/**
 * A dataset is gone for good. Published inside the transaction.
 *
 * @param territory where
 * @param dataset which
 */
public record DatasetRetired(TerritoryId territory, DatasetId dataset) {}
