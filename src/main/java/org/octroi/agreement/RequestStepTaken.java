package org.octroi.agreement;

import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.TerritoryId;

/**
 * A request was taken a step on. Published inside the transaction.
 *
 * @param request which
 * @param territory whose data is asked for
 * @param step what was done
 * @param state where it is now
 */
record RequestStepTaken(
    AccessRequestId request, TerritoryId territory, RequestState.Step step, RequestState state) {}
