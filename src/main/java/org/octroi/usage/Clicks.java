package org.octroi.usage;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.Id;

/**
 * Reads passages as COUNTER does, beside the raw count: which of them are new investigations and
 * requests, and which begin a new session.
 *
 * <p>After the <i>Code of Practice for Research Data Usage Metrics</i> of COUNTER and Make Data
 * Count, release 1 (3.3.4 for the kinds of usage, 10 for the rules):
 *
 * <ul>
 *   <li>an investigation is any successful access to a dataset (10.1), also one that brings no
 *       content ({@code HEAD}, 304); a request is one that content goes out to (3.3.4);
 *   <li>double clicks (10.2): of actions of one kind by one caller on one dataset that follow each
 *       other within 30 seconds the last counts, so a poll every ten seconds is one action however
 *       long it goes on, and only the raw count tells it;
 *   <li>unique (10, on counting unique datasets): what is left after that, once for each caller,
 *       dataset and hour of UTC;
 *   <li>a caller is an application at an address, or an address alone; addresses are known by their
 *       daily pseudonym, so nothing goes on over midnight;
 *   <li>robots are left out (10, on robots and crawlers); scripts and machines are not robots.
 * </ul>
 *
 * <p>What counts is known only when nothing follows. So that figures need not wait for that, a run
 * is counted when it begins, on the line of its first click, and the session that it counts for
 * moves on with it: a run that goes on into another hour counts there, and no more in the hour that
 * it left, unless an earlier run had ended in that hour. Runs, and what they move between, lie
 * within one day, so the figures of days and months are those of the code of practice.
 *
 * <p>What it answers depends on the order of the journal alone, never on where a batch ended: who
 * takes up its {@link #state} and is given the records from there on answers the same. It remembers
 * the callers of the last two hours, 500,000 callers of datasets at most (32 MB); while there are
 * more, the actions of the new ones count each by itself. Records stand in the order in which
 * answers ended: a click that is older than the last one seen of its caller, by more than 30
 * seconds, counts by itself. For one thread.
 */
final class Clicks {

  /** A new investigation, after double clicks. */
  static final int INVESTIGATION = 1;

  /** And the first of its session. */
  static final int UNIQUE_INVESTIGATION = 2;

  /** A new request, after double clicks. */
  static final int REQUEST = 4;

  /** And the first of its session. */
  static final int UNIQUE_REQUEST = 8;

  private static final int ALONE = INVESTIGATION | UNIQUE_INVESTIGATION;
  private static final int ALL = ALONE | REQUEST | UNIQUE_REQUEST;

  private static final byte VERSION = 1;
  private static final int MOST = 500_000;
  private static final long DOUBLE_CLICK_MILLIS = 30_000;
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long NEVER = Long.MIN_VALUE;
  private static final int NO_HOUR = Integer.MIN_VALUE;

  /** Where an entry's parts stand; it is half a line of the processor's cache. */
  private static final int KEY = 0;

  private static final int LAST_INVESTIGATION = 1;
  private static final int LAST_REQUEST = 2;

  /** The hours that the last finished runs count in: investigations below, requests above. */
  private static final int FINISHED = 3;

  private static final int PARTS = 4;

  private int mask;
  private int size;
  private long[] entries;
  private int latestHour = NO_HOUR;

  /** Begins with nothing. */
  Clicks() {
    this(1 << 10);
  }

  private Clicks(int capacity) {
    this.mask = capacity - 1;
    this.entries = new long[capacity * PARTS];
  }

  private static int hourOf(long millis) {
    return (int) Math.floorDiv(millis, HOUR_MILLIS);
  }

  /** Whether a passage is one that COUNTER counts. */
  static boolean counts(UsageEvent event) {
    return event.status() < 400 && event.access().channel() != Channel.ROBOT;
  }

  /** What all clicks of an application on a dataset on one day have in common. */
  static long seed(Access access, LocalDate localDay) {
    long seed = mixed(localDay.toEpochDay(), access.dataset());
    return access.application().isPresent() ? mixed(seed, access.application().get()) : seed;
  }

  private static long mixed(long seed, Id id) {
    return mix(
        mix(seed ^ id.value().getMostSignificantBits()) ^ id.value().getLeastSignificantBits());
  }

  /** Mixes all bits (the finaliser of SplitMix64). */
  private static long mix(long bits) {
    long x = bits + 0x9e3779b97f4a7c15L;
    x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }

