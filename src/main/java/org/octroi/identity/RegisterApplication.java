package org.octroi.identity;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Registers a reuser's software, for the caller or for an organisation that they act for, and gives
 * it a client id and a secret that is shown this once.
 *
 * @refuses invalid-field when the caller does not act for the organisation named
 * @refuses email-not-confirmed when the caller's address is not confirmed
 */
@Component
@Transactional
class RegisterApplication {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Applications applications;
  private final EmailConfirmation confirmation;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  RegisterApplication(
      JdbcClient jdbc,
      Clock clock,
      Applications applications,
      EmailConfirmation confirmation,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.applications = applications;
    this.confirmation = confirmation;
    this.trail = trail;
    this.events = events;
  }

  /** An application with the secret that it has from now on, the only time that it is known. */
  record WithSecret(RegisteredApplication application, OpaqueSecret secret) {}

  WithSecret handle(
      String name,
      Optional<String> contact,
      Optional<OrganisationId> organisation,
      List<WebOrigin> origins,
      Caller by) {
    confirmation.check(by);
    if (organisation.isPresent() && !by.organisations().contains(organisation.get())) {
      throw new RefusedException(
          Refusal.field("/organisation", "must be an organisation that you act for"));
    }
    ApplicationId id = ApplicationId.create();
    OpaqueSecret secret = newSecret();
    jdbc.sql(
            """
            insert into application
              (id, owner_person, owner_organisation, name, contact, client_id,
               client_secret_sha256, status, suspended_by_operator, origins, version,
               created_at)
            values
              (:id, :person, :organisation, :name, :contact, :client, :hash, 'active', false,
               :origins, 1,
               :now)
            """)
        .param("id", id.toString())
        .param("person", organisation.isPresent() ? null : by.person().toString())
        .param("organisation", organisation.map(OrganisationId::toString).orElse(null))
        .param("name", name.strip())
        .param("contact", contact.orElse(null))
        .param("client", "octa-" + id)
        .param("hash", secret.hash())
        .param("origins", Applications.column(origins))
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    Map<String, String> details = new HashMap<>();
    organisation.ifPresentOrElse(
        o -> details.put("organisation", o.toString()),
        () -> details.put("person", by.person().toString()));
    if (!origins.isEmpty()) {
      details.put("origins", Applications.column(origins));
    }
    trail.record(
        by.actor(),
        "application.register",
        Optional.empty(),
        "application",
        id.toString(),
        details);
    events.publishEvent(new ClientSecretIssued(id, secret));
    events.publishEvent(new ApplicationChanged(id));
    return new WithSecret(applications.find(id).orElseThrow(), secret);
  }

  static OpaqueSecret newSecret() {
    return OpaqueSecret.create("octs_");
  }
}
