package org.octroi.usage;

/**
 * A place in a journal that is sent from a gate to the desk.
 *
 * @param segment the sequence of a segment
 * @param offset the offset in its file; 0 where nothing of it was sent
 */
public record JournalPlace(long segment, long offset) {

  /** Before everything. */
  public static final JournalPlace BEGINNING = new JournalPlace(0, 0);
}
