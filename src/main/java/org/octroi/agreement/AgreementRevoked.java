package org.octroi.agreement;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.TerritoryId;

/**
 * An agreement was ended for good by its holder. Published inside the transaction.
 *
 * @param agreement which
 * @param application the application that it is for
 * @param territory whose data it opens
 */
public record AgreementRevoked(
    AgreementId agreement, ApplicationId application, TerritoryId territory)
    implements AgreementEvent {}
