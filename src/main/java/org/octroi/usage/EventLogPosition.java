package org.octroi.usage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.usage.MappedJournal.Place;

/**
 * How far the event log has come along a journal.
 *
 * @param at everything before this place is in the log
 * @param open the passages under way there, by request id, with the place of their last record
 * @param underWay what was begun and has not been finished: to be done again from here, to the very
 *     same files
 */
record EventLogPosition(Place at, Map<String, Place> open, Optional<UnderWay> underWay) {

  EventLogPosition {
    open = Map.copyOf(open);
  }

  /** A piece of work that ends with the files that are named after it. */
  sealed interface UnderWay {

    /** The records up to a place. */
    record Stretch(Place upTo) implements UnderWay {}

    /** The passages that processes before this segment left alone. */
    record LeftAlone(long before) implements UnderWay {}
  }

  static EventLogPosition beginningAt(Place at) {
    return new EventLogPosition(at, Map.of(), Optional.empty());
  }

  EventLogPosition beginning(UnderWay work) {
    return new EventLogPosition(at, open, Optional.of(work));
  }

  /** The oldest segment that is still needed. */
  long oldestNeeded() {
    return open.values().stream().mapToLong(Place::segment).reduce(at.segment(), Math::min);
  }

  /** Some lines of text. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("at " + text(at));
    open.forEach((request, place) -> lines.add("open " + text(place) + ' ' + request));
    underWay.ifPresent(
        work ->
            lines.add(
                switch (work) {
                  case UnderWay.Stretch(Place upTo) -> "stretch " + text(upTo);
                  case UnderWay.LeftAlone(long before) -> "left-alone " + before;
                }));
    return lines;
  }

  /**
   * Reads it back.
   *
   * @throws IllegalArgumentException when the lines are none of ours
   */
  static EventLogPosition of(List<String> lines) {
    Optional<Place> at = Optional.empty();
    Map<String, Place> open = new HashMap<>();
    Optional<UnderWay> underWay = Optional.empty();
    for (String line : lines) {
      String[] words = line.split(" ", 4);
      switch (words[0]) {
        case "at" -> at = Optional.of(place(words));
        case "open" -> open.put(words[3], place(words));
        case "stretch" -> underWay = Optional.of(new UnderWay.Stretch(place(words)));
        case "left-alone" ->
            underWay = Optional.of(new UnderWay.LeftAlone(Long.parseLong(words[1])));
        default -> throw new IllegalArgumentException("no line of a position: " + line);
      }
    }
    return new EventLogPosition(
        at.orElseThrow(() -> new IllegalArgumentException("it does not say where it stands")),
        open,
        underWay);
  }

  private static Place place(String[] words) {
    return new Place(Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  private static String text(Place place) {
    return place.segment() + " " + place.offset();
  }
}
