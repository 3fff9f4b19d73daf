package org.octroi.identity;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Finds out whose an address and a password are, and gives programs a new personal token for them.
 *
 * @refuses wrong-credentials when they don't belong together, or nobody has that address
 * @refuses too-many-tries when there were too many failures, or too many tries at once
 */
@Component
public class SignIn {

  private final People people;
  private final Passwords passwords;
  private final PersonalTokens tokens;
  private final Brake brake;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;

  SignIn(
      People people,
      Passwords passwords,
      PersonalTokens tokens,
      Brake brake,
      AuditTrail trail,
      TransactionTemplate transaction) {
    this.people = people;
    this.passwords = passwords;
    this.tokens = tokens;
    this.brake = brake;
    this.trail = trail;
    this.transaction = transaction;
  }

  /**
   * The person whose address and password these are.
   *
   * @param address the network address that the try comes from
   */
  public Person check(String email, String password, String address) {
    String account = People.folded(email);
    brake.check(account, address);
    if (!passwords.matches(password, people.passwordHash(account))) {
      brake.failed(account, address);
      throw RefusedException.of(ProblemType.WRONG_CREDENTIALS);
    }
    brake.succeeded(account, address);
    return people.findByEmail(account).orElseThrow();
  }

  PersonalTokens.Issued handle(String email, String password, String address) {
    Person person = check(email, password, address);
    return transaction.execute(
        status -> {
          PersonalTokens.Issued token = tokens.issue(person.id());
          trail.record(
              new Actor.Person(person.id()),
              "person.token",
              Optional.empty(),
              "person",
              person.id().toString(),
              Map.of());
          return token;
        });
  }
}
