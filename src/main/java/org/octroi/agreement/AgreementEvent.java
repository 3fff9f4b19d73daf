package org.octroi.agreement;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.TerritoryId;

/**
 * Something happened to an agreement that the gates must know of. Published inside the transaction.
 * That it came to its end is none: they know the end beforehand.
 */
public sealed interface AgreementEvent
    permits AgreementMinted,
        AgreementSuspended,
        AgreementResumed,
        AgreementRevoked,
        AgreementChanged {

  /** Which agreement. */
  AgreementId agreement();

  /** The application that it is for. */
  ApplicationId application();

  /** Whose data it opens. */
  TerritoryId territory();
}
