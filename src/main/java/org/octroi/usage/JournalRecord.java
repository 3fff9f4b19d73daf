package org.octroi.usage;

import java.time.Instant;
import java.time.LocalDate;
import org.octroi.vocabulary.KeyId;

/** What the journal holds. */
sealed interface JournalRecord {

  /** A passage through the gate. */
  record Passed(UsageEvent event) implements JournalRecord {}

  /** The input of a distinct decision. */
  record Shape(
      Instant firstSeen, String hash, String policyRevision, long snapshotRevision, String input)
      implements JournalRecord {}

  /** That an API key was used on a day of UTC. */
  record KeyUsed(KeyId key, LocalDate on) implements JournalRecord {}

  /**
   * A passage whose access stood in another record of its segment, which is whole no more.
   *
   * @param accessAt where that stood
   */
  record Severed(long accessAt) implements JournalRecord {}

  /** A record of a kind or version that this program does not know. */
  record Unreadable(int type, int version) implements JournalRecord {}
}
