package org.octroi.agreement;

import java.time.Instant;
import org.octroi.vocabulary.AgreementId;

/**
 * A newer version of an agreement's licence asks to be accepted. Published inside the transaction.
 *
 * @param agreement which
 * @param by until when
 */
record AgreementToAccept(AgreementId agreement, Instant by) {}
