package org.octroi.outbox;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.octroi.vocabulary.TerritoryId;

/**
 * How it stands with a message; nothing of what is in it.
 *
 * @param id names the message
 * @param means how it travels
 * @param kind what it tells of
 * @param territory where that happened
 * @param recipient the id of the person or subscription that it is for
 * @param state waiting, sent or dead
 * @param tries how often it was tried, the try under way included
 * @param error why the last try failed
 * @param createdAt when it was written
 * @param endedAt when it was sent or given up
 */
public record Delivery(
    MessageId id,
    Means means,
    String kind,
    Optional<TerritoryId> territory,
    String recipient,
    State state,
    int tries,
    Optional<String> error,
    Instant createdAt,
    Optional<Instant> endedAt) {

  /** Where a message is on its way. */
  public enum State {
    /** To be sent, now or at the next try. */
    PENDING,
    /** Taken by its receiver. */
    SENT,
    /** Given up. */
    DEAD;

    /** The word as it stands in tables and APIs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }
}
