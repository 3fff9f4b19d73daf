package org.octroi.identity;

import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;

/**
 * Somebody at the pages who has shown their password, and has to show a code yet.
 *
 * @param person their id
 * @param since when the check of the password began
 */
record HalfSignedIn(UUID person, Instant since) implements Serializable {

  private static final long serialVersionUID = 1L;
}
