package org.octroi.identity;

import java.util.Locale;
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
 * Opens a local account.
 *
 * @refuses invalid-field when the password is too short, too long or easily guessed
 * @refuses email-taken when somebody has this address
 * @refuses too-many-tries when too many accounts are opened from one address, or at once
 */
@Component
public class RegisterPerson {

  private final People people;
  private final Passwords passwords;
  private final PersonalTokens tokens;
  private final EmailConfirmation confirmation;
  private final Brake brake;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;

  RegisterPerson(
      People people,
      Passwords passwords,
      PersonalTokens tokens,
      EmailConfirmation confirmation,
      Brake brake,
      AuditTrail trail,
      TransactionTemplate transaction) {
    this.people = people;
    this.passwords = passwords;
    this.tokens = tokens;
    this.confirmation = confirmation;
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
   * Opens an account and gives its first personal token.
   *
   * @param address the network address that it comes from
   */
  Registered handle(Registration registration, String address) {
    String hash = accepted(registration, address);
    return transaction.execute(
        status -> {
          Person person = add(registration, hash);
          return new Registered(person, tokens.issue(person.id()));
        });
  }

  /**
   * Opens an account from the page, which needs no token; the form has checked its fields.
   *
   * @param locale in which language they are to be told things
   * @param address the network address that it comes from
   */
  public Person open(
      String email,
      String displayName,
      String password,
      ReuserKind kind,
      Locale locale,
      String address) {
    Registration registration =
        new Registration(email, displayName, password, kind, Language.of(locale));
    String hash = accepted(registration, address);
    return transaction.execute(status -> add(registration, hash));
  }

  /** The slow hash is made before the transaction, so that no lock waits for it. */
  private String accepted(Registration registration, String address) {
    brake.registering(address);
    return acceptedHash(registration, passwords);
  }

  private Person add(Registration registration, String hash) {
    Person person =
        people.add(
            registration.email(),
            registration.displayName(),
            registration.kind(),
            registration.language(),
            hash);
    trail.record(
        new Actor.Person(person.id()),
        "person.register",
        Optional.empty(),
        "person",
        person.id().toString(),
        Map.of("kind", person.reuserKind().word()));
    confirmation.welcome(person);
    return person;
  }

  static String acceptedHash(Registration registration, Passwords passwords) {
    passwords
        .objection(registration.password(), registration.email(), registration.displayName())
        .ifPresent(
            objection -> {
              throw new RefusedException(Refusal.field("/password", objection));
            });
    return passwords.hash(registration.password());
  }
}
