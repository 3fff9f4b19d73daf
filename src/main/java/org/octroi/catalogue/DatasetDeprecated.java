package org.octroi.catalogue;

import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.TerritoryId;

/**
 * A dataset is not to be built upon any more, or is so on other terms than before. Published inside
 * the transaction.
 *
 * @param territory where
 * @param dataset which
 * @param deprecation from when on, and why
 */
public record DatasetDeprecated(
    TerritoryId territory, DatasetId dataset, Deprecation deprecation) {}
