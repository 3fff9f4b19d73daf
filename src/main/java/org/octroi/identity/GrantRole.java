package org.octroi.identity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Gives a person a role. Operators give every role; a territory's administrator gives the roles of
 * its holders and its auditors, nothing as far-reaching as their own. The same grant twice is one.
 *
 * @refuses invalid-field when the person, territory or holder is unknown, or the role's reach is
 *     not named as that role needs it
 * @refuses forbidden when the role reaches as far as the giver's own, or elsewhere
 */
@Component
@Transactional
class GrantRole {

  private final People people;
  private final Territories territories;
  private final Holders holders;
  private final RoleGrants grants;
  private final AuditTrail trail;

  GrantRole(
      People people,
      Territories territories,
      Holders holders,
      RoleGrants grants,
      AuditTrail trail) {
    this.people = people;
    this.territories = territories;
    this.holders = holders;
    this.grants = grants;
    this.trail = trail;
  }

  /**
   * Who is to have which role.
   *
   * @param person by id, not by address: addresses are not verified, and a role must not go to
   *     whoever registered one first
   * @param territory its slug, where the role is for one
   * @param holder its slug, where the role is for one
   */
  record Ask(PersonId person, Role role, Optional<String> territory, Optional<String> holder) {}

  RoleGrants.Kept handle(Ask ask, Caller by) {
    Caller.Grant grant = reach(ask.role(), ask.territory(), ask.holder());
    // Whether the giver may, before whether the person exists: a stranger learns nothing here.
    if (!mayGive(by, grant)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, ask.role().word());
    }
    Person person =
        people
            .find(ask.person())
            .orElseThrow(
                () -> new RefusedException(Refusal.field("/person", "nobody has this id")));
    RoleGrants.Kept kept = grants.add(person.id(), grant);
    trail.record(
        by.actor(), "role.grant", grant.territory(), "role", kept.id().toString(), details(kept));
    return kept;
  }

  /** A role with its reach, by names. */
  Caller.Grant reach(Role role, Optional<String> territorySlug, Optional<String> holderSlug) {
    Optional<Territory> territory = territorySlug.map(this::territory);
    Caller.Grant grant =
        new Caller.Grant(
            role, territory.map(Territory::id), holderSlug.map(slug -> holder(territory, slug)));
    checkReach(grant);
    return grant;
  }

  static boolean mayGive(Caller by, Caller.Grant grant) {
    return switch (grant.role()) {
      case OPERATOR, TERRITORY_ADMINISTRATOR -> by.isOperator();
      case AUDITOR, HOLDER_EDITOR, HOLDER_REVIEWER ->
          by.isOperator() || grant.territory().filter(by::mayAdminister).isPresent();
    };
  }

  static Map<String, String> details(RoleGrants.Kept kept) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("role", kept.grant().role().word());
    details.put("person", kept.person().toString());
    kept.grant().holder().ifPresent(holder -> details.put("holder", holder.toString()));
    return details;
  }

  private static void checkReach(Caller.Grant grant) {
    boolean territory = grant.territory().isPresent();
    boolean holder = grant.holder().isPresent();
    switch (grant.role()) {
      case OPERATOR -> {
        require(!territory, "/territory", "must be left out: an operator runs the instance");
        require(!holder, "/holder", "must be left out: an operator runs the instance");
      }
      case TERRITORY_ADMINISTRATOR -> {
        require(territory, "/territory", "must name a territory");
        require(!holder, "/holder", "must be left out for this role");
      }
      case HOLDER_EDITOR, HOLDER_REVIEWER -> {
        require(territory, "/territory", "must name a territory");
        require(holder, "/holder", "must name a holder of the territory");
      }
      case AUDITOR -> require(!holder, "/holder", "must be left out for this role");
    }
  }

  private static void require(boolean so, String pointer, String detail) {
    if (!so) {
      throw new RefusedException(Refusal.field(pointer, detail));
    }
  }

  private Territory territory(String slug) {
    return territories
        .find(slug)
        .orElseThrow(
            () -> new RefusedException(Refusal.field("/territory", "there is no such territory")));
  }

  private HolderId holder(Optional<Territory> territory, String slug) {
    TerritoryId where =
        territory
            .map(Territory::id)
            .orElseThrow(
                () -> new RefusedException(Refusal.field("/territory", "must name a territory")));
    return holders
        .find(where, slug)
        .map(Holder::id)
        .orElseThrow(
            () ->
                new RefusedException(
                    Refusal.field("/holder", "there is no such holder in this territory")));
  }
}
