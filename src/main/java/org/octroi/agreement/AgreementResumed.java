package org.octroi.agreement;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.TerritoryId;

/**
 * A paused agreement serves again. Published inside the transaction.
 *
 * @param agreement which
 * @param application the application that it is for
 * @param territory whose data it opens
 */
public record AgreementResumed(
    AgreementId agreement, ApplicationId application, TerritoryId territory)
    implements AgreementEvent {}
