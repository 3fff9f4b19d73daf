package org.octroi.catalogue;

import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.TerritoryId;

/**
 * A paused dataset goes out again. Published inside the transaction.
 *
 * @param territory where
 * @param dataset which
 */
public record DatasetResumed(TerritoryId territory, DatasetId dataset) {}
