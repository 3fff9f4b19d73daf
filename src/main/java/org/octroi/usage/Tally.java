package org.octroi.usage;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.usage.UsageEvent.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a stretch of the journal adds up to. For one thread. */
final class Tally {

  static final long SECONDS_OF_AN_HOUR = 3600;

  private static final Logger LOG = LoggerFactory.getLogger(Tally.class);

  private final Map<Line, Sums> lines = new HashMap<>();
  private final Map<String, Place> opened = new LinkedHashMap<>();
  private final Set<String> openBefore;
  private final Set<String> ended = new HashSet<>();
  private final Map<String, JournalRecord.Shape> shapes = new LinkedHashMap<>();
  private int records;
  private int unreadable;

  /**
   * Begins with nothing.
   *
   * @param openBefore the passages that were under way before: of them alone it is kept that they
   *     ended, and not of the hundreds of thousands that begin and end in the stretch
   */
  Tally(Set<String> openBefore) {
    this.openBefore = openBefore;
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
      Optional<String> reason,
      Outcome outcome) {

    static Line of(UsageEvent event, Outcome outcome) {
      return new Line(
          event.prepared(),
          Math.floorDiv(event.time().getEpochSecond(), SECONDS_OF_AN_HOUR),
          event.localDay(),
          event.status(),
          event.reasons().stream().findFirst(),
          outcome);
    }
  }

  /** What is added up on a line. */
  static final class Sums {
    long requests;
    long rows;
    long bytes;
    long latencyMicros;
    long latencyMicrosMax;

    void add(UsageEvent event) {
      requests++;
      rows += Math.max(0, event.rows());
      bytes += Math.max(0, event.bytesOut());
      latencyMicros += Math.max(0, event.latencyMicros());
      latencyMicrosMax = Math.max(latencyMicrosMax, event.latencyMicros());
    }

    Sums plus(Sums more) {
      Sums both = new Sums();
      both.requests = requests + more.requests;
      both.rows = rows + more.rows;
      both.bytes = bytes + more.bytes;
      both.latencyMicros = latencyMicros + more.latencyMicros;
      both.latencyMicrosMax = Math.max(latencyMicrosMax, more.latencyMicrosMax);
      return both;
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
          opened.remove(event.requestId());
          if (openBefore.contains(event.requestId())) {
            ended.add(event.requestId());
          }
          count(event, event.outcome());
        }
      }
      case JournalRecord.Shape shape -> shapes.putIfAbsent(shape.hash(), shape);
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

  /** Counts an event as ended in this way. */
  void count(UsageEvent event, Outcome outcome) {
    lines.computeIfAbsent(Line.of(event, outcome), line -> new Sums()).add(event);
  }

  /** The sums, by the line of the database that they belong on. */
  Map<Rollup, Sums> rollups() {
    Map<Rollup, Sums> rollups = new HashMap<>();
    lines.forEach((line, sums) -> rollups.merge(Rollup.of(line), sums, Sums::plus));
    return rollups;
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

  /** How many records were taken in. */
  int records() {
    return records;
  }

  /** How many of them this program can't read. */
  int unreadable() {
    return unreadable;
  }
}
