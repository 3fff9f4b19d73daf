package org.octroi.usage;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.usage.SketchLine.Grain;
import org.octroi.usage.SketchLine.Scope;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.vocabulary.KeyId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a stretch of the journal adds up to. For one thread. */
final class Tally {

  static final long SECONDS_OF_AN_HOUR = 3600;

  private static final Logger LOG = LoggerFactory.getLogger(Tally.class);

  private final Map<PreparedAccess, AccessDay> accesses = new HashMap<>();

  /** The same by the object, which is the same one for a segment, and quicker to find. */
  private final IdentityHashMap<PreparedAccess, AccessDay> byObject = new IdentityHashMap<>();

  private final Map<String, Place> opened = new LinkedHashMap<>();
  private final Set<String> openBefore;
  private final Clicks clicks;
  private final Set<String> ended = new HashSet<>();
  private final Map<String, JournalRecord.Shape> shapes = new LinkedHashMap<>();
  private final Map<KeyId, LocalDate> keysUsed = new HashMap<>();
  private int records;
  private int unreadable;

  /**
   * Begins with nothing.
   *
   * @param openBefore the passages that were under way before: of them alone it is kept that they
   *     ended, and not of the hundreds of thousands that begin and end in the stretch
   * @param clicks what double clicks and sessions are told by, as of where the stretch begins
   */
  Tally(Set<String> openBefore, Clicks clicks) {
    this.openBefore = openBefore;
    this.clicks = clicks;
  }

  /**
   * What events are told apart by. Nothing is made into text for it: that is done once a line, and
   * not once an event.
   *
   * @param hour the hour of UTC that the request arrived in, counted from the epoch
   * @param reason the first reason of a refusal
   */
  record Line(
      PreparedAccess access,
      long hour,
      LocalDate localDay,
      int status,
      @Nullable String reason,
      Outcome outcome) {}

  /** What is added up on a line. */
  static final class Sums {
    long requests;
    long rows;
    long bytes;
    long latencyMicros;
    long latencyMicrosMax;
    long investigations;
    long uniqueInvestigations;
    long dataRequests;
    long uniqueDataRequests;

    void add(UsageEvent event) {
      requests++;
      rows += Math.max(0, event.rows());
      bytes += Math.max(0, event.bytesOut());
      latencyMicros += Math.max(0, event.latencyMicros());
      latencyMicrosMax = Math.max(latencyMicrosMax, event.latencyMicros());
    }

    /**
     * Adds what COUNTER sees in an event.
     *
     * @param isNew the sum of what {@link Clicks} found new about it
     */
    void addClick(int isNew) {
      investigations += isNew & 1;
      uniqueInvestigations += isNew >> 1 & 1;
      dataRequests += isNew >> 2 & 1;
      uniqueDataRequests += isNew >> 3 & 1;
    }

    Sums plus(Sums more) {
      Sums both = new Sums();
      both.requests = requests + more.requests;
      both.rows = rows + more.rows;
      both.bytes = bytes + more.bytes;
      both.latencyMicros = latencyMicros + more.latencyMicros;
      both.latencyMicrosMax = Math.max(latencyMicrosMax, more.latencyMicrosMax);
      both.investigations = investigations + more.investigations;
      both.uniqueInvestigations = uniqueInvestigations + more.uniqueInvestigations;
      both.dataRequests = dataRequests + more.dataRequests;
      both.uniqueDataRequests = uniqueDataRequests + more.uniqueDataRequests;
      return both;
    }
  }

  /**
   * What came by one access on one day; nearly always there is one day in a stretch, and most
   * events of an access fall on one of the lines of the last few.
   */
  private static final class AccessDay {
    private static final int RECENT = 4;

    private final PreparedAccess access;
    private final LocalDate day;
    private final @Nullable AccessDay otherDay;
    private final long seed;
    private final Sketches sketches = new Sketches();
    private final Map<Line, Sums> lines = new HashMap<>();
    private final @Nullable Line[] recent = new Line[RECENT];
    private final Sums[] recentSums = new Sums[RECENT];
    private int next;

