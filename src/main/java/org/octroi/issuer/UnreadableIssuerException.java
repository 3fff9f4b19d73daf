package org.octroi.issuer;

/** What an issuer says of itself, or its keys, can't be read; the message says why, in words. */
final class UnreadableIssuerException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String why;

  UnreadableIssuerException(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
