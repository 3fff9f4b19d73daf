package org.octroi.agreement;

import org.octroi.vocabulary.AccessRequestId;

/**
 * The holder takes more time for an answer. Published inside the transaction.
 *
 * @param request to which request
 */
record RequestTermExtended(AccessRequestId request) {}
