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
 * @refuses second-factor-required when a token is asked for without the code that is needed beside
 *     the password
 * @refuses too-many-tries when there were too many failures, or too many tries at once
 */
@Component
public class SignIn {

  private final People people;
  private final Passwords passwords;
  private final SecondFactors secondFactors;
  private final PersonalTokens tokens;
  private final Brake brake;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;

  SignIn(
      People people,
      Passwords passwords,
      SecondFactors secondFactors,
      PersonalTokens tokens,
      Brake brake,
      AuditTrail trail,
      TransactionTemplate transaction) {
    this.people = people;
    this.passwords = passwords;
    this.secondFactors = secondFactors;
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
    return verify(email, password, address).person();
  }

  private record Verified(Person person, String hash) {}

  private Verified verify(String email, String password, String address) {
    String account = People.folded(email);
    brake.check(account, address);
    Optional<String> hash = people.passwordHash(account);
    if (!passwords.matches(password, hash)) {
      brake.failed(account, address);
      throw RefusedException.of(ProblemType.WRONG_CREDENTIALS);
    }
    brake.succeeded(account, address);
    return new Verified(people.findByEmail(account).orElseThrow(), hash.orElseThrow());
  }

  /**
   * Gives a token.
   *
   * @param code the second factor's code, where one is on
   */
  PersonalTokens.Issued handle(
      String email, String password, Optional<String> code, String address) {
    Verified verified = verify(email, password, address);
    Person person = verified.person();
    if (secondFactors.isOn(person.id())) {
      secondFactors.check(
          person.id(),
          code.orElseThrow(() -> RefusedException.of(ProblemType.SECOND_FACTOR_REQUIRED)));
    }
    return transaction.execute(
        status -> {
          // A password that was changed meanwhile has ended the tokens before; this is one of them.
          if (!people.holdPassword(person.id(), verified.hash())) {
            throw RefusedException.of(ProblemType.WRONG_CREDENTIALS);
          }
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
