package org.octroi.agreement;

import org.octroi.vocabulary.AccessRequestId;

/**
 * Somebody wrote to the other side of a request. Published inside the transaction.
 *
 * @param request which
 * @param side who wrote
 */
record RequestMessageWritten(AccessRequestId request, RequestMessages.Side side) {}
