package org.octroi.usage;

/**
 * Where events are written before the last byte of their answer goes out. A record that was
 * appended survives a {@code kill -9} of the process. Safe for use by many threads.
 */
public interface UsageJournal {

  /**
   * Appends an event; returns when it is in the page cache (microseconds, no waiting for the disk).
   *
   * @throws JournalUnavailableException when it can't be written; the caller then refuses to serve
   */
  void append(UsageEvent event);

  /**
   * Keeps the input of a distinct decision shape; a shape that was kept already is not written
   * again.
   *
   * @param shapeHash its hash, as in the events
   * @param policyRevision the policy that answered
   * @param snapshotRevision the entitlements that it was made from
   * @param input the JSON document that the policy was asked with
   */
  void keepShape(String shapeHash, String policyRevision, long snapshotRevision, String input);

  /** The journal can't be written. */
  final class JournalUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JournalUnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
