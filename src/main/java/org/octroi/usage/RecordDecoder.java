package org.octroi.usage;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.KeyId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;

/**
 * Reads records that {@link RecordCodec} wrote, in this version of the program or in one before it.
 * An access that it has met already it does not read again, but knows by its bytes, or by where
 * they stand. For one thread and one segment.
 */
final class RecordDecoder {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final byte[] NOTHING = {};

  /** What versions 1 and 2 did not keep is absent. */
  private static final byte[] NO_QUERY_SHAPE = {0};

  private static final Map<String, Outcome> OUTCOMES =
      Stream.of(Outcome.values()).collect(toUnmodifiableMap(Outcome::name, outcome -> outcome));

  private final Bodies bodies;
  private final Map<Octets, PreparedAccess> met = new HashMap<>();

  /** The accesses that records lean on, by where those stand. */
  private final Map<Long, PreparedAccess> leanedOn = new HashMap<>();

  /** The other records of the segment. */
  interface Bodies {
    /** The body of the record at a place, or null where no whole one stands. */
    byte @Nullable [] at(long offset);
  }

  RecordDecoder(Bodies bodies) {
    this.bodies = bodies;
  }

  /** Bytes that are told apart by what is in them. */
  private record Octets(byte[] bytes) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Octets(byte[] others) && Arrays.equals(bytes, others);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /**
   * Reads a record back; its checksum held, so what can't be read was written by another version.
   */
  JournalRecord decode(byte[] bytes) {
    try {
      return read(new Reader(bytes), bytes[0], bytes[1]);
    } catch (IllegalArgumentException | ArithmeticException | BufferUnderflowException e) {
      // A word that a later version brought in: as foreign as a type that it brought in.
      return new JournalRecord.Unreadable(bytes[0], bytes[1]);
    }
  }

  private JournalRecord read(Reader from, byte type, byte version) {
    from.octet();
    from.octet();
    if (type == RecordCodec.PASSED && version >= 1 && version <= RecordCodec.PASSED_LEANING) {
      return passed(from, version);
    }
    if (type == RecordCodec.SHAPE && version == RecordCodec.SHAPE_VERSION) {
      return new JournalRecord.Shape(
          from.instant(), from.text(), from.text(), from.number(), from.text());
    }
    if (type == RecordCodec.KEY_USED && version == RecordCodec.KEY_USED_VERSION) {
      return new JournalRecord.KeyUsed(new KeyId(from.uuid()), from.day());
    }
    return new JournalRecord.Unreadable(type, version);
  }

  /**
   * In version 1 the access stands in two places among the other fields and not at the end; put
   * together, and with what came with version 3, they are what stands there now.
   */
  private JournalRecord passed(Reader from, int version) {
    boolean scattered = version == 1;
    Instant time = from.instant();
    LocalDate localDay = from.day();
    String requestId = from.text();
    byte[] reach = scattered ? from.passedOver(RecordDecoder::passOverReach) : NOTHING;
    int status = Math.toIntExact(from.number());
    List<String> reasons = from.texts();
    Outcome outcome = outcome(from.text());
    long rows = from.number();
    long bytesOut = from.number();
    long latencyMicros = from.number();
    String region = from.text();
    byte[] decision = scattered ? from.passedOver(RecordDecoder::passOverDecision) : NOTHING;
    long snapshotRevision = from.number();
    String pseudonym = from.text();
    boolean provisional = from.number() == 1;
    PreparedAccess access;
    if (version == RecordCodec.PASSED_LEANING) {
      long accessAt = from.number();
      PreparedAccess standing = standingAt(accessAt);
      if (standing == null) {
        return new JournalRecord.Severed(accessAt);
      }
      access = standing;
    } else {
      byte[] encoded = scattered ? together(reach, decision) : from.octets();
      access =
          prepared(
              version < RecordCodec.PASSED_WHOLE ? together(encoded, NO_QUERY_SHAPE) : encoded);
    }
    return new JournalRecord.Passed(
        new UsageEvent(
            time,
            localDay,
            requestId,
            access,
            status,
            reasons,
            outcome,
            rows,
            bytesOut,
            latencyMicros,
            region,
            snapshotRevision,
            pseudonym,
            provisional));
  }

  private @Nullable PreparedAccess standingAt(long offset) {
    PreparedAccess known = leanedOn.get(offset);
    if (known != null) {
      return known;
    }
    byte[] body = bodies.at(offset);
    if (body == null
        || body[0] != RecordCodec.PASSED
        || body[1] != RecordCodec.PASSED_WHOLE
        || !(decode(body) instanceof JournalRecord.Passed(UsageEvent whole))) {
      return null;
    }
    leanedOn.put(offset, whole.prepared());
    return whole.prepared();
  }

  private static Outcome outcome(String name) {
    Outcome known = OUTCOMES.get(name);
    if (known == null) {
      throw new IllegalArgumentException("an outcome of a later version: " + name);
    }
    return known;
  }

  /** From the territory to the channel. */
  private static void passOverReach(Reader from) {
    for (int ids = 0; ids < 4; ids++) {
      from.uuid();
    }
    from.optional(Reader::text);
    for (int ids = 0; ids < 4; ids++) {
      from.optional(Reader::uuid);
    }
    from.optional(Reader::text);
    from.optional(Reader::text);
    for (int words = 0; words < 3; words++) {
      from.text();
    }
  }

  /** The shape's hash and the policy's revision. */
  private static void passOverDecision(Reader from) {
    from.optional(Reader::text);
    from.optional(Reader::text);
  }

  private static byte[] together(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private PreparedAccess prepared(byte[] encoded) {
    return met.computeIfAbsent(
        new Octets(encoded), same -> new PreparedAccess(access(new Reader(encoded)), encoded));
  }

  private static Access access(Reader from) {
    return new Access(
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
        from.optional(Reader::text),
        from.optional(Reader::text),
        from.optional(Reader::text));
  }

  private static final class Reader {

    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    int octet() {
      return bytes[passOver(1)];
    }

    /** Where so many bytes begin; behind them it goes on. */
    private int passOver(int length) {
      if (length < 0 || length > bytes.length - at) {
        throw new BufferUnderflowException();
      }
      int from = at;
      at += length;
      return from;
    }

    long number() {
      long zigzag = 0;
      int shift = 0;
      int next;
      do {
        next = octet();
        zigzag |= (next & 0x7FL) << shift;
        shift += 7;
      } while (next < 0);
      return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    Instant instant() {
      return Instant.ofEpochSecond(number(), number());
    }

    LocalDate day() {
      return LocalDate.ofEpochDay(number());
    }

    String text() {
      int length = Math.toIntExact(number());
      return new String(bytes, passOver(length), length, StandardCharsets.UTF_8);
    }

    byte[] octets() {
      int length = Math.toIntExact(number());
      int from = passOver(length);
      return Arrays.copyOfRange(bytes, from, from + length);
    }

    /** The bytes of what is read over. */
    byte[] passedOver(Consumer<Reader> read) {
      int from = at;
      read.accept(this);
      return Arrays.copyOfRange(bytes, from, at);
    }

    List<String> texts() {
      int count = Math.toIntExact(number());
      if (count == 0) {
        return List.of();
      }
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        texts.add(text());
      }
      return texts;
    }

    UUID uuid() {
      return new UUID((long) LONGS.get(bytes, passOver(8)), (long) LONGS.get(bytes, passOver(8)));
    }

    <T> Optional<T> optional(Function<Reader, T> read) {
      return octet() == 1 ? Optional.of(read.apply(this)) : Optional.empty();
    }
  }
}
