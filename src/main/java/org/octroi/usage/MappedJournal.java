package org.octroi.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.StartRefusedException;
import org.octroi.vocabulary.KeyId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * The journal as a folder of {@link Segment}s.
 *
 * <p>A record is made into bytes by the thread that brings it, in a buffer that it keeps; a short
 * lock covers the copy into the mapped file. The first passage of an access in a segment has the
 * access whole, and those after it say where that stands: it is forced with them or before them, so
 * what the disk has been promised to have never leans on what it has not. Every start begins a new
 * segment, after mending the one that was open when the last process ended: what is torn there goes
 * to a file {@code <segment>.<offset>.torn} and is reported, the rest is kept. In the background
 * what was appended is forced to the disk, and the next segment is made ready. Where answers wait
 * for the disk ({@link #forced}), the force begins when the first of them asks for it, and all who
 * come while it is under way share the next.
 *
 * <p>A segment is only begun where it leaves a quarter of the disk's reserve free. Where there is
 * no room the journal is unavailable, looks again once a second, and goes on when there is.
 */
@Component
final class MappedJournal implements UsageJournal, Journal, DisposableBean {

  private static final Logger LOG = LoggerFactory.getLogger(MappedJournal.class);
  private static final Pattern NUMBERED = Pattern.compile("(\\d{16})\\.journal.*");
  private static final int LONGEST_RECORD = 1 << 19;
  private static final int LONGEST_NUMBER = 10;
  private static final int LONGEST_NAME = 128;
  private static final int LONGEST_REQUEST_ID = 64;
  private static final long LOOK_AGAIN_NANOS = 1_000_000_000;

  private final Path folder;
  private final SegmentFolder segments;
  private final long segmentSize;
  private final long leftToOthers;
  private final boolean forcedBeforeAnswersEnd;
  private final Disk disk;
  private final Clock clock;
  private final FolderLock folderLock;
  private final UUID id;
  private final long firstOfThisRun;
  private final ScheduledExecutorService forcer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("usage-journal").factory());
  private final Cache<String, Boolean> keptShapes =
      Caffeine.newBuilder().maximumSize(20_000).executor(Runnable::run).build();
  private final ThreadLocal<RecordBuffer> buffers =
      ThreadLocal.withInitial(() -> new RecordBuffer(1024));
  private final Counter tornRecords;
  private final Counter forceFailures;

  /** Guards what is below, for the length of a copy. */
  private final ReentrantLock lock = new ReentrantLock();

  private Segment active;
  private Segment.@Nullable Ready spare;
  private boolean closed;
  private long appended;
  private final List<Segment> sealed = new ArrayList<>();
  private List<CompletableFuture<Void>> waiting = new ArrayList<>();

  /** Why there was no room for a segment, and when that was found out. */
  private @Nullable IOException noRoom;

  private long noRoomSince;

  /** Where {@link #active} is forced up to, or the segment that was active then; forcer only. */
  private @Nullable Segment forcing;

  private long forcedUpTo;
  private boolean forceFails;
  private boolean roomFails;

  @Autowired
  MappedJournal(
      UsageProperties properties,
      ObjectProvider<Disk> disk,
      ObjectProvider<Clock> clock,
      MeterRegistry metrics) {
    this(
        properties,
        disk.getIfAvailable(LocalDisk::new),
        clock.getIfAvailable(Clock::systemUTC),
        metrics);
  }

  MappedJournal(UsageProperties properties, Disk disk, Clock clock, MeterRegistry metrics) {
    this.folder = properties.journalFolder().toAbsolutePath();
    this.segments = new SegmentFolder(folder);
    this.segmentSize = properties.segmentSize().toBytes();
    this.leftToOthers = properties.diskReserve().toBytes() / 4;
    this.forcedBeforeAnswersEnd = properties.durability() == UsageProperties.Durability.FSYNC;
    this.disk = disk;
    this.clock = clock;
    this.tornRecords = metrics.counter("octroi.usage.journal.torn");
    this.forceFailures = metrics.counter("octroi.usage.journal.force.failures");
    try {
      Files.createDirectories(folder);
      this.folderLock =
          FolderLock.of(folder)
              .orElseThrow(
                  () ->
                      new StartRefusedException(
                          "Another process writes to the usage journal in " + folder + ".",
                          "Stop it first, or give this one a folder of its own with"
                              + " octroi.data-folder."));
    } catch (IOException e) {
      throw new StartRefusedException(
          "The folder of the usage journal, " + folder + ", can't be written: " + e.getMessage(),
          "Make it writable, or name another with octroi.usage.journal-folder.");
    }
    try {
      this.id = readOrMakeId();
      this.firstOfThisRun = mend() + 1;
      this.active = allocated().begin(folder, firstOfThisRun);
      segments.force();
    } catch (IOException e) {
      closeLock();
      throw new StartRefusedException(
          "The usage journal in " + folder + " can't be begun: " + e.getMessage(),
          "Free some disk space, or name another folder with octroi.usage.journal-folder.");
    } catch (StartRefusedException e) {
      closeLock();
      throw e;
    }
    FunctionCounter.builder("octroi.usage.events.appended", this, MappedJournal::appended)
        .register(metrics);
    long every = Math.max(1, properties.forceInterval().toMillis());
    var _ = forcer.scheduleWithFixedDelay(this::force, every, every, TimeUnit.MILLISECONDS);
  }

  private void closeLock() {
    try {
      folderLock.close();
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
    for (Path file : segments.list(Pattern.compile("\\d*\\.?new"))) {
      Files.deleteIfExists(file);
    }
    for (Path file : segments.segments()) {
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
    for (Path file : segments.list(NUMBERED)) {
      last = Math.max(last, SegmentFolder.sequence(file));
    }
    return last;
  }

  @Override
  public void setAside(Path segment, long from, byte[] bytes) throws IOException {
    if (segments.setAside(segment, from, bytes)) {
      tornRecords.increment();
    }
  }

  @Override
  public void append(UsageEvent event) {
    if (event.requestId().length() > LONGEST_REQUEST_ID) {
      throw new IllegalArgumentException("a request id has at most 64 characters");
    }
    RecordBuffer buffer = buffers.get();
    buffer.clear();
    RecordCodec.writeAllButAccess(event, buffer);
    int soFar = buffer.size();
    checkLength(soFar + event.prepared().encoded().length + LONGEST_NUMBER);
    lock.lock();
    try {
      checkOpen();
      if (!appendTo(active, buffer, soFar, event.prepared())) {
        beginNext();
        appendTo(active, buffer, soFar, event.prepared());
      }
      appended++;
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      lock.unlock();
    }
  }

  /** The first record of an access in a segment has it whole, the others say where that stands. */
  private static boolean appendTo(
      Segment segment, RecordBuffer buffer, int soFar, PreparedAccess access) {
    long accessAt = access.standsIn(segment);
    if (accessAt != 0) {
      RecordCodec.writeLeaning(buffer, soFar, accessAt);
      return segment.append(buffer.array(), buffer.size());
    }
    RecordCodec.writeWhole(buffer, soFar, access);
    long at = segment.position();
    if (!segment.append(buffer.array(), buffer.size())) {
      return false;
    }
    access.stands(segment, at);
    return true;
  }

  @Override
  public void keepShape(
      String shapeHash, String policyRevision, long snapshotRevision, String input) {
    if (shapeHash.length() > LONGEST_NAME || policyRevision.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("a hash or revision has at most 128 characters");
    }
    if (keptShapes.getIfPresent(shapeHash) == null) {
      byte[] shape =
          RecordCodec.encode(
              new JournalRecord.Shape(
                  Instant.now(clock), shapeHash, policyRevision, snapshotRevision, input));
      write(shape);
      keptShapes.put(shapeHash, true);
    }
  }

  @Override
  public void keyUsed(KeyId key, LocalDate on) {
    write(RecordCodec.encode(new JournalRecord.KeyUsed(key, on)));
  }

  private void write(byte[] body) {
    checkLength(body.length);
    lock.lock();
    try {
      checkOpen();
      if (!active.append(body, body.length)) {
        beginNext();
        active.append(body, body.length);
      }
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      lock.unlock();
    }
  }

  private void checkLength(int length) {
    if (length > LONGEST_RECORD || !Segment.fits(length, segmentSize)) {
      throw new IllegalArgumentException("a record of " + length + " bytes is too long");
    }
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("it is closed");
    }
  }

  private JournalUnavailableException unwritable(IOException cause) {
    return new JournalUnavailableException(
        "The usage journal in " + folder + " can't be written: " + cause.getMessage(), cause);
  }

  private void beginNext() throws IOException {
    Segment.Ready ready = spare;
    if (ready == null) {
      if (noRoom != null && System.nanoTime() - noRoomSince < LOOK_AGAIN_NANOS) {
        throw noRoom;
      }
      try {
        ready = allocated();
      } catch (IOException e) {
        noRoom = e;
        noRoomSince = System.nanoTime();
        throw e;
      }
    }
    Segment next = ready.begin(folder, active.sequence() + 1);
    spare = null;
    noRoom = null;
    active.seal();
    sealed.add(active);
    active = next;
  }

  private Segment.Ready allocated() throws IOException {
    Path file = folder.resolve("new");
    allocate(file);
    return Segment.map(file);
  }

  private void allocate(Path file) throws IOException {
    long free = disk.free(folder);
    if (free < segmentSize + leftToOthers) {
      throw new IOException(
          "the disk has "
              + DataSize.ofBytes(free).toMegabytes()
              + " MB free, of which "
              + DataSize.ofBytes(leftToOthers).toMegabytes()
              + " are left to the database (octroi.usage.disk-reserve)");
    }
    disk.allocate(file, segmentSize);
  }

  @Override
  public boolean forcedBeforeAnswersEnd() {
    return forcedBeforeAnswersEnd;
  }

  @Override
  public CompletionStage<Void> forced() {
    CompletableFuture<Void> waiter = new CompletableFuture<>();
    lock.lock();
    try {
      checkOpen();
      waiting.add(waiter);
      if (waiting.size() == 1) {
        forcer.execute(this::force);
      }
    } catch (IOException e) {
      return CompletableFuture.failedFuture(unavailable(e));
    } finally {
      lock.unlock();
    }
    return waiter;
  }

  private JournalUnavailableException unavailable(Exception cause) {
    return new JournalUnavailableException(
        "The usage journal in " + folder + " does not reach the disk: " + cause.getMessage(),
        cause);
  }

  private void force() {
    List<CompletableFuture<Void>> served;
    lock.lock();
    try {
      served = waiting;
      waiting = new ArrayList<>();
    } finally {
      lock.unlock();
    }
    try {
      forceOnce();
      served.forEach(waiter -> waiter.complete(null));
      if (forceFails) {
        forceFails = false;
        LOG.info("The usage journal reaches the disk again");
      }
    } catch (IOException | RuntimeException e) {
      JournalUnavailableException unavailable = unavailable(e);
      served.forEach(waiter -> waiter.completeExceptionally(unavailable));
      forceFailures.increment();
      if (!forceFails) {
        forceFails = true;
        LOG.error("The usage journal does not reach the disk: {}", e.getMessage());
      }
    }
    makeRoom();
  }

  private void forceOnce() throws IOException {
    List<Segment> justSealed;
    Segment current;
    long upTo;
    lock.lock();
    try {
      justSealed = List.copyOf(sealed);
      current = active;
      upTo = active.position();
    } finally {
      lock.unlock();
    }
    for (Segment segment : justSealed) {
      disk.force(segment, segment == forcing ? forcedUpTo : Segment.HEADER, segment.position());
      lock.lock();
      try {
        sealed.remove(segment);
      } finally {
        lock.unlock();
      }
      // Else it would count as the process's memory until some collection of garbage.
      segment.close();
    }
    if (justSealed.contains(current)) {
      // The journal is being closed: that was the last of it.
      segments.force();
      return;
    }
    if (current != forcing) {
      segments.force();
      forcing = current;
      forcedUpTo = Segment.HEADER;
    }
    if (upTo > forcedUpTo) {
      disk.force(current, forcedUpTo, upTo);
      forcedUpTo = upTo;
    }
  }

  /** Has the next segment at hand before it is needed; none is made in a request's way then. */
  private void makeRoom() {
    long following;
    lock.lock();
    try {
      boolean wanted = !closed && spare == null && active.position() > active.size() / 2;
      if (!wanted || (noRoom != null && System.nanoTime() - noRoomSince < LOOK_AGAIN_NANOS)) {
        return;
      }
      following = active.sequence() + 1;
    } finally {
      lock.unlock();
    }
    Path file = folder.resolve(following + ".new");
    try {
      allocate(file);
      keepSpare(Segment.ready(file));
      if (roomFails) {
        roomFails = false;
        LOG.info("The usage journal has room again");
      }
    } catch (IOException e) {
      lock.lock();
      try {
        noRoom = e;
        noRoomSince = System.nanoTime();
      } finally {
        lock.unlock();
      }
      if (!roomFails) {
        roomFails = true;
        LOG.error("The usage journal has no room for its next file: {}", e.getMessage());
      }
    }
  }

  private void keepSpare(Segment.Ready ready) throws IOException {
    lock.lock();
    try {
      if (spare == null && !closed) {
        spare = ready;
        noRoom = null;
        return;
      }
    } finally {
      lock.unlock();
    }
    ready.discard();
  }

  private long appended() {
    lock.lock();
    try {
      return appended;
    } finally {
      lock.unlock();
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
    lock.lock();
    try {
      return new Place(active.sequence(), active.position());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public double bytesBehind(@Nullable Place place) {
    if (place == null) {
      return Double.NaN;
    }
    Place tail = tail();
    return (tail.segment() - place.segment()) * (double) segmentSize
        + tail.offset()
        - place.offset();
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
        spare.discard();
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
