package org.octroi.usage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the journal, mapped into memory.
 *
 * <pre>
 * header  magic 8 | sequence 8 | salt 8 | sealed end 8 (0 while it is written to)
 * record  length 4 | CRC-32C 4 | body (type 1, version 1, payload), filled up to a multiple of 8
 * </pre>
 *
 * <p>What is written to a mapped page belongs to the kernel at once, so a killed process loses none
 * of it. A record's length is written last, with release order: a record whose length stands there
 * is whole. After a loss of power pages may be missing in any place; the checksum tells, and the
 * scan goes on at the next place where a whole record stands. The checksum begins with the file's
 * random salt, so that nothing a caller sends can pass for a record when the one around it is torn.
 *
 * <p>Appending is for one thread at a time; reading what is below {@link #position} is for many.
 */
final class Segment {

  static final int HEADER = 32;

  /** Where the header says where the records end. */
  static final int SEALED_END = 24;

  private static final long MAGIC = 0x4f4354524a4e4c31L; // OCTRJNL1
  private static final int FRAME = 8;
  private static final int SMALLEST = 16;
  private static final int PAGE = 4096;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final VarHandle LENGTH = INT.varHandle();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final Arena arena;
  private final MemorySegment memory;
  private final long sequence;
  private final byte[] salt;

  /** Of what is appended; readers have their own. */
  private final CRC32C checksum = new CRC32C();

  private long position = HEADER;

  private Segment(Path file, Arena arena, MemorySegment memory) {
    this.file = file;
    this.arena = arena;
    this.memory = memory;
    this.sequence = memory.get(LONG, 8);
    this.salt = memory.asSlice(16, 8).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * Makes a file of zeros, so that its blocks are the disk's promise before anything is appended: a
   * full disk is met here, and not as a fault in mid-record.
   */
  static void allocate(Path file, long size) throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 16);
      for (long written = 0; written < size; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), size - written));
        written += channel.write(zeros);
      }
    }
  }

  /** Maps an allocated file, so that it can be begun. */
  // The segment has it, and closes it when it is closed.
  @SuppressWarnings("MustBeClosedChecker")
  static Ready map(Path allocated) throws IOException {
    Arena arena = Arena.ofShared();
    return new Ready(allocated, arena, map(allocated, FileChannel.MapMode.READ_WRITE, arena));
  }

  /**
   * Maps an allocated file and touches each of its pages, which is not left to the first who
   * appends to it.
   */
  static Ready ready(Path allocated) throws IOException {
    Ready ready = map(allocated);
    for (long at = 0; at < ready.memory.byteSize(); at += PAGE) {
      ready.memory.set(ValueLayout.JAVA_BYTE, at, (byte) 0);
    }
    return ready;
  }

  /** A file of zeros that is mapped already. */
  static final class Ready {
    private final Path file;
    private final Arena arena;
    private final MemorySegment memory;

    private Ready(Path file, Arena arena, MemorySegment memory) {
      this.file = file;
      this.arena = arena;
      this.memory = memory;
    }

    /**
     * Turns it into the segment of this sequence, and moves it to its name. It stays mapped until
     * it is closed.
     */
    Segment begin(Path folder, long sequence) throws IOException {
      Path named = folder.resolve(name(sequence));
      byte[] salt = new byte[8];
      RANDOM.nextBytes(salt);
      memory.set(LONG, 8, sequence);
      MemorySegment.copy(salt, 0, memory, ValueLayout.JAVA_BYTE, 16, salt.length);
      memory.set(LONG, SEALED_END, 0);
      memory.set(LONG, 0, MAGIC);
      Files.move(file, named, StandardCopyOption.ATOMIC_MOVE);
      return new Segment(named, arena, memory);
    }

    /** It is not needed. */
    void discard() throws IOException {
      arena.close();
      Files.deleteIfExists(file);
    }
  }

  /**
   * Opens a segment to read it, or to mend it.
   *
   * @throws NotASegmentException when the header is none
   */
  static Segment open(Path file, FileChannel.MapMode mode, Arena arena) throws IOException {
    if (Files.size(file) < HEADER) {
      throw new NotASegmentException(file);
    }
    MemorySegment memory = map(file, mode, arena);
    if (memory.get(LONG, 0) != MAGIC || !name(memory.get(LONG, 8)).equals(nameOf(file))) {
      throw new NotASegmentException(file);
    }
    return new Segment(file, arena, memory);
  }

  private static MemorySegment map(Path file, FileChannel.MapMode mode, Arena arena)
      throws IOException {
    StandardOpenOption[] options =
        mode.equals(FileChannel.MapMode.READ_ONLY)
            ? new StandardOpenOption[] {StandardOpenOption.READ}
            : new StandardOpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE};
    try (FileChannel channel = FileChannel.open(file, options)) {
      return channel.map(mode, 0, channel.size(), arena);
    }
  }

  static String name(long sequence) {
    return "%016d.journal".formatted(sequence);
  }

  static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  long sequence() {
    return sequence;
  }

  Path file() {
    return file;
  }

  /** Where the next record goes. */
  long position() {
    return position;
  }

  long size() {
    return memory.byteSize();
  }

  /** Where the records of a sealed segment end; 0 for one that is being written to. */
  long sealedEnd() {
    return memory.get(LONG, SEALED_END);
  }

  /** Whether a body fits a new segment of a size. */
  static boolean fits(int bodyLength, long segmentSize) {
    return HEADER + total(bodyLength) <= segmentSize;
  }

  private static long total(int bodyLength) {
    return Math.max(SMALLEST, (FRAME + (long) bodyLength + 7) & ~7L);
  }

  /** Appends a record; false when it does not fit any more. */
  boolean append(byte[] body) {
    return append(body, body.length);
  }

  /** Appends the record that the first so many bytes are; false when it does not fit any more. */
  boolean append(byte[] body, int length) {
    long total = total(length);
    if (position + total > memory.byteSize()) {
      return false;
    }
    write(position, body, length);
    position += total;
    return true;
  }

  private void write(long at, byte[] body, int length) {
    MemorySegment.copy(body, 0, memory, ValueLayout.JAVA_BYTE, at + FRAME, length);
    checksum.reset();
    checksum.update(salt, 0, salt.length);
    checksum.update(body, 0, length);
    memory.set(INT, at + 4, (int) checksum.getValue());
    LENGTH.setRelease(memory, at, length);
  }

  private int checksum(ByteBuffer body) {
    CRC32C crc = new CRC32C();
    crc.update(salt);
    crc.update(body);
    return (int) crc.getValue();
  }

  /** No record comes after this. */
  void seal() {
    memory.set(LONG, SEALED_END, position);
  }

  /** Lets go of the memory that it is mapped to; nothing may be asked of it any more. */
  void close() {
    arena.close();
  }

  /**
   * Forces what was written from one place to another to the disk, and the header, which changes
   * twice: when the segment is begun and when it is sealed.
   */
  void force(long from, long to) {
    if (from == HEADER) {
      memory.asSlice(0, Math.max(to, HEADER)).force();
      return;
    }
    if (to > from) {
      memory.asSlice(from, to - from).force();
    }
    if (sealedEnd() != 0) {
      memory.asSlice(0, HEADER).force();
    }
  }

  /** What a scan meets. */
  interface Visitor {

    /** A whole record; returns whether to go on. */
    boolean record(long offset, byte[] body);

    /** A stretch that holds no whole record. */
    void broken(long from, long to);
  }

  /**
   * Reads records from one place on, up to an end.
   *
   * @return where the scan stopped: the place to go on from
   */
  long scan(long from, long end, Visitor visitor) {
    long at = from;
    while (at < end) {
      int length = lengthOfWholeRecord(at, end);
      if (length < 0) {
        long next = nextWholeRecord(at + SMALLEST, end);
        visitor.broken(at, next);
        at = next;
        continue;
      }
      long next = at + total(length);
      byte[] body = memory.asSlice(at + FRAME, length).toArray(ValueLayout.JAVA_BYTE);
      if (body[0] != RecordCodec.SKIPPED && !visitor.record(at, body)) {
        return next;
      }
      at = next;
    }
    return at;
  }

  /** The body's length, or -1 where no whole record begins. */
  private int lengthOfWholeRecord(long at, long end) {
    if (at + SMALLEST > end) {
      return -1;
    }
    int length = (int) LENGTH.getAcquire(memory, at);
    if (length < 2 || at + total(length) > end) {
      return -1;
    }
    ByteBuffer body = memory.asSlice(at + FRAME, length).asByteBuffer();
    return checksum(body) == memory.get(INT, at + 4) ? length : -1;
  }

  private long nextWholeRecord(long from, long end) {
    for (long at = from; at + SMALLEST <= end; at += 8) {
      if (lengthOfWholeRecord(at, end) >= 0) {
        return at;
      }
    }
    return end;
  }

  /** The body of the record that begins at a place below an end, or null where none is whole. */
  byte @Nullable [] body(long at, long end) {
    int length = at < HEADER || at % 8 != 0 ? -1 : lengthOfWholeRecord(at, end);
    return length < 0 ? null : bytes(at + FRAME, at + FRAME + length);
  }

  private record Stretch(long from, long to) {}

  /** What is told of a stretch that is set aside. */
  interface Aside {
    void setAside(long from, byte[] bytes) throws IOException;
  }

  /**
   * Mends a segment that was being written to when its process ended: every whole record is kept,
   * the rest is handed over and overwritten, and the segment is sealed behind the last record.
   */
  void recover(Aside aside) throws IOException {
    List<Stretch> broken = new ArrayList<>();
    long[] last = {HEADER};
    scan(
        HEADER,
        memory.byteSize(),
        new Visitor() {
          @Override
          public boolean record(long offset, byte[] body) {
            last[0] = offset + total(body.length);
            return true;
          }

          @Override
          public void broken(long from, long to) {
            broken.add(new Stretch(from, to));
          }
        });
    for (Stretch stretch : broken) {
      byte[] bytes = upToLastByte(stretch.from(), stretch.to());
      if (bytes.length > 0) {
        aside.setAside(stretch.from(), bytes);
      }
      memory.asSlice(stretch.from(), stretch.to() - stretch.from()).fill((byte) 0);
      if (stretch.to() < last[0]) {
        byte[] skipped = new byte[(int) (stretch.to() - stretch.from()) - FRAME];
        skipped[0] = RecordCodec.SKIPPED;
        skipped[1] = 1;
        write(stretch.from(), skipped, skipped.length);
      }
    }
    position = last[0];
    seal();
    memory.force();
  }

  private byte[] upToLastByte(long from, long to) {
    long end = to;
    while (end > from && memory.get(ValueLayout.JAVA_BYTE, end - 1) == 0) {
      end--;
    }
    return bytes(from, end);
  }

  byte[] bytes(long from, long to) {
    return memory.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
  }

  /** A file in the journal's folder has the name of a segment, and is none. */
  static final class NotASegmentException extends IOException {
    private static final long serialVersionUID = 1L;

    NotASegmentException(Path file) {
      super(file + " does not begin like a segment of the journal");
    }
  }
}
