package org.octroi.outbox;

/** A message did not arrive. The message of this says why, and nothing of what is in the other. */
final class NotCarriedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String why;
  private final boolean forGood;

  private NotCarriedException(String why, boolean forGood) {
    super(why);
    this.why = why;
    this.forGood = forGood;
  }

  /** Another try may do. */
  static NotCarriedException thisTime(String why) {
    return new NotCarriedException(why, false);
  }

  /** No other try will. */
  static NotCarriedException forGood(String why) {
    return new NotCarriedException(why, true);
  }

  String why() {
    return why;
  }

  boolean isForGood() {
    return forGood;
  }
}
