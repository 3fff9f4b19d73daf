package org.octroi.outbox;

import java.util.Optional;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.TerritoryId;

/**
 * What may be known of a message without opening it.
 *
 * @param id names the message
 * @param kind what it tells of, for example {@code agreement.revoked}, up to 80 characters
 * @param territory where that happened; empty for what concerns the instance
 * @param recipient the person, or the subscription, that it is for
 */
public record Envelope(MessageId id, String kind, Optional<TerritoryId> territory, Id recipient) {}
