package org.octroi.usage;

import java.time.Instant;

/** What the journal holds. */
sealed interface JournalRecord {

  /** A passage through the gate. */
  record Passed(UsageEvent event) implements JournalRecord {}

  /** The input of a distinct decision. */
  record Shape(
      Instant firstSeen, String hash, String policyRevision, long snapshotRevision, String input)
      implements JournalRecord {}

  /** A record of a kind or version that this program does not know. */
  record Unreadable(int type, int version) implements JournalRecord {}
}
