package org.octroi.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.OneTimeLinks.Purpose;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A new password for who forgot theirs, by a link that works once: mailed to their address, or,
 * where there is no mail server, made by an operator who knows them. It ends all that they, or
 * somebody else, are signed in with.
 *
 * @refuses link-spent when the link was used, is past its time, or never was
 * @refuses invalid-field when the password is too short, too long or easily guessed
 * @refuses too-many-tries when one address asks too often
 * @refuses forbidden when somebody who is no operator makes a link
 * @refuses conflict when an operator makes a link where it can be mailed
 * @refuses not-found when nobody has the id that a link is made for
 */
@Component
public class ResetPassword {

  private static final Duration PEACE = Duration.ofMinutes(1);

  private final IdentityProperties settings;
  private final People people;
  private final OneTimeLinks links;
  private final PersonalLetters letters;
  private final NewPassword newPassword;
  private final EmailConfirmation confirmation;
  private final Brake brake;
  private final PublicAddresses addresses;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;

  ResetPassword(
      IdentityProperties settings,
      People people,
      OneTimeLinks links,
      PersonalLetters letters,
      NewPassword newPassword,
      EmailConfirmation confirmation,
      Brake brake,
      PublicAddresses addresses,
      AuditTrail trail,
      TransactionTemplate transaction) {
    this.settings = settings;
    this.people = people;
    this.links = links;
    this.letters = letters;
    this.newPassword = newPassword;
    this.confirmation = confirmation;
    this.brake = brake;
    this.addresses = addresses;
    this.trail = trail;
    this.transaction = transaction;
  }

  /** A link and when it stops working. */
  record Made(String address, Instant until) {}

  /** Whether links are mailed; else an operator makes them. */
  public boolean isMailed() {
    return letters.canBeSent();
  }

  /**
   * Mails a link to this address, if somebody has it; says nothing of whether anybody does. Not
   * twice in a minute.
   *
   * @param address the network address that it is asked from
   */
  public void ask(String email, String address) {
    brake.resetting(address);
    if (!letters.canBeSent()) {
      return;
    }
    transaction.executeWithoutResult(
        status ->
            people
                .findByEmail(email)
                .filter(person -> people.findActive(person.id()).isPresent())
                .filter(
                    person ->
                        !links.madeLately(
                            Purpose.RESET_PASSWORD,
                            person.id(),
                            settings.resetLinkLifetime(),
                            PEACE))
                .ifPresent(person -> letters.send(person, "reset-password", link(person.id()))));
  }

  private String link(PersonId person) {
    return addresses.atDesk(
        "/reset-password/"
            + links
                .create(Purpose.RESET_PASSWORD, Optional.of(person), settings.resetLinkLifetime())
                .text());
  }

  /** Makes a link for an operator to hand over. */
  @Transactional
  Made makeLink(PersonId id, Caller by, Instant now) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to make a link for a new password");
    }
    if (letters.canBeSent()) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "links are mailed to who asks for one, and made for nobody else");
    }
    Person person =
        people
            .findActive(id)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    trail.record(
        by.actor(),
        "person.reset-link",
        Optional.empty(),
        "person",
        person.id().toString(),
        Map.of());
    return new Made(link(person.id()), now.plus(settings.resetLinkLifetime()));
  }

  /** Whether a link would work now. */
  public boolean isOpen(String link) {
    return links.isOpen(Purpose.RESET_PASSWORD, link);
  }

  /**
   * Sets the password; who could read the mailed link has the address, so it is confirmed too.
   *
   * @return whose it is
   */
  public PersonId set(String link, String password) {
    if (!isOpen(link)) {
      throw RefusedException.of(ProblemType.LINK_SPENT);
    }
    String hash = newPassword.accepted("/password", password, Optional.empty());
    return transaction.execute(
        status -> {
          PersonId id = links.spend(Purpose.RESET_PASSWORD, link).orElseThrow();
          if (letters.canBeSent()) {
            confirmation.confirmed(id, new Actor.Person(id));
          }
          newPassword.set(id, hash, "person.reset-password");
          return id;
        });
  }
}
