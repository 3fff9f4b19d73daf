package org.octroi.usage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.vocabulary.AtAGateByItself;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes a gate's own journal apart for the desk, while it is being written. A file is deleted when
 * the desk has all of it, and no sooner. For one thread.
 */
@Component
@AtAGateByItself
public final class JournalPost {

  private static final Logger LOG = LoggerFactory.getLogger(JournalPost.class);

  /** A part ends with the first record beyond so many bytes. */
  private static final int PART_BYTES = 256 << 10;

  private final MappedJournal journal;

  JournalPost(MappedJournal journal) {
    this.journal = journal;
  }

  /** The journal's id. */
  public UUID id() {
    return journal.id();
  }

  /** How much the desk has not got yet, if it has everything up to a place. */
  public double bytesBehind(JournalPlace place) {
    return Math.max(0, journal.bytesBehind(new Place(place.segment(), place.offset())));
  }

  /** What comes next for a desk that has everything up to a place; empty where that is all. */
  public Optional<JournalPart> next(JournalPlace has) throws IOException {
    Place tail = journal.tail();
    for (long sequence : journal.sequences()) {
      if (sequence < has.segment()) {
        continue;
      }
      long from = sequence == has.segment() ? has.offset() : 0;
      try {
        return part(sequence, from, tail);
      } catch (Segment.NotASegmentException e) {
        LOG.error("{}; it can't be sent to the desk", e.getMessage());
      }
    }
    return Optional.empty();
  }

  private Optional<JournalPart> part(long sequence, long from, Place tail) throws IOException {
    boolean active = sequence == tail.segment();
    try (Arena arena = Arena.ofConfined()) {
      Segment segment = Segment.open(journal.file(sequence), FileChannel.MapMode.READ_ONLY, arena);
      long end = active ? tail.offset() : segment.sealedEnd();
      long to = Math.max(from, cut(segment, Math.max(from, Segment.HEADER), end));
      if (active && to == from) {
        return Optional.empty();
      }
      byte[] bytes = segment.bytes(from, to);
      if (from == 0) {
        Arrays.fill(bytes, Segment.SEALED_END, Segment.HEADER, (byte) 0);
      }
      return Optional.of(
          JournalPart.of(
              journal.id(),
              journal.firstOfThisRun(),
              new JournalPlace(sequence, from),
              bytes,
              !active && to >= end));
    }
  }

  private static long cut(Segment segment, long from, long end) {
    return segment.scan(
        from,
        end,
        new Segment.Visitor() {
          @Override
          public boolean record(long offset, byte[] body) {
            return offset + body.length - from < PART_BYTES;
          }

          @Override
          public void broken(long brokenFrom, long to) {
            // It goes as it is: whoever reads it there sets it aside.
          }
        });
  }

  /** The desk has everything up to a place: the files before it are deleted. */
  public void has(JournalPlace place) {
    try {
      List<Long> sequences = journal.sequences();
      for (long sequence : sequences.subList(0, Math.max(0, sequences.size() - 1))) {
        if (sequence < place.segment()) {
          Files.deleteIfExists(journal.file(sequence));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Files that the desk has can't be deleted", e);
    }
  }
}
