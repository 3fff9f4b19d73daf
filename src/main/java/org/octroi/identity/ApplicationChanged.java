package org.octroi.identity;

import org.octroi.vocabulary.ApplicationId;

/**
 * An application was registered, suspended or resumed, or its origins or keys changed. Published
 * inside the transaction that changed it.
 *
 * @param application which
 */
public record ApplicationChanged(ApplicationId application) {}
