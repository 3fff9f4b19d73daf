package org.octroi.agreement;

import java.time.Instant;
import org.octroi.vocabulary.AgreementId;

/**
 * It is announced that an agreement moves to a newer version of its offer. Published inside the
 * transaction.
 *
 * @param agreement which
 * @param at when
 */
record AgreementMoving(AgreementId agreement, Instant at) {}
