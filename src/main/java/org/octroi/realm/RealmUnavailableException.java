package org.octroi.realm;

/** Keycloak could not do what was asked; the message says why, and nothing secret. */
final class RealmUnavailableException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String why;

  RealmUnavailableException(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