    AccessDay(PreparedAccess access, LocalDate day, @Nullable AccessDay otherDay) {
      this.access = access;
      this.day = day;
      this.otherDay = otherDay;
      this.seed = Clicks.seed(access.access(), day);
      access.access().reuser().ifPresent(sketches::reuser);
    }

    Sums sums(UsageEvent event, Outcome outcome) {
      long hour = Math.floorDiv(event.time().getEpochSecond(), SECONDS_OF_AN_HOUR);
      String reason = event.reasons().isEmpty() ? null : event.reasons().getFirst();
      for (int i = 0; i < RECENT; i++) {
        Line line = recent[i];
        if (line != null
            && line.hour == hour
            && line.status == event.status()
            && line.outcome == outcome
            && Objects.equals(line.reason, reason)) {
          return recentSums[i];
        }
      }
      Line line = new Line(access, hour, day, event.status(), reason, outcome);
      Sums sums = lines.computeIfAbsent(line, first -> new Sums());
      recent[next] = line;
      recentSums[next] = sums;
      next = (next + 1) % RECENT;
      return sums;
    }
  }

  /** Takes a record in. */
  void take(Place place, JournalRecord content) {
    records++;
    switch (content) {
      case JournalRecord.Passed(UsageEvent event) -> {
        if (event.provisional()) {
          opened.put(event.requestId(), place);
        } else {
          if (!opened.isEmpty()) {
            opened.remove(event.requestId());
          }
          if (!openBefore.isEmpty() && openBefore.contains(event.requestId())) {
            ended.add(event.requestId());
          }
          count(event);
        }
      }
      case JournalRecord.Shape shape -> shapes.putIfAbsent(shape.hash(), shape);
      case JournalRecord.KeyUsed(KeyId key, LocalDate on) ->
          keysUsed.merge(key, on, (one, other) -> one.isAfter(other) ? one : other);
      case JournalRecord.Severed(long accessAt) -> {
        unreadable++;
        LOG.error(
            "The record at {} of the usage journal says that its access stands at {}, where no"
                + " whole record is any more; it stays in the journal and is not counted",
            place,
            accessAt);
      }
      case JournalRecord.Unreadable(int type, int version) -> {
        unreadable++;
        LOG.error(
            "The record at {} of the usage journal is of type {} version {}, which this program"
                + " does not know; it stays in the journal and is not counted",
            place,
            type,
            version);
      }
    }
  }

  private void count(UsageEvent event) {
    AccessDay on = accessDay(event);
    long caller = Clicks.caller(event.pseudonym());
    Sums sums = count(on, event, event.outcome(), caller);
    if (Clicks.counts(event)) {
      sums.addClick(
          clicks.click(on.seed, caller, event.time().toEpochMilli(), event.bytesOut() > 0));
    }
  }

  /**
   * Counts a passage that nobody ended as cut. Only the raw figures have it: when its click came
   * before or after others is past telling.
   */
  void countLeftAlone(UsageEvent event) {
    count(accessDay(event), event, Outcome.CUT, Clicks.caller(event.pseudonym()));
  }

  private static Sums count(AccessDay on, UsageEvent event, Outcome outcome, long caller) {
    Sums sums = on.sums(event, outcome);
    sums.add(event);
    on.sketches.caller(caller);
    if (event.status() < 400) {
      on.sketches.latencyMicros(event.latencyMicros());
      if (event.bytesOut() > 0) {
        on.sketches.answerBytes(event.bytesOut());
      }
    }
    return sums;
  }

  private AccessDay accessDay(UsageEvent event) {
    AccessDay known = byObject.get(event.prepared());
    if (known != null && known.day.equals(event.localDay())) {
      return known;
    }
    AccessDay found = findAccessDay(event);
    byObject.put(event.prepared(), found);
    return found;
  }

