package org.octroi.identity;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Registers an address at which somebody's programs are told things, and gives it a secret that is
 * shown this once.
 *
 * @refuses invalid-field when the caller does not act for the organisation named
 * @refuses conflict when the owner has as many webhooks as one may have
 */
@Component
@Transactional
class RegisterWebhook {

  private static final int MOST = 10;

  private final Webhooks webhooks;
  private final Clock clock;
  private final AuditTrail trail;

  RegisterWebhook(Webhooks webhooks, Clock clock, AuditTrail trail) {
    this.webhooks = webhooks;
    this.clock = clock;
    this.trail = trail;
  }

  /** A webhook with its secret, the only time that it is known outside. */
  record WithSecret(Webhook webhook, OpaqueSecret secret) {}

  WithSecret handle(
      String url, NoticeKinds kinds, Optional<OrganisationId> organisation, Caller by) {
    if (organisation.isPresent() && !by.organisations().contains(organisation.get())) {
      throw new RefusedException(
          Refusal.field("/organisation", "must be an organisation that you act for"));
    }
    Owner owner =
        organisation
            .<Owner>map(Owner.OfOrganisation::new)
            .orElseGet(() -> new Owner.OfPerson(by.person()));
    if (webhooks.count(owner) >= MOST) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "there are " + MOST + " webhooks, end one of them first");
    }
    Webhook webhook =
        new Webhook(
            WebhookId.create(), owner, url, kinds, clock.instant().truncatedTo(ChronoUnit.MICROS));
    OpaqueSecret secret = OpaqueSecret.create("octw_");
    webhooks.add(webhook, secret);
    trail.record(
        by.actor(),
        "webhook.register",
        Optional.empty(),
        "webhook",
        webhook.id().toString(),
        Map.of(owner.kind(), owner.id()));
    return new WithSecret(webhook, secret);
  }
}
