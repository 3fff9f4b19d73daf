package org.octroi.realm;

import java.util.Locale;

/**
 * Something in the realm that was not as it is known here.
 *
 * @param kind what
 * @param subject the client's id or the scope's name
 * @param repaired whether it is now as it is known here
 */
record Drift(Kind kind, String subject, boolean repaired) {

  /** What may differ. */
  enum Kind {
    /** An application has no client. */
    CLIENT_MISSING,
    /** A client is enabled though its application may not act, or the other way round. */
    CLIENT_STATE,
    /** A client's tokens would not be for the gate, or not name the client. */
    CLIENT_SETTINGS,
    /** A client may ask for other scopes than its agreements give. */
    CLIENT_SCOPES,
    /** A client's secret is not the application's; its owner has to fetch a new one. */
    CLIENT_SECRET,
    /** A client of ours by its name is no application's; it is disabled, not deleted. */
    CLIENT_UNKNOWN,
    /** The realm's issuer is not trusted, so that its tokens open nothing. */
    ISSUER_UNKNOWN,
    /** A dataset has no scope. */
    SCOPE_MISSING,
    /** A scope of ours is of no dataset. */
    SCOPE_UNKNOWN,
    /** A role that may be mapped is not there. */
    ROLE_MISSING;

    /** The word as it stands in reports. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
