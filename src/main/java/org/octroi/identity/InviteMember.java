package org.octroi.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Asks a person, by their address, to act for an organisation. They become a member when they
 * accept: an address is not verified, and nobody is made part of an organisation without a word.
 * The answer is the same whether somebody has the address or not. Who was asked in the last 30 days
 * is not asked again.
 *
 * @refuses not-found when the caller doesn't act for the organisation
 * @refuses too-many-tries when the caller has asked too many addresses
 */
@Component
@Transactional
class InviteMember {

  private static final Duration PEACE = Duration.ofDays(30);

  private final Organisations organisations;
  private final Memberships memberships;
  private final People people;
  private final Brake brake;
  private final Notices notices;
  private final NoticeWords words;
  private final AuditTrail trail;
  private final Clock clock;

  InviteMember(
      Organisations organisations,
      Memberships memberships,
      People people,
      Brake brake,
      Notices notices,
      NoticeWords words,
      AuditTrail trail,
      Clock clock) {
    this.organisations = organisations;
    this.memberships = memberships;
    this.people = people;
    this.brake = brake;
    this.notices = notices;
    this.words = words;
    this.trail = trail;
    this.clock = clock;
  }

  void handle(OrganisationId id, String email, Caller by) {
    Memberships.check(id, by);
    // Counted whether somebody has the address or not: the brake must not tell them apart either.
    brake.inviting(by.person());
    Instant now = clock.instant();
    List<PersonId> members = memberships.hold(id);
    people
        .findByEmail(email)
        .map(Person::id)
        .filter(person -> !members.contains(person))
        .ifPresent(person -> invite(id, person, by, now));
  }

  private void invite(OrganisationId id, PersonId person, Caller by, Instant now) {
    memberships.forgetInvitation(id, person, now.minus(PEACE));
    if (!memberships.invite(id, person, by.person(), now)) {
      return;
    }
    trail.record(
        by.actor(),
        "organisation.invite",
        Optional.empty(),
        "organisation",
        id.toString(),
        Map.of("person", person.toString()));
    String name = organisations.find(id).orElseThrow().name();
    notices.tellPeople(
        List.of(person),
        new Notice(
            "organisation.invited",
            Optional.empty(),
            "organisation",
            id.toString(),
            words.say("notice.organisation.invited.title", NoticeWords.brief(name)),
            words.say("notice.organisation.invited.text", name, id.toString())));
  }
}
