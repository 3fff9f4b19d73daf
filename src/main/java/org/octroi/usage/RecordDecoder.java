package org.octroi.usage;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
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
import java.util.function.Function;
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
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;

/**
 * Reads records that {@link RecordCodec} wrote, in this version of the program or in one before it.
 * An access that it has met already it does not read again, but knows by its bytes. For one thread
 * and one run through the journal.
 */
final class RecordDecoder {

  private final Map<Octets, PreparedAccess> met = new HashMap<>();

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
    if (type == RecordCodec.PASSED && version == RecordCodec.PASSED_VERSION) {
      return new JournalRecord.Passed(passed(from));
    }
    if (type == RecordCodec.PASSED && version == 1) {
      return new JournalRecord.Passed(passedInVersion1(from));
    }
    if (type == RecordCodec.SHAPE && version == RecordCodec.SHAPE_VERSION) {
      return new JournalRecord.Shape(
          from.instant(), from.text(), from.text(), from.number(), from.text());
    }
    return new JournalRecord.Unreadable(type, version);
  }

  private UsageEvent passed(Reader from) {
    Instant time = from.instant();
    LocalDate localDay = LocalDate.ofEpochDay(from.number());
    String requestId = from.text();
    int status = Math.toIntExact(from.number());
    List<String> reasons = from.texts();
    Outcome outcome = Outcome.valueOf(from.text());
    long rows = from.number();
    long bytesOut = from.number();
    long latencyMicros = from.number();
    String region = from.text();
    long snapshotRevision = from.number();
    String pseudonym = from.text();
    boolean provisional = from.number() == 1;
    return new UsageEvent(
        time,
        localDay,
        requestId,
        prepared(from.octets()),
        status,
        reasons,
        outcome,
        rows,
        bytesOut,
        latencyMicros,
        region,
        snapshotRevision,
        pseudonym,
        provisional);
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
        from.optional(Reader::text));
  }

  private static UsageEvent passedInVersion1(Reader from) {
    Instant time = from.instant();
    LocalDate localDay = LocalDate.ofEpochDay(from.number());
    String requestId = from.text();
    TerritoryId territory = new TerritoryId(from.uuid());
    HolderId holder = new HolderId(from.uuid());
    DatasetId dataset = new DatasetId(from.uuid());
    DistributionId distribution = new DistributionId(from.uuid());
    Optional<String> reuser = from.optional(Reader::text);
    Optional<ApplicationId> application = from.optional(r -> new ApplicationId(r.uuid()));
    Optional<OfferId> offer = from.optional(r -> new OfferId(r.uuid()));
    Optional<AgreementId> agreement = from.optional(r -> new AgreementId(r.uuid()));
    Optional<LicenceVersionId> licence = from.optional(r -> new LicenceVersionId(r.uuid()));
    Optional<TierName> tier = from.optional(r -> new TierName(r.text()));
    Optional<Purpose> purpose = from.optional(r -> new Purpose(r.text()));
    Action action = Action.of(from.text());
    Format format = Format.of(from.text()).orElse(Format.BINARY);
    Channel channel = Channel.of(from.text());
    int status = Math.toIntExact(from.number());
    List<String> reasons = from.texts();
    Outcome outcome = Outcome.valueOf(from.text());
    long rows = from.number();
    long bytesOut = from.number();
    long latencyMicros = from.number();
    String region = from.text();
    Access access =
        new Access(
            territory,
            holder,
            dataset,
            distribution,
            reuser,
            application,
            offer,
            agreement,
            licence,
            tier,
            purpose,
            action,
            format,
            channel,
            from.optional(Reader::text),
            from.optional(Reader::text));
    return new UsageEvent(
        time,
        localDay,
        requestId,
        new PreparedAccess(access),
        status,
        reasons,
        outcome,
        rows,
        bytesOut,
        latencyMicros,
        region,
        from.number(),
        from.text(),
        from.number() == 1);
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
      return new String(octets(), StandardCharsets.UTF_8);
    }

    byte[] octets() {
      byte[] octets = new byte[Math.toIntExact(number())];
      bytes.get(octets);
      return octets;
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
