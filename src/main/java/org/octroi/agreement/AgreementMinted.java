package org.octroi.agreement;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.TerritoryId;

/**
 * An agreement was made. Published inside the transaction.
 *
 * @param agreement which
 * @param application the application that it is for
 * @param territory whose data it opens
 */
public record AgreementMinted(
    AgreementId agreement, ApplicationId application, TerritoryId territory)
    implements AgreementEvent {}
