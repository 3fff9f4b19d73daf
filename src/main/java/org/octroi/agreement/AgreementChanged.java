package org.octroi.agreement;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.TerritoryId;

/**
 * An agreement was minted, suspended, resumed or revoked; announced within the transaction.
 *
 * @param agreement which
 * @param application whose
 * @param territory where
 * @param now its status from now on
 */
public record AgreementChanged(
    AgreementId agreement, ApplicationId application, TerritoryId territory, AgreementStatus now) {}
