package org.octroi.identity;

import org.octroi.vocabulary.PersonId;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Ends all that a person is signed in with: sessions on every desk, personal tokens, links that
 * were mailed. A sign-in that is under way meanwhile ends too, since it began before.
 */
@Component
class SignOutEverywhere {

  private final People people;
  private final PageSessions sessions;
  private final PersonalTokens tokens;
  private final OneTimeLinks links;
  private final ApplicationEventPublisher events;

  SignOutEverywhere(
      People people,
      PageSessions sessions,
      PersonalTokens tokens,
      OneTimeLinks links,
      ApplicationEventPublisher events) {
    this.people = people;
    this.sessions = sessions;
    this.tokens = tokens;
    this.links = links;
    this.events = events;
  }

  /** Does it in the caller's transaction, which has changed the person's row. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void handle(PersonId person) {
    people.signedOut(person);
    tokens.endAll(person);
    links.forgetAll(person);
    sessions.endAll(person);
    events.publishEvent(new PersonSignedOut(person));
  }
}
