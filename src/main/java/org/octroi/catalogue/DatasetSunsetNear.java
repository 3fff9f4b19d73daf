package org.octroi.catalogue;

import java.time.Instant;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.TerritoryId;

/**
 * A deprecated dataset may soon be gone. Published inside the transaction.
 *
 * @param territory where
 * @param dataset which
 * @param sunset from when on
 * @param days within how many days
 */
public record DatasetSunsetNear(
    TerritoryId territory, DatasetId dataset, Instant sunset, int days) {}
