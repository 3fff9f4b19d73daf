package org.octroi.identity;

import java.time.Clock;
import java.time.Instant;
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
 * Becomes a member of an organisation that asked, with the next call; or declines.
 *
 * @refuses not-found when no invitation of the caller's waits
 */
@Component
@Transactional
class AnswerInvitation {

  private final Organisations organisations;
  private final Memberships memberships;
  private final People people;
  private final Notices notices;
  private final NoticeWords words;
  private final AuditTrail trail;
  private final Clock clock;

  AnswerInvitation(
      Organisations organisations,
      Memberships memberships,
      People people,
      Notices notices,
      NoticeWords words,
      AuditTrail trail,
      Clock clock) {
    this.organisations = organisations;
    this.memberships = memberships;
    this.people = people;
    this.notices = notices;
    this.words = words;
    this.trail = trail;
    this.clock = clock;
  }

  void accept(OrganisationId id, Caller by) {
    if (!memberships.accepted(id, by.person())) {
      throw RefusedException.of(ProblemType.NOT_FOUND, id.toString());
    }
    Instant now = clock.instant();
    List<PersonId> before = memberships.hold(id);
    memberships.add(id, by.person(), now);
    record("organisation.join", id, by);
    String name = organisations.find(id).orElseThrow().name();
    String who = people.find(by.person()).orElseThrow().displayName();
    notices.tellPeople(
        before,
        new Notice(
            "organisation.joined",
            Optional.empty(),
            "organisation",
            id.toString(),
            words.say("notice.organisation.joined.title", NoticeWords.brief(name)),
            words.say("notice.organisation.joined.text", who, name)));
  }

  void decline(OrganisationId id, Caller by) {
    if (!memberships.declined(id, by.person(), clock.instant())) {
      throw RefusedException.of(ProblemType.NOT_FOUND, id.toString());
    }
    record("organisation.decline", id, by);
  }

  private void record(String action, OrganisationId id, Caller by) {
    trail.record(
        by.actor(),
        action,
        Optional.empty(),
        "organisation",
        id.toString(),
        Map.of("person", by.person().toString()));
  }
}
