package org.octroi.issuer;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Says anew what an issuer is called and in which territories it is trusted.
 *
 * @refuses forbidden when the caller does not run the instance
 * @refuses not-found when there is no such issuer
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class ChangeIssuer {

  private final TrustedIssuers trusted;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  ChangeIssuer(TrustedIssuers trusted, AuditTrail trail, ApplicationEventPublisher events) {
    this.trusted = trusted;
    this.trail = trail;
    this.events = events;
  }

  TrustedIssuer handle(
      IssuerId id, String name, Set<TerritoryId> territories, ExpectedVersion expected, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    TrustedIssuer before =
        trusted
            .find(id)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    expected.check(before.version());
    if (!trusted.change(id, name, territories, before.version())) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    trail.record(
        by.actor(),
        "issuer.change",
        Optional.empty(),
        "issuer",
        id.toString(),
        Map.of("name", name, "territories", text(territories)));
    events.publishEvent(new IssuerChanged(id));
    return trusted.find(id).orElseThrow();
  }

  static String text(Set<TerritoryId> territories) {
    return territories.stream()
        .map(TerritoryId::toString)
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
