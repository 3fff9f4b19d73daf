package org.octroi.identity;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.SignedIn;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * People for whom an issuer speaks: their accounts, and the roles that they have because it says
 * so. Safe for use by many threads.
 */
@Component
public class OutsidePeople {

  private final People people;
  private final Passwords passwords;
  private final RoleGrants grants;
  private final GrantRole reaches;
  private final AuditTrail trail;

  OutsidePeople(
      People people, Passwords passwords, RoleGrants grants, GrantRole reaches, AuditTrail trail) {
    this.people = people;
    this.passwords = passwords;
    this.grants = grants;
    this.reaches = reaches;
    this.trail = trail;
  }

  /** The person with this id, while their account stands. */
  public Optional<Person> active(PersonId id) {
    return people.findActive(id);
  }

  /** The person with this address, however it is written. */
  public Optional<Person> ofAddress(String email) {
    return people.findByEmail(email);
  }

  /** A password that nobody has, for an account that an issuer speaks for. */
  public String unknownPassword() {
    return passwords.hash(OpaqueSecret.create("").text());
  }

  /**
   * Opens an account, within the caller's transaction.
   *
   * @param email an address that the issuer has confirmed
   * @param unknownPassword made before the transaction, since it takes its time
   * @refuses email-taken when somebody has this address
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public Person open(String email, String displayName, Locale locale, String unknownPassword) {
    Person person =
        people.add(email, displayName, ReuserKind.CITIZEN, Language.of(locale), unknownPassword);
    people.confirmEmail(person.id());
    trail.record(
        new Actor.Person(person.id()),
        "person.register",
        Optional.empty(),
        "person",
        person.id().toString(),
        Map.of("kind", person.reuserKind().word(), "by", "issuer"));
    return person;
  }

  /**
   * A role with its reach. The instance's own, an operator's, is given by nobody outside.
   *
   * @param territory its slug, where the role is for one
   * @param holder its slug, where the role is for one
   * @refuses invalid-field when its reach is not named as the role needs it
   */
  public Caller.Grant reach(Role role, Optional<String> territory, Optional<String> holder) {
    return reaches.reach(role, territory, holder);
  }

  /**
   * From now on somebody has these roles by an issuer's word, within the caller's transaction. What
   * they were given by hand stays.
   *
   * @param given the grants that they had by its word before
   * @return the grants that they have by its word now
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public Set<UUID> hold(PersonId person, Collection<Caller.Grant> now, Set<UUID> given) {
    Set<UUID> kept = new HashSet<>();
    Set<Caller.Grant> missing = new HashSet<>(now);
    for (UUID id : given) {
      Optional<RoleGrants.Kept> grant = grants.find(id);
      if (grant.isEmpty()) {
        continue;
      }
      if (missing.remove(grant.get().grant())) {
        kept.add(id);
      } else if (grants.remove(id)) {
        tell("role.end", grant.get());
      }
    }
    Set<Caller.Grant> byHand = new HashSet<>(grants.caller(person, SignedIn.SESSION).grants());
    for (Caller.Grant grant : missing) {
      if (!byHand.contains(grant)) {
        RoleGrants.Kept added = grants.add(person, grant);
        tell("role.grant", added);
        kept.add(added.id());
      }
    }
    return kept;
  }

  private void tell(String action, RoleGrants.Kept kept) {
    trail.record(
        new Actor.House("sign-in"),
        action,
        kept.grant().territory(),
        "role",
        kept.id().toString(),
        GrantRole.details(kept));
  }
}
