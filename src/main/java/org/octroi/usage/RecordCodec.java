package org.octroi.usage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TierName;

/**
 * Records as bytes: a type, a version of that type, then its fields. Numbers are zigzag varints (as
 * in Protocol Buffers), ids 16 bytes, texts UTF-8 behind their length, what may be absent behind a
 * byte that says so. Choices go by their word, not their ordinal, so that reordering an enum can't
 * change the past. A field is only ever added with a new version. {@link RecordDecoder} reads them.
 */
final class RecordCodec {

  static final byte PASSED = 1;
  static final byte SHAPE = 2;

  /** Fills a stretch that was set aside; it carries nothing. */
  static final byte SKIPPED = 3;

  /**
   * The access stands at the end since version 2, as one piece that is copied as it is. Version 1
   * had its parts among the others.
   */
  static final byte PASSED_VERSION = 2;

  static final byte SHAPE_VERSION = 1;

  private RecordCodec() {}

  static byte[] encode(UsageEvent event) {
    byte[] access = event.prepared().encoded();
    Writer to = new Writer(192 + access.length);
    to.head(PASSED, PASSED_VERSION);
    to.instant(event.time());
    to.number(event.localDay().toEpochDay());
    to.text(event.requestId());
    to.number(event.status());
    to.number(event.reasons().size());
    for (String reason : event.reasons()) {
      to.text(reason);
    }
    to.text(event.outcome().name());
    to.number(event.rows());
    to.number(event.bytesOut());
    to.number(event.latencyMicros());
    to.text(event.region());
    to.number(event.snapshotRevision());
    to.text(event.pseudonym());
    to.number(event.provisional() ? 1 : 0);
    to.octets(access);
    return to.bytes();
  }

  static byte[] encode(Access access) {
    Writer to = new Writer(384);
    to.id(access.territory());
    to.id(access.holder());
    to.id(access.dataset());
    to.id(access.distribution());
    to.optional(access.reuser(), Writer::text);
    to.optional(access.application(), Writer::id);
    to.optional(access.offer(), Writer::id);
    to.optional(access.agreement(), Writer::id);
    to.optional(access.licenceVersion(), Writer::id);
    to.optional(access.tier().map(TierName::value), Writer::text);
    to.optional(access.purpose().map(Purpose::term), Writer::text);
    to.text(access.action().word());
    to.text(access.format().word());
    to.text(access.channel().word());
    to.optional(access.shapeHash(), Writer::text);
    to.optional(access.policyRevision(), Writer::text);
    return to.bytes();
  }

  static byte[] encode(JournalRecord.Shape shape) {
    Writer to = new Writer(64 + shape.input().length());
    to.head(SHAPE, SHAPE_VERSION);
    to.instant(shape.firstSeen());
    to.text(shape.hash());
    to.text(shape.policyRevision());
    to.number(shape.snapshotRevision());
    to.text(shape.input());
    return to.bytes();
  }

  private static final class Writer {

    private byte[] bytes;
    private int size;

    Writer(int expected) {
      bytes = new byte[expected];
    }

    private interface Put<T> {
      void put(Writer to, T value);
    }

    void head(byte type, byte version) {
      octet(type);
      octet(version);
    }

    void octet(int value) {
      room(1);
      bytes[size++] = (byte) value;
    }

    void number(long value) {
      long zigzag = (value << 1) ^ (value >> 63);
      room(10);
      while ((zigzag & ~0x7FL) != 0) {
        bytes[size++] = (byte) (zigzag | 0x80);
        zigzag >>>= 7;
      }
      bytes[size++] = (byte) zigzag;
    }

    void instant(Instant value) {
      number(value.getEpochSecond());
      number(value.getNano());
    }

    void text(String value) {
      octets(value.getBytes(StandardCharsets.UTF_8));
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
      }
    }

    byte[] bytes() {
      return Arrays.copyOf(bytes, size);
    }
  }
}
