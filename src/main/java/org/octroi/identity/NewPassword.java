package org.octroi.identity;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Puts a password in the place of another: what the old one opened is closed, and its owner is told
 * by mail, in case it was not them.
 *
 * @refuses invalid-field when the password is too short, too long or easily guessed
 */
@Component
class NewPassword {

  private final People people;
  private final Passwords passwords;
  private final SignOutEverywhere signOut;
  private final PersonalLetters letters;
  private final PublicAddresses addresses;
  private final AuditTrail trail;

  NewPassword(
      People people,
      Passwords passwords,
      SignOutEverywhere signOut,
      PersonalLetters letters,
      PublicAddresses addresses,
      AuditTrail trail) {
    this.people = people;
    this.passwords = passwords;
    this.signOut = signOut;
    this.letters = letters;
    this.addresses = addresses;
    this.trail = trail;
  }

  /** The hash of a password that is good enough; made outside any transaction, since it is slow. */
  String accepted(String pointer, String password, Optional<Person> whose) {
    passwords
        .objection(
            password,
            whose.map(Person::email).orElse(""),
            whose.map(Person::displayName).orElse(""))
        .ifPresent(
            objection -> {
              throw new RefusedException(Refusal.field(pointer, objection));
            });
    return passwords.hash(password);
  }

  /** Sets it. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void set(PersonId id, String hash, String act) {
    people.setPassword(id, hash);
    signOut.handle(id);
    trail.record(new Actor.Person(id), act, Optional.empty(), "person", id.toString(), Map.of());
    letters.send(
        people.find(id).orElseThrow(), "password-changed", addresses.atDesk("/forgot-password"));
  }
}