  private AccessDay findAccessDay(UsageEvent event) {
    AccessDay first = accesses.get(event.prepared());
    for (AccessDay on = first; on != null; on = on.otherDay) {
      if (on.day.equals(event.localDay())) {
        return on;
      }
    }
    AccessDay added = new AccessDay(event.prepared(), event.localDay(), first);
    accesses.put(event.prepared(), added);
    return added;
  }

  /** The sums, by the line of a grain that they belong on. */
  Map<Rollup, Sums> rollups(Rollup.Grain grain) {
    Map<Rollup, Sums> rollups = new HashMap<>();
    for (AccessDay newest : accesses.values()) {
      for (AccessDay on = newest; on != null; on = on.otherDay) {
        on.lines.forEach((line, sums) -> rollups.merge(Rollup.of(line, grain), sums, Sums::plus));
      }
    }
    return rollups;
  }

  /** The sketches, by the line of days and months that they belong on. */
  Map<SketchLine, Sketches> sketches() {
    Map<SketchLine, Sketches> days = new HashMap<>();
    for (AccessDay newest : accesses.values()) {
      for (AccessDay on = newest; on != null; on = on.otherDay) {
        if (on.access.access().reuser().isEmpty()) {
          on.sketches.callersAreAnonymous();
        }
        merge(days, on.access.access(), on.day, on.sketches);
      }
    }
    Map<SketchLine, Sketches> all = new HashMap<>(days);
    days.forEach(
        (line, sketches) ->
            all.computeIfAbsent(line.ofMonth(), first -> new Sketches()).merge(sketches));
    return all;
  }

  private static void merge(
      Map<SketchLine, Sketches> into, Access access, LocalDate day, Sketches sketches) {
    String territory = access.territory().toString();
    String holder = access.holder().toString();
    String reuser = access.reuser().map(Rollup::reuser).orElse(null);
    merge(into, territory, day, Scope.TERRITORY, territory, null, null, sketches);
    merge(into, territory, day, Scope.HOLDER, holder, holder, null, sketches);
    merge(into, territory, day, Scope.DATASET, access.dataset().toString(), holder, null, sketches);
    merge(
        into,
        territory,
        day,
        Scope.DISTRIBUTION,
        access.distribution().toString(),
        holder,
        null,
        sketches);
    access
        .offer()
        .ifPresent(
            id -> merge(into, territory, day, Scope.OFFER, id.toString(), holder, null, sketches));
    access
        .agreement()
        .ifPresent(
            id ->
                merge(
                    into,
                    territory,
                    day,
                    Scope.AGREEMENT,
                    id.toString(),
                    holder,
                    reuser,
                    sketches));
    access
        .application()
        .ifPresent(
            id ->
                merge(
                    into,
                    territory,
                    day,
                    Scope.APPLICATION,
                    id.toString(),
                    null,
                    reuser,
                    sketches));
  }

  private static void merge(
      Map<SketchLine, Sketches> into,
      String territory,
      LocalDate day,
      Scope scope,
      String id,
      @Nullable String holder,
      @Nullable String reuser,
      Sketches sketches) {
    into.computeIfAbsent(
            new SketchLine(territory, Grain.DAY, day, scope, id, holder, reuser),
            first -> new Sketches())
        .merge(sketches);
  }

  /** The passages that are under way, by request id, and where their last record stands. */
  Map<String, Place> opened() {
    return opened;
  }

  /** Those of the passages under way before that have ended. */
  Set<String> ended() {
    return ended;
  }

  /** The inputs of decisions, each once. */
  Iterable<JournalRecord.Shape> shapes() {
    return shapes.values();
  }

  /** The API keys that were used, each with the last day of it. */
  Map<KeyId, LocalDate> keysUsed() {
    return keysUsed;
  }

  /** How many records were taken in. */
  int records() {
    return records;
  }

  /** How many of them this program can't read. */
  int unreadable() {
    return unreadable;
  }
}
