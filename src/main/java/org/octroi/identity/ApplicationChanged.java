package org.octroi.identity;

import org.octroi.vocabulary.ApplicationId;

/**
 * An application was registered, suspended or resumed. Published inside the transaction that
 * changed it.
 *
 * @param application which
 */
public record ApplicationChanged(ApplicationId application) {}
