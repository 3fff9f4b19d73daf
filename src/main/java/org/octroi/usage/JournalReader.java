package org.octroi.usage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;

/** Reads the journal back, below its tail, while it is being written. Safe for many threads. */
@Component
final class JournalReader implements UsageEvents {

  /** How far back a single event is looked for: with the default size, about half a gigabyte. */
  private static final int SEGMENTS_SEARCHED = 32;

  private final Journal journal;

  JournalReader(Journal journal) {
    this.journal = journal;
  }

  /** What it reads. */
  Journal journal() {
    return journal;
  }

  /** A record and where it stands. */
  record Placed(Place place, JournalRecord content) {}

  /**
   * Some records.
   *
   * @param next where to go on from
   */
  record Batch(List<Placed> records, Place next) {}

  /** The place of the oldest record. */
  Place oldest() throws IOException {
    List<Long> sequences = journal.sequences();
    return new Place(
        sequences.isEmpty() ? journal.tail().segment() : sequences.getFirst(), Segment.HEADER);
  }

  /** Reads on from a place: at most so many records, of one segment. */
  Batch read(Place from, int most) throws IOException {
    List<Placed> records = new ArrayList<>();
    Place next = read(from, most, (place, content) -> records.add(new Placed(place, content)));
    return new Batch(records, next);
  }

  /**
   * Reads on from a place: at most so many records, of one segment.
   *
   * @param each is given every record, and where it stands
   * @return where to go on from
   */
  Place read(Place from, int most, BiConsumer<Place, JournalRecord> each) throws IOException {
    Place tail = journal.tail();
    if (from.compareTo(tail) >= 0) {
      return from;
    }
    long stoppedAt;
    long end;
    try (Arena arena = Arena.ofConfined()) {
      Path file = journal.file(from.segment());
      Segment segment = Segment.open(file, FileChannel.MapMode.READ_ONLY, arena);
      end = from.segment() == tail.segment() ? tail.offset() : segment.sealedEnd();
      RecordDecoder decoder = new RecordDecoder(at -> segment.body(at, end));
      stoppedAt =
          segment.scan(
              from.offset(),
              end,
              new Segment.Visitor() {
                private int records;

                @Override
                public boolean record(long offset, byte[] body) {
                  each.accept(new Place(from.segment(), offset), decoder.decode(body));
                  return ++records < most;
                }

                @Override
                public void broken(long brokenFrom, long to) {
                  try {
                    journal.setAside(file, brokenFrom, segment.bytes(brokenFrom, to));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }
              });
    } catch (NoSuchFileException | Segment.NotASegmentException e) {
      return following(from.segment(), tail);
    }
    return stoppedAt >= end && from.segment() < tail.segment()
        ? following(from.segment(), tail)
        : new Place(from.segment(), stoppedAt);
  }

  private Place following(long sequence, Place tail) throws IOException {
    for (long candidate : journal.sequences()) {
      if (candidate > sequence) {
        return new Place(candidate, Segment.HEADER);
      }
    }
    return new Place(tail.segment(), Segment.HEADER);
  }

  /** The event at a place, if one stands there. */
  Optional<UsageEvent> at(Place place) throws IOException {
    return read(place, 1).records().stream()
        .filter(placed -> placed.place().equals(place))
        .map(Placed::content)
        .filter(JournalRecord.Passed.class::isInstance)
        .map(passed -> ((JournalRecord.Passed) passed).event())
        .findFirst();
  }

  @Override
  public Optional<UsageEvent> find(TerritoryId territory, String requestId) {
    try {
      List<Long> sequences = journal.sequences().reversed();
      for (long sequence : sequences.subList(0, Math.min(SEGMENTS_SEARCHED, sequences.size()))) {
        Optional<UsageEvent> latest =
            read(new Place(sequence, Segment.HEADER), Integer.MAX_VALUE).records().stream()
                .map(Placed::content)
                .filter(JournalRecord.Passed.class::isInstance)
                .map(passed -> ((JournalRecord.Passed) passed).event())
                .filter(
                    e ->
                        e.requestId().equals(requestId) && e.access().territory().equals(territory))
                .reduce((earlier, later) -> later);
        if (latest.isPresent()) {
          return latest;
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("The usage journal can't be read", e);
    }
  }
}
