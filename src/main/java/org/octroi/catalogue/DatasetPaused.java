package org.octroi.catalogue;

import java.util.Optional;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.TerritoryId;

/**
 * The holder lets nothing of a dataset out for now. Published inside the transaction.
 *
 * @param territory where
 * @param dataset which
 * @param note what the holder says of it
 */
public record DatasetPaused(TerritoryId territory, DatasetId dataset, Optional<Bilingual> note) {}
