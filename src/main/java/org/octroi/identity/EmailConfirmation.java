package org.octroi.identity;

import java.time.Duration;
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

/**
 * Whether an address is known to be its owner's: by a link that is mailed to it, or, where there is
 * no mail server, by an operator's word. Until then somebody may look around, and binds nobody.
 *
 * @refuses email-not-confirmed when the caller's address is not confirmed, where it has to be
 * @refuses conflict when there is no mail server that a link could be sent by
 */
@Component
public class EmailConfirmation {

  private static final Duration PEACE = Duration.ofMinutes(1);

  private final IdentityProperties settings;
  private final People people;
  private final OneTimeLinks links;
  private final PersonalLetters letters;
  private final PublicAddresses addresses;
  private final AuditTrail trail;

  EmailConfirmation(
      IdentityProperties settings,
      People people,
      OneTimeLinks links,
      PersonalLetters letters,
      PublicAddresses addresses,
      AuditTrail trail) {
    this.settings = settings;
    this.people = people;
    this.links = links;
    this.letters = letters;
    this.addresses = addresses;
    this.trail = trail;
  }

  /** Goes on if the caller's address is confirmed, or none has to be. */
  public void check(Caller by) {
    if (isRequired() && !people.find(by.person()).orElseThrow().emailConfirmed()) {
      throw RefusedException.of(ProblemType.EMAIL_NOT_CONFIRMED);
    }
  }

  /** Whether addresses have to be confirmed at this desk. */
  public boolean isRequired() {
    return settings.emailConfirmation() == IdentityProperties.Confirmation.REQUIRED;
  }

  /** Whether the operator, and not a letter, has to confirm addresses. */
  public boolean isByOperator() {
    return !letters.canBeSent();
  }

  /** Mails the link to somebody who has just registered; in their transaction. */
  void welcome(Person person) {
    if (letters.canBeSent()) {
      mail(person);
    }
  }

  /** Mails the link again to somebody who asks for it; not twice in a minute. */
  @Transactional
  public void sendAgain(PersonId id) {
    Person person = people.find(id).orElseThrow();
    if (!letters.canBeSent()) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "no mail server is set, an operator confirms addresses");
    }
    if (!person.emailConfirmed()
        && !links.madeLately(Purpose.CONFIRM_EMAIL, id, settings.confirmLinkLifetime(), PEACE)) {
      mail(person);
    }
  }

  private void mail(Person person) {
    OpaqueSecret link =
        links.create(
            Purpose.CONFIRM_EMAIL, Optional.of(person.id()), settings.confirmLinkLifetime());
    letters.send(
        person,
        "confirm-email",
        person.displayName(),
        addresses.atDesk("/confirm-email/" + link.text()),
        addresses.desk().publicUrl());
  }

  /**
   * Confirms the address that this link was mailed to.
   *
   * @refuses link-spent when the link was used, is past its time, or never was
   */
  @Transactional
  public Person confirm(String link) {
    PersonId id = links.spend(Purpose.CONFIRM_EMAIL, link).orElseThrow();
    confirmed(id, new Actor.Person(id));
    return people.find(id).orElseThrow();
  }

  /** Writes down that it is confirmed, and by whom; in the caller's transaction. */
  void confirmed(PersonId id, Actor by) {
    if (people.confirmEmail(id)) {
      trail.record(by, "person.confirm-email", Optional.empty(), "person", id.toString(), Map.of());
    }
  }
}
