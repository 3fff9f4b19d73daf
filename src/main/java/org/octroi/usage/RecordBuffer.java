package org.octroi.usage;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;
import org.octroi.vocabulary.Id;

/**
 * Where a record is made into bytes. It grows to the longest that it has held and is used again, so
 * that an event costs no memory of its own. For one thread.
 */
final class RecordBuffer {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private byte[] bytes;
  private MemorySegment segment;
  private int size;
  private String before = "";
  private byte[] beforeBytes = {};
  private LocalDate dayBefore = LocalDate.EPOCH;
  private long epochDayBefore;

  RecordBuffer(int expected) {
    bytes = new byte[expected];
    segment = MemorySegment.ofArray(bytes);
  }

  /** What is written behind the byte that says that it is there. */
  interface Put<T> {
    void put(RecordBuffer to, T value);
  }

  void clear() {
    size = 0;
  }

  /** The record is the first {@link #size} bytes of this, until the next change. */
  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  byte[] copied() {
    return Arrays.copyOf(bytes, size);
  }

  void head(byte type, byte version) {
    octet(type);
    octet(version);
  }

  /** Changes what {@link #head} wrote into an empty buffer. */
  void version(byte version) {
    bytes[1] = version;
  }

  /** Forgets what was written since there were so many bytes. */
  void backTo(int sizeThen) {
    size = sizeThen;
  }

  void octet(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  void number(long value) {
    room(10);
    size = put(value, bytes, size);
  }

  private static int put(long value, byte[] to, int from) {
    int at = from;
    long zigzag = (value << 1) ^ (value >> 63);
    while ((zigzag & ~0x7FL) != 0) {
      to[at++] = (byte) (zigzag | 0x80);
      zigzag >>>= 7;
    }
    to[at++] = (byte) zigzag;
    return at;
  }

  void instant(Instant value) {
    number(value.getEpochSecond());
    number(value.getNano());
  }

  /** A day, which is the same as that of the record before but for once a day. */
  void day(LocalDate value) {
    if (!value.equals(dayBefore)) {
      dayBefore = value;
      epochDayBefore = value.toEpochDay();
    }
    number(epochDayBefore);
  }

  /**
   * Almost all texts are ASCII: those are put where they belong without a copy of their own, by the
   * one way that the JDK has for it. That writes a zero behind them, for which there is room.
   */
  void text(String value) {
    int length = value.length();
    room(11 + length);
    int from = put(length, bytes, size);
    segment.setString(from, value, StandardCharsets.UTF_8);
    if (ascii(from, from + length)) {
      size = from + length;
    } else {
      octets(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** In UTF-8 the first character that is none of ASCII begins with a byte whose top bit is set. */
  private boolean ascii(int from, int to) {
    long bits = 0;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      bits |= (long) LONGS.get(bytes, at);
    }
    for (; at < to; at++) {
      bits |= bytes[at];
    }
    return (bits & 0x8080808080808080L) == 0;
  }

  /** A text that is the same object from one record to the next more often than not. */
  @SuppressWarnings("ReferenceEquality")
  void textAsBefore(String value) {
    if (value != before) {
      before = value;
      beforeBytes = value.getBytes(StandardCharsets.UTF_8);
    }
    octets(beforeBytes);
  }

  void octets(byte[] value) {
    number(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  void id(Id value) {
    room(16);
    ByteBuffer.wrap(bytes, size, 16)
        .putLong(value.value().getMostSignificantBits())
        .putLong(value.value().getLeastSignificantBits());
    size += 16;
  }

  <T> void optional(Optional<T> value, Put<? super T> put) {
    octet(value.isPresent() ? 1 : 0);
    value.ifPresent(v -> put.put(this, v));
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
      segment = MemorySegment.ofArray(bytes);
    }
  }
}
