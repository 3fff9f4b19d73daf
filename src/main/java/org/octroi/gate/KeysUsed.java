package org.octroi.gate;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.octroi.usage.UsageJournal;
import org.octroi.usage.UsageJournal.JournalUnavailableException;
import org.octroi.vocabulary.KeyId;

/**
 * Writes to the journal, once a day of UTC for each, that a key was used. It remembers those of
 * today: no more than there are. Safe for use by many threads.
 */
final class KeysUsed {

  private static final long SECONDS_OF_A_DAY = TimeUnit.DAYS.toSeconds(1);

  private final UsageJournal journal;
  private volatile Day today = new Day(Long.MIN_VALUE, Set.of());

  private record Day(long epochDay, Set<KeyId> used) {}

  KeysUsed(UsageJournal journal) {
    this.journal = journal;
  }

  void used(KeyId key, Instant at) {
    Day day = dayOf(Math.floorDiv(at.getEpochSecond(), SECONDS_OF_A_DAY));
    if (day.used.contains(key) || !day.used.add(key)) {
      return;
    }
    try {
      journal.keyUsed(key, LocalDate.ofInstant(at, ZoneOffset.UTC));
    } catch (JournalUnavailableException unavailable) {
      // The passage itself can't be written either, and says so.
      day.used.remove(key);
    }
  }

  /** The newest day that there was; a clock that is set back a little begins no day anew. */
  private Day dayOf(long epochDay) {
    Day day = today;
    if (epochDay > day.epochDay) {
      day = new Day(epochDay, ConcurrentHashMap.newKeySet());
      today = day;
    }
    return day;
  }
}
