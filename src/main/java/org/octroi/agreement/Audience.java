package org.octroi.agreement;

import java.util.Optional;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.TerritoryId;

/**
 * The reusers of a holder: all who have an agreement with it that stands, active or suspended.
 *
 * @param territory where
 * @param holder whose
 * @param dataset only those whose agreement covers this one
 */
record Audience(TerritoryId territory, HolderId holder, Optional<DatasetId> dataset) {}
