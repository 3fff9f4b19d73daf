package org.octroi.identity;

import java.util.UUID;
import org.octroi.vocabulary.Id;

/** Names a notice, for all who were told it. */
public record NoticeId(UUID value) implements Id {

  /** A new, time-ordered id. */
  static NoticeId create() {
    return new NoticeId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static NoticeId of(String text) {
    return new NoticeId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
