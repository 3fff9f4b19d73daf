package org.octroi.identity;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.audit.AuditTrail;
import org.octroi.outbox.Delivery;
import org.octroi.outbox.MessageId;
import org.octroi.outbox.Outbox;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Sends a webhook a notice of the kind {@code webhook.tested}, so that its owner sees whether it
 * gets there.
 *
 * @refuses not-found when the caller does not own it
 * @refuses conflict while something else is on its way there
 */
@Component
@Transactional
class TestWebhook {

  private final Webhooks webhooks;
  private final Notices notices;
  private final Outbox outbox;
  private final Clock clock;
  private final AuditTrail trail;

  TestWebhook(Webhooks webhooks, Notices notices, Outbox outbox, Clock clock, AuditTrail trail) {
    this.webhooks = webhooks;
    this.notices = notices;
    this.outbox = outbox;
    this.clock = clock;
    this.trail = trail;
  }

  MessageId handle(WebhookId id, Caller by) {
    Webhook webhook = webhooks.owned(id, by);
    // One at a time, so that nobody has us flood somebody else's address.
    Optional<Delivery> newest = Optional.ofNullable(outbox.newest(Set.of(id)).get(id.toString()));
    if (newest.filter(delivery -> delivery.state() == Delivery.State.PENDING).isPresent()) {
      throw RefusedException.of(ProblemType.CONFLICT, "a message is on its way there already");
    }
    MessageId message =
        notices.call(
            webhook,
            new Notice(
                "webhook.tested",
                Optional.empty(),
                "webhook",
                id.toString(),
                new Bilingual("Essai du webhook", "Test of the webhook"),
                new Bilingual("", "")),
            clock.instant());
    trail.record(by.actor(), "webhook.test", Optional.empty(), "webhook", id.toString(), Map.of());
    return message;
  }
}
