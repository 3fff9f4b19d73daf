package org.octroi.agreement;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.TerritoryId;

/**
 * An agreement has come to its end. Published inside the transaction.
 *
 * @param agreement which
 * @param application the application that it was for
 * @param territory whose data it opened
 */
public record AgreementExpired(
    AgreementId agreement, ApplicationId application, TerritoryId territory) {}
