package org.octroi.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The journal as a folder of {@link Segment}s.
 *
 * <p>A record is made into bytes by the thread that brings it; a short lock covers the copy into
 * the mapped file. Every start begins a new segment, after mending the one that was open when the
 * last process ended: what is torn there goes to a file {@code <segment>.<offset>.torn} and is
 * reported, the rest is kept. In the background what was appended is forced to the disk, and the
 * next segment is made ready.
 */
@Component
final class MappedJournal implements UsageJournal, DisposableBean {

  private static final Logger LOG = LoggerFactory.getLogger(MappedJournal.class);
  private static final Pattern SEGMENT = Pattern.compile("(\\d{16})\\.journal");
  private static final Pattern NUMBERED = Pattern.compile("(\\d{16})\\.journal.*");
  private static final int LONGEST_RECORD = 1 << 19;
  private static final int LONGEST_NAME = 128;
  private static final int LONGEST_REQUEST_ID = 64;

  private final Path folder;
  private final long segmentSize;
  private final Clock clock;
  private final FileChannel lockChannel;
  private final UUID id;
  private final long firstOfThisRun;
  private final ScheduledExecutorService forcer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("usage-journal").factory());
  private final Cache<String, Boolean> keptShapes =
      Caffeine.newBuilder().maximumSize(20_000).executor(Runnable::run).build();
  private final Counter appended;
  private final Counter tornRecords;
  private final Counter forceFailures;

  /** Guards what is below, for the length of a copy. */
  private final ReentrantLock lock = new ReentrantLock();

  private Segment active;
  private @Nullable Path spare;
  private boolean closed;
  private final List<Segment> sealed = new ArrayList<>();

  /** Where {@link #active} is forced up to, or the segment that was active then; forcer only. */
  private @Nullable Segment forcing;

  private long forcedUpTo;
  private boolean forceFails;

  @Autowired
  MappedJournal(UsageProperties properties, ObjectProvider<Clock> clock, MeterRegistry metrics) {
    this(properties, clock.getIfAvailable(Clock::systemUTC), metrics);
  }

  MappedJournal(UsageProperties properties, Clock clock, MeterRegistry metrics) {
    this.folder = properties.journalFolder().toAbsolutePath();
    this.segmentSize = properties.segmentSize().toBytes();
    this.clock = clock;
    this.appended = metrics.counter("octroi.usage.events.appended");
    this.tornRecords = metrics.counter("octroi.usage.journal.torn");
    this.forceFailures = metrics.counter("octroi.usage.journal.force.failures");
    try {
      Files.createDirectories(folder);
      this.lockChannel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new StartRefusedException(
          "The folder of the usage journal, " + folder + ", can't be written: " + e.getMessage(),
          "Make it writable, or name another with octroi.usage.journal-folder.");
    }
    try {
      takeLock();
      this.id = readOrMakeId();
      this.firstOfThisRun = mend() + 1;
      this.active = Segment.begin(allocated(), folder, firstOfThisRun);
      forceFolder();
    } catch (IOException e) {
      closeLock();
      throw new StartRefusedException(
          "The usage journal in " + folder + " can't be begun: " + e.getMessage(),
          "Free some disk space, or name another folder with octroi.usage.journal-folder.");
    } catch (StartRefusedException e) {
      closeLock();
      throw e;
    }
    long every = Math.max(1, properties.forceInterval().toMillis());
    var _ = forcer.scheduleWithFixedDelay(this::force, every, every, TimeUnit.MILLISECONDS);
  }

  private void takeLock() throws IOException {
    FileLock held;
    try {
      held = lockChannel.tryLock();
    } catch (OverlappingFileLockException e) {
      held = null;
    }
    if (held == null) {
      throw new StartRefusedException(
          "Another process writes to the usage journal in " + folder + ".",
          "Stop it first, or give this one a folder of its own with octroi.data-folder.");
    }
  }

  private void closeLock() {
    try {
      lockChannel.close();
    } catch (IOException e) {
      LOG.warn("The lock of the usage journal could not be let go: {}", e.getMessage());
    }
  }

  /** The journal's name, by which its drained position is kept; a new folder is a new journal. */
  private UUID readOrMakeId() throws IOException {
    Path file = folder.resolve("id");
    if (Files.notExists(file)) {
      Files.writeString(file, UUID.randomUUID() + "\n");
    }
    try {
      return UUID.fromString(Files.readString(file).strip());
    } catch (IllegalArgumentException e) {
      throw new StartRefusedException(
          "The file " + file + " does not hold the journal's id.",
          "Put it back from a backup; without it drained records would be counted again.");
    }
  }

  /** Mends what the last process left open; returns the last sequence in use. */
  private long mend() throws IOException {
    for (Path file : list(Pattern.compile("\\d*\\.?new"))) {
      Files.deleteIfExists(file);
    }
    for (Path file : list(SEGMENT)) {
      try (Arena arena = Arena.ofConfined()) {
        Segment segment = Segment.open(file, FileChannel.MapMode.READ_WRITE, arena);
        if (segment.sealedEnd() == 0) {
          segment.recover((from, bytes) -> setAside(file, from, bytes));
        }
      } catch (Segment.NotASegmentException e) {
        Path aside = file.resolveSibling(Segment.nameOf(file) + ".torn");
        Files.move(file, aside);
        tornRecords.increment();
        LOG.error("{}; it was set aside as {}", e.getMessage(), aside);
      }
    }
    long last = 0;
    for (Path file : list(NUMBERED)) {
      last = Math.max(last, Long.parseLong(Segment.nameOf(file).substring(0, 16)));
    }
    return last;
  }

  /** Keeps what is no whole record beside the journal, for whoever wants to look at it. */
  void setAside(Path segment, long from, byte[] bytes) throws IOException {
    Path aside = segment.resolveSibling(Segment.nameOf(segment) + "." + from + ".torn");
    if (Files.notExists(aside)) {
      Files.write(aside, bytes);
      tornRecords.increment();
      LOG.error(
          "{} bytes at {} of {} are no whole record; they were set aside as {}",
          bytes.length,
          from,
          segment,
          aside);
    }
  }

  private List<Path> list(Pattern names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> names.matcher(Segment.nameOf(f)).matches()).sorted().toList();
    }
  }

  @Override
  public void append(UsageEvent event) {
    if (event.requestId().length() > LONGEST_REQUEST_ID) {
      throw new IllegalArgumentException("a request id has at most 64 characters");
    }
    write(RecordCodec.encode(event));
    appended.increment();
  }

  @Override
  public void keepShape(
      String shapeHash, String policyRevision, long snapshotRevision, String input) {
    if (shapeHash.length() > LONGEST_NAME || policyRevision.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("a hash or revision has at most 128 characters");
    }
    if (keptShapes.getIfPresent(shapeHash) == null) {
      write(
          RecordCodec.encode(
              new JournalRecord.Shape(
                  Instant.now(clock), shapeHash, policyRevision, snapshotRevision, input)));
      keptShapes.put(shapeHash, true);
    }
  }

  private void write(byte[] body) {
    if (body.length > LONGEST_RECORD || !Segment.fits(body.length, segmentSize)) {
      throw new IllegalArgumentException("a record of " + body.length + " bytes is too long");
    }
    lock.lock();
    try {
      if (closed) {
        throw new IOException("it is closed");
      }
      if (!active.append(body)) {
        Path ready = spare;
        Segment next =
            Segment.begin(ready == null ? allocated() : ready, folder, active.sequence() + 1);
        spare = null;
        active.seal();
        sealed.add(active);
        active = next;
        active.append(body);
      }
    } catch (IOException e) {
      throw new JournalUnavailableException(
          "The usage journal in " + folder + " can't be written: " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private Path allocated() throws IOException {
    Path file = folder.resolve("new");
    Segment.allocate(file, segmentSize);
    return file;
  }

  private void force() {
    try {
      forceOnce();
      if (forceFails) {
        forceFails = false;
        LOG.info("The usage journal reaches the disk again");
      }
    } catch (IOException | UncheckedIOException e) {
      forceFailures.increment();
      if (!forceFails) {
        forceFails = true;
        LOG.error("The usage journal does not reach the disk: {}", e.getMessage());
      }
    }
  }

  private void forceOnce() throws IOException {
    List<Segment> justSealed;
    Segment current;
    long upTo;
    boolean wantsSpare;
    lock.lock();
    try {
      justSealed = List.copyOf(sealed);
      sealed.clear();
      current = active;
      upTo = active.position();
      wantsSpare = spare == null && upTo > active.size() / 2;
    } finally {
      lock.unlock();
    }
    for (Segment segment : justSealed) {
      segment.force(segment == forcing ? forcedUpTo : Segment.HEADER, segment.position());
      // Else it would count as the process's memory until some collection of garbage.
      segment.close();
    }
    if (justSealed.contains(current)) {
      // The journal is being closed: that was the last of it.
      forceFolder();
      return;
    }
    if (current != forcing) {
      forcing = current;
      forcedUpTo = Segment.HEADER;
      forceFolder();
    }
    if (upTo > forcedUpTo) {
      current.force(forcedUpTo, upTo);
      forcedUpTo = upTo;
    }
    if (wantsSpare) {
      prepareSpare(current);
    }
  }

  private void prepareSpare(Segment before) throws IOException {
    Path file = folder.resolve((before.sequence() + 1) + ".new");
    Segment.allocate(file, segmentSize);
    lock.lock();
    try {
      if (spare == null && !closed) {
        spare = file;
        return;
      }
    } finally {
      lock.unlock();
    }
    Files.deleteIfExists(file);
  }

  private void forceFolder() throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** The journal's name. */
  UUID id() {
    return id;
  }

  /** The sequence of the first segment that this process wrote. */
  long firstOfThisRun() {
    return firstOfThisRun;
  }

  /** Where the next record will go. */
  Place tail() {
    lock.lock();
    try {
      return new Place(active.sequence(), active.position());
    } finally {
      lock.unlock();
    }
  }

  /** The sequences of the segments in the folder, oldest first. */
  List<Long> sequences() throws IOException {
    return list(SEGMENT).stream()
        .map(file -> Long.parseLong(Segment.nameOf(file).substring(0, 16)))
        .toList();
  }

  Path file(long sequence) {
    return folder.resolve(Segment.name(sequence));
  }

  @Override
  public void destroy() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      active.seal();
      sealed.add(active);
    } finally {
      lock.unlock();
    }
    forcer.close();
    force();
    try {
      if (spare != null) {
        Files.deleteIfExists(spare);
      }
    } catch (IOException e) {
      LOG.warn("An unused segment could not be deleted: {}", e.getMessage());
    }
    closeLock();
  }

  /**
   * A place in the journal.
   *
   * @param segment the segment's sequence
   * @param offset the offset in it
   */
  record Place(long segment, long offset) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      return segment != other.segment
          ? Long.compare(segment, other.segment)
          : Long.compare(offset, other.offset);
    }
  }
}
