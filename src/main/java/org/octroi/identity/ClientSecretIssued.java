package org.octroi.identity;

import org.octroi.vocabulary.ApplicationId;

/**
 * An application has a new client secret, the only time that it is known. Published inside the
 * transaction that made it; who hears it keeps it sealed or not at all.
 *
 * @param application which
 * @param secret what its owner is shown
 */
public record ClientSecretIssued(ApplicationId application, OpaqueSecret secret) {}