  /** A pseudonym as a number. */
  static long caller(String pseudonym) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < pseudonym.length(); i++) {
      hash = (hash ^ pseudonym.charAt(i)) * 0x100000001b3L;
    }
    return mix(hash);
  }

  /**
   * Takes in a passage that {@link #counts}.
   *
   * @return what is new about it: the sum of the constants of this class
   */
  int click(UsageEvent event) {
    return click(
        seed(event.access(), event.localDay()),
        caller(event.pseudonym()),
        event.time().toEpochMilli(),
        event.bytesOut() > 0);
  }

  /**
   * Takes in a passage.
   *
   * @param seed what {@link #seed} says
   * @param caller what {@link #caller} says
   * @param content whether content went out
   */
  int click(long seed, long caller, long millis, boolean content) {
    int hour = hourOf(millis);
    if (hour > latestHour) {
      latestHour = hour;
      forgetBefore(hour - 1);
    }
    if (hour < latestHour - 1) {
      return content ? ALL : ALONE;
    }
    long key = mix(seed ^ caller);
    if (key == 0) {
      key = 1;
    }
    int entry = entry(key);
    if (entries[entry] == 0) {
      if (size >= MOST) {
        return content ? ALL : ALONE;
      }
      if (size > mask / 2) {
        rebuild((mask + 1) * 2, NO_HOUR);
        entry = entry(key);
      }
      put(entry, key, NEVER, NEVER, NO_HOUR, NO_HOUR);
    }
    int isNew = judge(entry, LAST_INVESTIGATION, millis, hour);
    return content ? isNew | judge(entry, LAST_REQUEST, millis, hour) << 2 : isNew;
  }

  /** What is new about a click, in the constants of investigations. */
  private int judge(int entry, int kind, long millis, int hour) {
    long before = entries[entry + kind];
    if (before == NEVER) {
      entries[entry + kind] = millis;
      return ALONE;
    }
    int hourBefore = hourOf(before);
    long gap = millis - before;
    if (Math.abs(gap) <= DOUBLE_CLICK_MILLIS) {
      if (gap <= 0) {
        return 0;
      }
      entries[entry + kind] = millis;
      return hour != hourBefore && finished(entry, kind) == hourBefore ? UNIQUE_INVESTIGATION : 0;
    }
    if (gap > 0) {
      finish(entry, kind, hourBefore);
      entries[entry + kind] = millis;
      return hour == hourBefore ? INVESTIGATION : ALONE;
    }
    return hour == hourBefore || hour == finished(entry, kind) ? INVESTIGATION : ALONE;
  }

  private int finished(int entry, int kind) {
    long both = entries[entry + FINISHED];
    return (int) (kind == LAST_INVESTIGATION ? both : both >> 32);
  }

  private void finish(int entry, int kind, int hour) {
    int other = finished(entry, kind == LAST_INVESTIGATION ? LAST_REQUEST : LAST_INVESTIGATION);
    entries[entry + FINISHED] =
        kind == LAST_INVESTIGATION ? together(hour, other) : together(other, hour);
  }

  private static long together(int investigation, int request) {
    return investigation & 0xffffffffL | (long) request << 32;
  }

  private int entry(long key) {
    int slot = (int) key & mask;
    while (entries[slot * PARTS] != 0 && entries[slot * PARTS] != key) {
      slot = (slot + 1) & mask;
    }
    return slot * PARTS;
  }

  private void forgetBefore(int hour) {
    if (size > 0) {
      rebuild(mask + 1, hour);
    }
  }

  private void rebuild(int capacity, int firstHour) {
    Clicks rebuilt = new Clicks(capacity);
    for (int entry = 0; entry < entries.length; entry += PARTS) {
      if (entries[entry] != 0 && hourOf(entries[entry + LAST_INVESTIGATION]) >= firstHour) {
        int to = rebuilt.entry(entries[entry]);
        System.arraycopy(entries, entry, rebuilt.entries, to, PARTS);
        rebuilt.size++;
      }
    }
    this.mask = rebuilt.mask;
    this.size = rebuilt.size;
    this.entries = rebuilt.entries;
  }

  private void put(
      int entry,
      long key,
      long lastInvestigation,
      long lastRequest,
      int finishedInvestigation,
      int finishedRequest) {
    entries[entry + KEY] = key;
    entries[entry + LAST_INVESTIGATION] = lastInvestigation;
    entries[entry + LAST_REQUEST] = lastRequest;
    entries[entry + FINISHED] = together(finishedInvestigation, finishedRequest);
    size++;
  }

  /** All that it remembers. */
  byte[] state() {
    ByteBuffer to = ByteBuffer.allocate(1 + 4 + 4 + size * PARTS * Long.BYTES);
    to.put(VERSION).putInt(latestHour).putInt(size);
    for (int entry = 0; entry < entries.length; entry += PARTS) {
      if (entries[entry] != 0) {
        for (int part = 0; part < PARTS; part++) {
          to.putLong(entries[entry + part]);
        }
      }
    }
    return to.array();
  }

  /**
   * Goes on from a state.
   *
   * @throws IllegalArgumentException when another version of the program wrote it
   */
  static Clicks of(byte[] state) {
    ByteBuffer from = ByteBuffer.wrap(state);
    byte version = from.get();
    if (version != VERSION) {
      throw new IllegalArgumentException("clicks of version " + version + " can't be read");
    }
    int latestHour = from.getInt();
    int size = from.getInt();
    Clicks clicks = new Clicks(Integer.highestOneBit(Math.max(512, size)) * 4);
    clicks.latestHour = latestHour;
    for (int i = 0; i < size; i++) {
      long key = from.getLong();
      int entry = clicks.entry(key);
      clicks.entries[entry] = key;
      for (int part = 1; part < PARTS; part++) {
        clicks.entries[entry + part] = from.getLong();
      }
      clicks.size++;
    }
    return clicks;
  }
}
