package org.octroi.identity;

import java.util.UUID;
import org.octroi.vocabulary.Id;

/** Names a webhook. */
public record WebhookId(UUID value) implements Id {

  /** A new, time-ordered id. */
  static WebhookId create() {
    return new WebhookId(Id.next());
  }

  /**
   * Reads the id back from its string form.
   *
   * @throws IllegalArgumentException when the text is no UUID
   */
  public static WebhookId of(String text) {
    return new WebhookId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
