package org.octroi.identity;

import java.util.UUID;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Role;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes a role from a person, from their next call on.
 *
 * @refuses not-found when there is no such grant, or it is out of the caller's reach
 * @refuses conflict when it is the last operator's
 */
@Component
@Transactional
class EndRole {

  private final RoleGrants grants;
  private final AuditTrail trail;

  EndRole(RoleGrants grants, AuditTrail trail) {
    this.grants = grants;
    this.trail = trail;
  }

  void handle(UUID id, Caller by) {
    RoleGrants.Kept kept =
        grants
            .find(id)
            .filter(found -> GrantRole.mayGive(by, found.grant()))
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    if (kept.grant().role() == Role.OPERATOR && grants.lockOperatorsBeside(id) == 0) {
      throw RefusedException.of(ProblemType.CONFLICT, "the last operator can't be removed");
    }
    if (!grants.remove(id)) {
      throw RefusedException.of(ProblemType.NOT_FOUND, id.toString());
    }
    trail.record(
        by.actor(),
        "role.end",
        kept.grant().territory(),
        "role",
        id.toString(),
        GrantRole.details(kept));
  }
}
