package org.octroi.outbox;

import java.util.UUID;
import org.octroi.vocabulary.Id;

/**
 * Names a message, the same at each try: receivers find it in {@code Message-ID} or {@code
 * Octroi-Delivery}, and drop what they have already.
 */
public record MessageId(UUID value) implements Id {

  /** A new, time-ordered id. */
  public static MessageId create() {
    return new MessageId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static MessageId of(String text) {
    return new MessageId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
