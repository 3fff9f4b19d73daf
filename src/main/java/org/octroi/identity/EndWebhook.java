package org.octroi.identity;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.outbox.Outbox;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Ends a webhook; what it was still to be told is forgotten.
 *
 * @refuses not-found when the caller does not own it
 */
@Component
@Transactional
class EndWebhook {

  private final Webhooks webhooks;
  private final Outbox outbox;
  private final AuditTrail trail;

  EndWebhook(Webhooks webhooks, Outbox outbox, AuditTrail trail) {
    this.webhooks = webhooks;
    this.outbox = outbox;
    this.trail = trail;
  }

  void handle(WebhookId id, Caller by) {
    Webhook webhook = webhooks.owned(id, by);
    webhooks.remove(webhook.id());
    outbox.withdraw(webhook.id());
    trail.record(by.actor(), "webhook.end", Optional.empty(), "webhook", id.toString(), Map.of());
  }
}
