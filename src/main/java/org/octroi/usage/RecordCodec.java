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
  static final byte PASSED_WHOLE = 3;

  /**
   * At the end stands where in the same segment a record of version 3 stands that has the access.
   */
  static final byte PASSED_LEANING = 4;

  static final byte KEY_USED = 4;

  static final byte SHAPE_VERSION = 1;
  static final byte KEY_USED_VERSION = 1;

  private static final byte[][] OUTCOMES =
      Stream.of(UsageEvent.Outcome.values())
          .map(outcome -> outcome.name().getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private RecordCodec() {}

  static byte[] encode(UsageEvent event) {
    RecordBuffer to = new RecordBuffer(512);
    writeAllButAccess(event, to);
    writeWhole(to, to.size(), event.prepared());
    return to.copied();
  }

  /** Ends a record, which had come so far, with its access. */
  static void writeWhole(RecordBuffer to, int soFar, PreparedAccess access) {
    to.backTo(soFar);
    to.version(PASSED_WHOLE);
    to.octets(access.encoded());
  }

  /** Ends a record, which had come so far, with where its access stands in its segment. */
  static void writeLeaning(RecordBuffer to, int soFar, long accessAt) {
    to.backTo(soFar);
    to.version(PASSED_LEANING);
    to.number(accessAt);
  }

  /** Writes an event into an empty buffer, for one of the two to end it. */
  static void writeAllButAccess(UsageEvent event, RecordBuffer to) {
    to.head(PASSED, PASSED_WHOLE);
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

  static byte[] encode(JournalRecord.KeyUsed used) {
    RecordBuffer to = new RecordBuffer(32);
    to.head(KEY_USED, KEY_USED_VERSION);
    to.id(used.key());
    to.number(used.on().toEpochDay());
    return to.copied();
  }
}
