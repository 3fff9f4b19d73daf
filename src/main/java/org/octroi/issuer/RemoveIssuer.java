package org.octroi.issuer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.ApplicationChanged;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Trusts an issuer no more: every gate refuses its tokens when this answers. Which of its clients
 * the applications were is forgotten.
 *
 * @refuses forbidden when the caller does not run the instance
 * @refuses not-found when there is no such issuer
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class RemoveIssuer {

  private final TrustedIssuers trusted;
  private final ForeignClients clients;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  RemoveIssuer(
      TrustedIssuers trusted,
      ForeignClients clients,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.trusted = trusted;
    this.clients = clients;
    this.trail = trail;
    this.events = events;
  }

  void handle(IssuerId id, ExpectedVersion expected, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    TrustedIssuer before =
        trusted
            .find(id)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    expected.check(before.version());
    List<ApplicationId> linked = clients.applicationsOf(id);
    if (!trusted.remove(id, before.version())) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    trail.record(
        by.actor(),
        "issuer.remove",
        Optional.empty(),
        "issuer",
        id.toString(),
        Map.of("url", before.url()));
    events.publishEvent(new IssuerChanged(id));
    events.publishEvent(new IssuerKeysChanged());
    linked.forEach(application -> events.publishEvent(new ApplicationChanged(application)));
  }
}
