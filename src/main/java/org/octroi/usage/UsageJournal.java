package org.octroi.usage;

import java.time.LocalDate;
import java.util.concurrent.CompletionStage;
import org.octroi.vocabulary.KeyId;

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

  /**
   * Notes that an API key was used; once a day and key is enough.
   *
   * @param on the day, of UTC
   * @throws JournalUnavailableException when it can't be written
   */
  void keyUsed(KeyId key, LocalDate on);

  /**
   * Whether an answer may end only when the disk has its record, as {@code
   * octroi.usage.durability=fsync} asks; otherwise an appended record is safe enough.
   */
  boolean forcedBeforeAnswersEnd();

  /**
   * Completes when the disk has all that was appended before: on a thread of the journal's, which
   * must not be kept; or with a {@link JournalUnavailableException} when the disk does not take it.
   * Many may wait, and are served by one force.
   */
  CompletionStage<Void> forced();

  /** The journal can't be written. */
  final class JournalUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JournalUnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
