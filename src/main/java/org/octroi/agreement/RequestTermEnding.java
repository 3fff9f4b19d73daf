package org.octroi.agreement;

import org.octroi.vocabulary.AccessRequestId;

/**
 * The term for an answer ends soon, or has ended without one. Published inside the transaction.
 *
 * @param request whose
 * @param over whether it has ended
 */
record RequestTermEnding(AccessRequestId request, boolean over) {}
