package org.octroi.usage;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
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
   * The access stands at the end since version 2, as one piece that is copied as it is; version 1
   * had its parts among the others. Since version 3 the query's shape is the access's last part.
   */
  static final byte PASSED_VERSION = 3;

  static final byte SHAPE_VERSION = 1;

  private static final byte[][] OUTCOMES =
      Stream.of(UsageEvent.Outcome.values())
          .map(outcome -> outcome.name().getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private RecordCodec() {}

  static byte[] encode(UsageEvent event) {
    RecordBuffer to = new RecordBuffer(512);
    write(event, to);
    return to.copied();
  }

  /** Writes an event behind what is in the buffer already; all that is in it is its fields. */
  static void write(UsageEvent event, RecordBuffer to) {
    to.head(PASSED, PASSED_VERSION);
    to.instant(event.time());
    to.day(event.localDay());
    to.text(event.requestId());
    to.number(event.status());
    List<String> reasons = event.reasons();
    to.number(reasons.size());
    for (int i = 0; i < reasons.size(); i++) {
      to.text(reasons.get(i));
    }
    to.octets(OUTCOMES[event.outcome().ordinal()]);
    to.number(event.rows());
    to.number(event.bytesOut());
    to.number(event.latencyMicros());
    to.textAsBefore(event.region());
    to.number(event.snapshotRevision());
    to.text(event.pseudonym());
    to.number(event.provisional() ? 1 : 0);
    to.octets(event.prepared().encoded());
  }

  static byte[] encode(Access access) {
    RecordBuffer to = new RecordBuffer(384);
    to.id(access.territory());
    to.id(access.holder());
    to.id(access.dataset());
    to.id(access.distribution());
    to.optional(access.reuser(), RecordBuffer::text);
    to.optional(access.application(), RecordBuffer::id);
    to.optional(access.offer(), RecordBuffer::id);
    to.optional(access.agreement(), RecordBuffer::id);
    to.optional(access.licenceVersion(), RecordBuffer::id);
    to.optional(access.tier().map(TierName::value), RecordBuffer::text);
    to.optional(access.purpose().map(Purpose::term), RecordBuffer::text);
    to.text(access.action().word());
    to.text(access.format().word());
    to.text(access.channel().word());
    to.optional(access.shapeHash(), RecordBuffer::text);
    to.optional(access.policyRevision(), RecordBuffer::text);
    to.optional(access.queryShape(), RecordBuffer::text);
    return to.copied();
  }

  static byte[] encode(JournalRecord.Shape shape) {
    RecordBuffer to = new RecordBuffer(64 + shape.input().length());
    to.head(SHAPE, SHAPE_VERSION);
    to.instant(shape.firstSeen());
    to.text(shape.hash());
    to.text(shape.policyRevision());
    to.number(shape.snapshotRevision());
    to.text(shape.input());
    return to.copied();
  }
}
