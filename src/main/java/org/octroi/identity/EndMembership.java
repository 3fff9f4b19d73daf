package org.octroi.identity;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Ends a membership: the caller's own, or another member's. It counts from that person's next call:
 * who somebody acts for is read with every call.
 *
 * @refuses not-found when the caller doesn't act for the organisation, or the person doesn't
 * @refuses conflict when it is the last member
 */
@Component
@Transactional
class EndMembership {

  private final Organisations organisations;
  private final Memberships memberships;
  private final Notices notices;
  private final NoticeWords words;
  private final AuditTrail trail;

  EndMembership(
      Organisations organisations,
      Memberships memberships,
      Notices notices,
      NoticeWords words,
      AuditTrail trail) {
    this.organisations = organisations;
    this.memberships = memberships;
    this.notices = notices;
    this.words = words;
    this.trail = trail;
  }

  void handle(OrganisationId id, PersonId person, Caller by) {
    Memberships.check(id, by);
    List<PersonId> members = memberships.hold(id);
    // Once more, now that nobody else can change them: the caller may have been removed meanwhile.
    if (!members.contains(by.person()) || !members.contains(person)) {
      throw RefusedException.of(ProblemType.NOT_FOUND, person.toString());
    }
    if (members.size() == 1) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "the last member can't leave: nobody could act for it any more");
    }
    memberships.remove(id, person);
    trail.record(
        by.actor(),
        "organisation.leave",
        Optional.empty(),
        "organisation",
        id.toString(),
        Map.of("person", person.toString()));
    if (!person.equals(by.person())) {
      String name = organisations.find(id).orElseThrow().name();
      notices.tellPeople(
          List.of(person),
          new Notice(
              "organisation.left",
              Optional.empty(),
              "organisation",
              id.toString(),
              words.say("notice.organisation.left.title", NoticeWords.brief(name)),
              words.say("notice.organisation.left.text", name)));
    }
  }
}
