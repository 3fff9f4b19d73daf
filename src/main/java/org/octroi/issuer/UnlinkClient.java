package org.octroi.issuer;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.ApplicationChanged;
import org.octroi.identity.Applications;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Says that a client is an application no more: every gate refuses its tokens when this answers.
 *
 * @refuses not-found when the caller neither owns the application nor is an operator, or it is no
 *     such client
 */
@Component
@Transactional
class UnlinkClient {

  private final Applications applications;
  private final ForeignClients clients;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  UnlinkClient(
      Applications applications,
      ForeignClients clients,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.applications = applications;
    this.clients = clients;
    this.trail = trail;
    this.events = events;
  }

  void handle(ApplicationId application, LinkId link, Caller by) {
    boolean may =
        applications
            .find(application)
            .filter(found -> found.owner().includes(by) || by.isOperator())
            .isPresent();
    if (!may || !clients.remove(application, link)) {
      throw RefusedException.of(ProblemType.NOT_FOUND, link.toString());
    }
    trail.record(
        by.actor(),
        "application.unlink-client",
        Optional.empty(),
        "application",
        application.toString(),
        Map.of("link", link.toString()));
    events.publishEvent(new ApplicationChanged(application));
  }
}
