package org.octroi.licence;

import org.octroi.vocabulary.LicenceId;
import org.octroi.vocabulary.LicenceVersionId;

/**
 * A licence that others may have accepted has a newer version. Published inside the transaction.
 *
 * @param licence the licence
 * @param version its new version, in effect now or later
 */
public record LicenceVersionPublished(LicenceId licence, LicenceVersionId version) {}
