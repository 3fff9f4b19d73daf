package org.octroi.licence;

import java.time.Instant;

/**
 * That a newer version of a licence must be accepted by those who accepted an older one.
 *
 * @param version the version to accept, by the hash of its text: the newest in effect
 * @param by from this moment on the gates refuse those who have not; may be past
 */
public record Reacceptance(LicenceVersion version, Instant by) {}
