package org.octroi.usage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.MappedJournal.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a gate elsewhere has sent of its journal: the same bytes at the same offsets of files of the
 * same names. A file is as long as what was sent of it; whatever counts as received is on the disk.
 * Safe for use by many threads.
 */
final class ReceivedJournal implements Journal {

  private static final Logger LOG = LoggerFactory.getLogger(ReceivedJournal.class);

  private final UUID id;
  private final SegmentFolder segments;

  /** Everything before this is on the disk. */
  private volatile Place tail;

  private volatile boolean sealed;
  private volatile long firstOfThisRun;

  /** Takes up what is in a folder, of which a crash may have left the end torn. */
  ReceivedJournal(UUID id, Path folder) throws IOException {
    this.id = id;
    this.segments = new SegmentFolder(folder);
    Files.createDirectories(folder);
    List<Long> sequences = sequences();
    this.tail = sequences.isEmpty() ? new Place(0, Segment.HEADER) : takenUp(sequences.getLast());
  }

  private Place takenUp(long sequence) throws IOException {
    Path file = file(sequence);
    long[] torn = {Long.MAX_VALUE};
    long end;
    try (Arena arena = Arena.ofConfined()) {
      Segment segment = Segment.open(file, FileChannel.MapMode.READ_ONLY, arena);
      if (segment.sealedEnd() != 0) {
        sealed = true;
        return new Place(sequence, segment.sealedEnd());
      }
      end =
          segment.scan(
              Segment.HEADER,
              segment.size(),
              new Segment.Visitor() {
                @Override
                public boolean record(long offset, byte[] body) {
                  return true;
                }

                @Override
                public void broken(long from, long to) {
                  if (to == segment.size()) {
                    torn[0] = from;
                  }
                }
              });
    } catch (Segment.NotASegmentException e) {
      LOG.error("{}; it will be sent again", e.getMessage());
      Files.delete(file);
      List<Long> sequences = sequences();
      return sequences.isEmpty() ? new Place(0, Segment.HEADER) : takenUp(sequences.getLast());
    }
    return new Place(sequence, Math.min(end, torn[0]));
  }

  /** Up to where everything has come. */
  synchronized JournalPlace has() {
    Place at = tail;
    return sealed
        ? new JournalPlace(at.segment() + 1, 0)
        : new JournalPlace(at.segment(), at.segment() == 0 ? 0 : at.offset());
  }

  /**
   * Keeps what comes next, on the disk; what does not fit where the last part ended is not taken.
   *
   * @return up to where everything has come then
   * @throws IOException when it can't be written, or is not what was sent
   */
  synchronized JournalPlace take(JournalPart part) throws IOException {
    if (!part.isWhole()) {
      throw new IOException("a part of journal " + id + " came altered");
    }
    firstOfThisRun = part.firstOfRun();
    JournalPlace has = has();
    long segment = part.from().segment();
    boolean next = segment == has.segment() && part.from().offset() == has.offset();
    boolean later = segment > has.segment() && part.from().offset() == 0;
    if (!next && !later) {
      return has;
    }
    if (later && !sealed && tail.segment() > 0) {
      // Of the one before, nothing is left at the gate.
      seal(tail);
    }
    boolean begins = part.from().offset() == 0;
    if (begins && part.bytes().length < Segment.HEADER) {
      throw new IOException("a part of journal " + id + " lacks the header of its file");
    }
    Place end = new Place(segment, part.from().offset() + part.bytes().length);
    try (FileChannel file =
        FileChannel.open(file(segment), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Whatever a crash left beyond the end is overwritten, or was never told of.
      file.truncate(part.from().offset());
      write(file, ByteBuffer.wrap(part.bytes()), part.from().offset());
      file.force(true);
    }
    if (begins) {
      check(segment);
      segments.force();
    }
    tail = end;
    sealed = false;
    if (part.sealed()) {
      seal(end);
      sealed = true;
    }
    return has();
  }

  private void check(long segment) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Segment.open(file(segment), FileChannel.MapMode.READ_ONLY, arena);
    } catch (Segment.NotASegmentException e) {
      Files.delete(file(segment));
      throw e;
    }
  }

  private void seal(Place end) throws IOException {
    try (FileChannel file = FileChannel.open(file(end.segment()), StandardOpenOption.WRITE)) {
      ByteBuffer at = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      write(file, at.putLong(end.offset()).flip(), Segment.SEALED_END);
      file.force(true);
    }
  }

  private static void write(FileChannel file, ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  @Override
  public UUID id() {
    return id;
  }

  @Override
  public long firstOfThisRun() {
    return firstOfThisRun;
  }

  @Override
  public Place tail() {
    return tail;
  }

  @Override
  public double bytesBehind(@Nullable Place place) {
    if (place == null) {
      return Double.NaN;
    }
    Place now = tail;
    double bytes = now.offset() - (double) place.offset();
    for (long sequence = place.segment(); sequence < now.segment(); sequence++) {
      bytes += file(sequence).toFile().length();
    }
    return Math.max(0, bytes);
  }

  @Override
  public List<Long> sequences() throws IOException {
    return segments.sequences();
  }

  @Override
  public Path file(long sequence) {
    return segments.file(sequence);
  }

  @Override
  public void setAside(Path segment, long from, byte[] bytes) throws IOException {
    segments.setAside(segment, from, bytes);
  }
}
