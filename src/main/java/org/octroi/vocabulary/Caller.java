package org.octroi.vocabulary;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The person behind a call at the desk, with everything that their reach depends on. It stands on
 * the ground floor so that every room's API can ask it; the identity room makes it of a token or a
 * session and hands it to controllers as an argument.
 *
 * @param person who
 * @param grants the roles that they hold
 * @param organisations the organisations that they may act for
 * @param signedIn how it is known that it is them
 */
public record Caller(
    PersonId person, List<Grant> grants, Set<OrganisationId> organisations, SignedIn signedIn) {

  public Caller {
    grants = List.copyOf(grants);
    organisations = Set.copyOf(organisations);
  }

  /**
   * A role and how far it reaches.
   *
   * @param role the role
   * @param territory where it holds; empty for the whole instance
   * @param holder the one holder that it is for, which lies in that territory
   */
  public record Grant(Role role, Optional<TerritoryId> territory, Optional<HolderId> holder) {}

  /** The caller as the audit trail names them. */
  public Actor actor() {
    return new Actor.Person(person);
  }

  /** Runs the instance. */
  public boolean isOperator() {
    return grants.stream().anyMatch(g -> g.role() == Role.OPERATOR);
  }

  /** May change holders, staff and settings of a territory. */
  public boolean mayAdminister(TerritoryId territory) {
    return isOperator() || holds(Role.TERRITORY_ADMINISTRATOR, territory);
  }

  /** May change a holder's stores, datasets and offers. */
  public boolean mayEdit(HolderId holder) {
    return holds(Role.HOLDER_EDITOR, holder);
  }

  /** May decide on a holder's requests and agreements. */
  public boolean mayReview(HolderId holder) {
    return holds(Role.HOLDER_REVIEWER, holder);
  }

  /** May read the record of a territory, or of everything where none is named. */
  public boolean mayAudit(Optional<TerritoryId> territory) {
    return isOperator()
        || grants.stream().anyMatch(g -> g.role() == Role.AUDITOR && g.territory().isEmpty())
        || territory
            .filter(t -> holds(Role.AUDITOR, t) || holds(Role.TERRITORY_ADMINISTRATOR, t))
            .isPresent();
  }

  /** The territories whose record they may read, for those who may not read everything. */
  public Set<TerritoryId> auditedTerritories() {
    return grants.stream()
        .filter(g -> g.role() == Role.AUDITOR || g.role() == Role.TERRITORY_ADMINISTRATOR)
        .flatMap(g -> g.territory().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Where they hold a role for one holder: each holder's grant, with its territory. */
  public List<Grant> holderGrants(Role role) {
    return grants.stream().filter(g -> g.role() == role && g.holder().isPresent()).toList();
  }

  private boolean holds(Role role, TerritoryId territory) {
    return grants.stream()
        .anyMatch(g -> g.role() == role && g.territory().filter(territory::equals).isPresent());
  }

  private boolean holds(Role role, HolderId holder) {
    return grants.stream()
        .anyMatch(g -> g.role() == role && g.holder().filter(holder::equals).isPresent());
  }
}
