package org.octroi.audit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.TerritoryId;

/**
 * One entry of the chain.
 *
 * @param place its place in the chain, from 1, without gaps
 * @param at when, UTC, to the microsecond
 * @param actorKind {@code person}, {@code program} or {@code house}
 * @param actor the id of the person or program, or the part of the house
 * @param action what was done, for example {@code agreement.revoke}
 * @param territory where; empty for what concerns the instance
 * @param subjectKind what it was done to, for example {@code agreement}
 * @param subjectId the id of that
 * @param details more, as plain words; never personal data
 */
record AuditEntry(
    long place,
    Instant at,
    String actorKind,
    String actor,
    String action,
    Optional<TerritoryId> territory,
    String subjectKind,
    String subjectId,
    SortedMap<String, String> details) {

  /** What stands before the first entry. */
  static final String GENESIS = "0".repeat(64);

  AuditEntry(
      long place,
      Instant at,
      String actorKind,
      String actor,
      String action,
      Optional<TerritoryId> territory,
      String subjectKind,
      String subjectId,
      Map<String, String> details) {
    this(
        place,
        at,
        actorKind,
        actor,
        action,
        territory,
        subjectKind,
        subjectId,
        Collections.unmodifiableSortedMap(new TreeMap<>(details)));
  }

  /** The same, as if it stood at another place. */
  AuditEntry movedTo(long otherPlace) {
    return new AuditEntry(
        otherPlace, at, actorKind, actor, action, territory, subjectKind, subjectId, details);
  }

  /**
   * SHA-256 over the hash of the entry before and this entry's fields in order. Each text is
   * preceded by its length in bytes, so that no two different entries write the same bytes.
   */
  String hashAfter(String previous) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, previous);
      out.writeLong(place);
      out.writeLong(at.getEpochSecond());
      out.writeInt(at.getNano());
      write(out, actorKind);
      write(out, actor);
      write(out, action);
      write(out, territory.map(TerritoryId::toString).orElse(""));
      write(out, subjectKind);
      write(out, subjectId);
      out.writeInt(details.size());
      for (Map.Entry<String, String> detail : details.entrySet()) {
        write(out, detail.getKey());
        write(out, detail.getValue());
      }
      return Sha256.hex(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("A buffer in memory can't be written", e);
    }
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }
}
