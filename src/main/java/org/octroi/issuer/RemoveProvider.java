package org.octroi.issuer;

import java.util.List;
import java.util.Map;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.OutsidePeople;
import org.octroi.identity.PageSessions;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lets nobody sign in with a provider any more: their sessions end, and the roles that they had by
 * its word. Their accounts stay.
 *
 * @refuses forbidden when the caller does not run the instance
 * @refuses not-found when there is no such provider
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class RemoveProvider {

  private final SignInProviders providers;
  private final OutsidePeople people;
  private final PageSessions sessions;
  private final AuditTrail trail;

  RemoveProvider(
      SignInProviders providers, OutsidePeople people, PageSessions sessions, AuditTrail trail) {
    this.providers = providers;
    this.people = people;
    this.sessions = sessions;
    this.trail = trail;
  }

  void handle(ProviderId id, ExpectedVersion expected, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    SignInProvider before =
        providers
            .find(id)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    expected.check(before.version());
    for (PersonId person : providers.peopleOf(id)) {
      people.hold(person, List.of(), providers.grantsOf(id, person));
      sessions.endAll(person);
    }
    if (!providers.remove(id, before.version())) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    trail.record(
        by.actor(),
        "sign-in-provider.remove",
        before.territory(),
        "sign-in-provider",
        id.toString(),
        Map.of("issuer", before.issuer()));
  }
}
