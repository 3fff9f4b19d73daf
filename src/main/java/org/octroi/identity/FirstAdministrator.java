package org.octroi.identity;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Role;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How the first operator comes to be: by a link that works once, shown at each start until there is
 * one.
 *
 * @refuses link-spent when the link was used, is past its time, or never was
 * @refuses invalid-field when the password is too short, too long or easily guessed
 * @refuses email-taken when somebody has this address
 */
@Component
public class FirstAdministrator {

  private final OneTimeLinks links;
  private final IdentityProperties properties;
  private final People people;
  private final Passwords passwords;
  private final PersonalTokens tokens;
  private final RoleGrants grants;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;

  FirstAdministrator(
      OneTimeLinks links,
      IdentityProperties properties,
      People people,
      Passwords passwords,
      PersonalTokens tokens,
      RoleGrants grants,
      AuditTrail trail,
      TransactionTemplate transaction) {
    this.links = links;
    this.properties = properties;
    this.people = people;
    this.passwords = passwords;
    this.tokens = tokens;
    this.grants = grants;
    this.trail = trail;
    this.transaction = transaction;
  }

  /**
   * A new link's secret, to be shown on the operator's own screen, while there is no operator;
   * those made before no longer work. Empty once there is one.
   */
  public Optional<String> renewLink() {
    return transaction.execute(
        status -> {
          if (grants.anyOperator()) {
            links.forget(OneTimeLinks.Purpose.FIRST_ADMINISTRATOR, Optional.empty());
            return Optional.empty();
          }
          return Optional.of(
              links
                  .create(
                      OneTimeLinks.Purpose.FIRST_ADMINISTRATOR,
                      Optional.empty(),
                      properties.linkLifetime())
                  .text());
        });
  }

  /** How long a link works from when it was made. */
  public Duration linkLifetime() {
    return properties.linkLifetime();
  }

  /**
   * Makes the first operator from the form behind the link; the form has checked its fields.
   *
   * @param locale in which language they are to be told things
   * @return the operator's personal token, to be shown once
   */
  public String become(
      String link, String email, String displayName, String password, Locale locale) {
    return handle(
            link,
            new RegisterPerson.Registration(
                email, displayName, password, ReuserKind.PUBLIC_BODY, Language.of(locale)))
        .token()
        .secret()
        .text();
  }

  RegisterPerson.Registered handle(String link, RegisterPerson.Registration registration) {
    if (!links.isOpen(OneTimeLinks.Purpose.FIRST_ADMINISTRATOR, link)) {
      throw RefusedException.of(ProblemType.LINK_SPENT);
    }
    String hash = RegisterPerson.acceptedHash(registration, passwords);
    return transaction.execute(
        status -> {
          links.spend(OneTimeLinks.Purpose.FIRST_ADMINISTRATOR, link);
          Person person =
              people.add(
                  registration.email(),
                  registration.displayName(),
                  registration.kind(),
                  registration.language(),
                  hash);
          // Whoever reads the server's own screen is known well enough.
          people.confirmEmail(person.id());
          RoleGrants.Kept grant =
              grants.add(
                  person.id(), new Caller.Grant(Role.OPERATOR, Optional.empty(), Optional.empty()));
          PersonalTokens.Issued token = tokens.issue(person.id());
          trail.record(
              new Actor.Person(person.id()),
              "role.grant",
              Optional.empty(),
              "role",
              grant.id().toString(),
              Map.of("role", Role.OPERATOR.word(), "person", person.id().toString()));
          return new RegisterPerson.Registered(person, token);
        });
  }
}
