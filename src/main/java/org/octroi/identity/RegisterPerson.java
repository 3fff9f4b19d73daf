package org.octroi.identity;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.ReuserKind;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Opens a local account and gives its first personal token.
 *
 * @refuses invalid-field when the password is too short, too long or easily guessed
 * @refuses email-taken when somebody has this address
 * @refuses too-many-tries when too many accounts are opened from one address, or at once
 */
@Component
class RegisterPerson {

  private final People people;
  private final Passwords passwords;
  private final PersonalTokens tokens;
  private final Brake brake;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;

  RegisterPerson(
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

  /** What somebody says of themselves. */
  record Registration(
      String email, String displayName, String password, ReuserKind kind, Language language) {

    /** Without the password. */
    @Override
    public String toString() {
      return "Registration[" + kind.word() + "]";
    }
  }

  /** The new account, with its token. */
  record Registered(Person person, PersonalTokens.Issued token) {}

  /**
   * @param address the network address that it comes from
   */
  Registered handle(Registration registration, String address) {
    brake.registering(address);
    // The slow hash is made before the transaction, so that no lock waits for it.
    String hash = acceptedHash(registration, passwords);
    return transaction.execute(
        status -> {
          Person person =
              people.add(
                  registration.email(),
                  registration.displayName(),
                  registration.kind(),
                  registration.language(),
                  hash);
          PersonalTokens.Issued token = tokens.issue(person.id());
          trail.record(
              new Actor.Person(person.id()),
              "person.register",
              Optional.empty(),
              "person",
              person.id().toString(),
              Map.of("kind", person.reuserKind().word()));
          return new Registered(person, token);
        });
  }

  static String acceptedHash(Registration registration, Passwords passwords) {
    passwords
        .objection(registration.password(), People.folded(registration.email()))
        .ifPresent(
            objection -> {
              throw new RefusedException(Refusal.field("/password", objection));
            });
    return passwords.hash(registration.password());
  }
}
