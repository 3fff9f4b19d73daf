package org.octroi.identity;

import java.util.Optional;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.TerritoryId;

/**
 * Something that people are told.
 *
 * @param kind what happened, {@code <noun>.<past participle>}, for example {@code
 *     agreement.revoked}, up to 80 characters; webhooks choose by it
 * @param territory where; empty for what concerns the instance
 * @param subjectKind what it happened to, for example {@code agreement}, up to 40 characters
 * @param subjectId the id of that, up to 100 characters
 * @param title one line, up to 200 characters
 * @param text plain text; it is mailed, and kept sealed, so it may name people. It does not go to
 *     webhooks
 */
public record Notice(
    String kind,
    Optional<TerritoryId> territory,
    String subjectKind,
    String subjectId,
    Bilingual title,
    Bilingual text) {

  /**
   * @throws IllegalArgumentException when something is longer than it may be, or the kind is not of
   *     its form
   */
  public Notice {
    if (!kind.matches(NoticeKinds.KIND) || kind.length() > 80) {
      throw new IllegalArgumentException("no kind of notice: " + kind);
    }
    if (subjectKind.length() > 40 || subjectId.length() > 100) {
      throw new IllegalArgumentException("overlong subject of a notice " + kind);
    }
    if (title.fr().length() > 200 || title.en().length() > 200) {
      throw new IllegalArgumentException("overlong title of a notice " + kind);
    }
  }

  /** Without its words. */
  @Override
  public String toString() {
    return "Notice[" + kind + " " + subjectKind + " " + subjectId + "]";
  }
}
