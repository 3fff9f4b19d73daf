package org.octroi.licence;

import java.time.Instant;
import java.util.Optional;
import org.octroi.entitlement.Snapshot;
import org.octroi.vocabulary.LicenceVersionId;

/**
 * A published version of a licence: it never changes. Its texts are asked of {@link
 * Licences#texts}.
 *
 * @param id its id
 * @param licence the licence
 * @param number from 1
 * @param authoritative the language of the text that binds, {@code fr} or {@code en}; another text
 *     is a translation
 * @param textSha256 SHA-256 over the UTF-8 bytes of the authoritative text, in hex: what reusers
 *     accept
 * @param terms what it says, for machines
 * @param publishedAt since when it stands
 * @param effectiveAt from when on it is the licence's text; until then the one before is
 * @param reacceptBy by when those who accepted an older version must have accepted a newer one;
 *     empty where their agreements go on
 * @param note what changed, in the words of who wrote it
 */
public record LicenceVersion(
    LicenceVersionId id,
    Licence licence,
    int number,
    String authoritative,
    String textSha256,
    Terms terms,
    Instant publishedAt,
    Instant effectiveAt,
    Optional<Instant> reacceptBy,
    Optional<String> note) {

  /** What the gate must know of it. */
  public Snapshot.Licence snapshot() {
    return new Snapshot.Licence(
        id, licence.name(), number, licence.title(), licence.address(), textSha256);
  }
}
