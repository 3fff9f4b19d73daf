package org.octroi.agreement;

import org.octroi.vocabulary.AgreementId;

/**
 * An agreement ends soon. Published inside the transaction.
 *
 * @param agreement which
 * @param days within how many days
 */
record AgreementEnding(AgreementId agreement, int days) {}
