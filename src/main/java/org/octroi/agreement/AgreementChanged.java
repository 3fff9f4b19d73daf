package org.octroi.agreement;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.TerritoryId;

/**
 * An agreement stands on something newer than before: a version of its licence that its reuser
 * accepted, or a version of its offer. Published inside the transaction.
 *
 * @param agreement which
 * @param application the application that it is for
 * @param territory whose data it opens
 */
public record AgreementChanged(
    AgreementId agreement, ApplicationId application, TerritoryId territory)
    implements AgreementEvent {}
