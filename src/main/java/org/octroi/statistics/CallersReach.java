package org.octroi.statistics;

import java.security.Principal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Slug;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/**
 * The reach of the desk's callers: auditors, the territory's administrators and operators see all
 * of a territory, a holder's staff their holder's datasets, and everybody what they and their
 * organisations did.
 */
@Component
final class CallersReach implements ReadersReach {

  private final Territories territories;

  CallersReach(Territories territories) {
    this.territories = territories;
  }

  @Override
  public StatisticsReach of(Principal principal, Slug slug) {
    if (!(principal instanceof Authentication signedIn)
        || !(signedIn.getPrincipal() instanceof Caller caller)) {
      throw RefusedException.of(ProblemType.AUTHENTICATION_REQUIRED);
    }
    Territory territory =
        territories
            .find(slug.value())
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, slug.value()));
    if (caller.mayAudit(Optional.of(territory.id()))) {
      return StatisticsReach.whole(territory.id(), territory.zone());
    }
    Set<HolderId> holders = new HashSet<>();
    for (Caller.Grant grant : caller.grants()) {
      if (grant.territory().filter(territory.id()::equals).isPresent()) {
        grant.holder().ifPresent(holders::add);
      }
    }
    Set<String> reusers = new HashSet<>();
    reusers.add(caller.person().toString());
    caller.organisations().stream().map(OrganisationId::toString).forEach(reusers::add);
    return StatisticsReach.of(territory.id(), territory.zone(), holders, reusers);
  }
}
