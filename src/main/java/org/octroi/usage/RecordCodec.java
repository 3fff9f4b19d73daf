package org.octroi.usage;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;

/**
 * Records as bytes: a type, a version of that type, then its fields. Numbers are zigzag varints (as
 * in Protocol Buffers), ids 16 bytes, texts UTF-8 behind their length, what may be absent behind a
 * byte that says so. Choices go by their word, not their ordinal, so that reordering an enum can't
 * change the past. A field is only ever added with a new version.
 */
final class RecordCodec {

  static final byte PASSED = 1;
  static final byte SHAPE = 2;

  /** Fills a stretch that was set aside; it carries nothing. */
  static final byte SKIPPED = 3;

  private static final byte VERSION = 1;

  private RecordCodec() {}

  static byte[] encode(UsageEvent event) {
    Writer to = new Writer(512);
    to.head(PASSED, VERSION);
    to.instant(event.time());
    to.number(event.localDay().toEpochDay());
    to.text(event.requestId());
    to.id(event.territory());
    to.id(event.holder());
    to.id(event.dataset());
    to.id(event.distribution());
    to.optional(event.reuser(), Writer::text);
    to.optional(event.application(), Writer::id);
    to.optional(event.offer(), Writer::id);
    to.optional(event.agreement(), Writer::id);
    to.optional(event.licenceVersion(), Writer::id);
    to.optional(event.tier().map(TierName::value), Writer::text);
    to.optional(event.purpose().map(Purpose::term), Writer::text);
    to.text(event.action().word());
    to.text(event.format().word());
    to.text(event.channel().word());
    to.number(event.status());
    to.number(event.reasons().size());
    event.reasons().forEach(to::text);
    to.text(event.outcome().name());
    to.number(event.rows());
    to.number(event.bytesOut());
    to.number(event.latencyMicros());
    to.text(event.region());
    to.optional(event.shapeHash(), Writer::text);
    to.optional(event.policyRevision(), Writer::text);
    to.number(event.snapshotRevision());
    to.text(event.pseudonym());
    to.number(event.provisional() ? 1 : 0);
    return to.bytes();
  }

  static byte[] encode(JournalRecord.Shape shape) {
    Writer to = new Writer(64 + shape.input().length());
    to.head(SHAPE, VERSION);
    to.instant(shape.firstSeen());
    to.text(shape.hash());
    to.text(shape.policyRevision());
    to.number(shape.snapshotRevision());
    to.text(shape.input());
    return to.bytes();
  }

  /**
   * Reads a record back; its checksum held, so what can't be read was written by another version.
   */
  static JournalRecord decode(byte[] bytes) {
    try {
      return read(new Reader(bytes), bytes[0], bytes[1]);
    } catch (IllegalArgumentException | ArithmeticException | BufferUnderflowException e) {
      // A word that a later version brought in: as foreign as a type that it brought in.
      return new JournalRecord.Unreadable(bytes[0], bytes[1]);
    }
  }

  private static JournalRecord read(Reader from, byte type, byte version) {
    from.octet();
    from.octet();
    if (version == VERSION && type == PASSED) {
      return new JournalRecord.Passed(passed(from));
    }
    if (version == VERSION && type == SHAPE) {
      return new JournalRecord.Shape(
          from.instant(), from.text(), from.text(), from.number(), from.text());
    }
    return new JournalRecord.Unreadable(type, version);
  }

  private static UsageEvent passed(Reader from) {
    return new UsageEvent(
        from.instant(),
        LocalDate.ofEpochDay(from.number()),
        from.text(),
        new TerritoryId(from.uuid()),
        new HolderId(from.uuid()),
        new DatasetId(from.uuid()),
        new DistributionId(from.uuid()),
        from.optional(Reader::text),
        from.optional(r -> new ApplicationId(r.uuid())),
        from.optional(r -> new OfferId(r.uuid())),
        from.optional(r -> new AgreementId(r.uuid())),
        from.optional(r -> new LicenceVersionId(r.uuid())),
        from.optional(r -> new TierName(r.text())),
        from.optional(r -> new Purpose(r.text())),
        Action.of(from.text()),
        Format.of(from.text()).orElse(Format.BINARY),
        Channel.of(from.text()),
        Math.toIntExact(from.number()),
        from.texts(),
        UsageEvent.Outcome.valueOf(from.text()),
        from.number(),
        from.number(),
        from.number(),
        from.text(),
        from.optional(Reader::text),
        from.optional(Reader::text),
        from.number(),
        from.text(),
        from.number() == 1);
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
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      number(utf8.length);
      room(utf8.length);
      System.arraycopy(utf8, 0, bytes, size, utf8.length);
      size += utf8.length;
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

  private static final class Reader {

    private final ByteBuffer bytes;

    Reader(byte[] bytes) {
      this.bytes = ByteBuffer.wrap(bytes);
    }

    int octet() {
      return bytes.get();
    }

    long number() {
      long zigzag = 0;
      int shift = 0;
      byte next;
      do {
        next = bytes.get();
        zigzag |= (next & 0x7FL) << shift;
        shift += 7;
      } while (next < 0);
      return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    Instant instant() {
      return Instant.ofEpochSecond(number(), number());
    }

    String text() {
      byte[] utf8 = new byte[Math.toIntExact(number())];
      bytes.get(utf8);
      return new String(utf8, StandardCharsets.UTF_8);
    }

    List<String> texts() {
      int count = Math.toIntExact(number());
      List<String> texts = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        texts.add(text());
      }
      return texts;
    }

    UUID uuid() {
      return new UUID(bytes.getLong(), bytes.getLong());
    }

    <T> Optional<T> optional(Function<Reader, T> read) {
      return octet() == 1 ? Optional.of(read.apply(this)) : Optional.empty();
    }
  }
}
