package org.octroi.catalogue;

import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.TerritoryId;

/**
 * A dataset may be built upon again. Published inside the transaction.
 *
 * @param territory where
 * @param dataset which
 */
public record DatasetUndeprecated(TerritoryId territory, DatasetId dataset) {}
