package org.octroi.outbox;

/** One means by which messages travel. It waits, on a virtual thread, and may be interrupted. */
interface Carrier {

  Means means();

  /**
   * Brings a message to its receiver, who may get it twice.
   *
   * @param id what the receiver knows doubles by
   * @param content what {@link Outbox} was given, as JSON
   */
  void carry(MessageId id, byte[] content) throws NotCarriedException;
}
