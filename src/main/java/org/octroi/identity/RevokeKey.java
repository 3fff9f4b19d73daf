package org.octroi.identity;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.KeyId;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Ends an API key, at every gate within a second. An operator may end anybody's: where one is found
 * in published code, its owner may be asleep.
 *
 * @refuses not-found when the caller neither owns its application nor is an operator
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 * @refuses conflict when it was revoked already
 */
@Component
@Transactional
class RevokeKey {

  private final ApplicationKeys keys;
  private final Clock clock;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  RevokeKey(ApplicationKeys keys, Clock clock, AuditTrail trail, ApplicationEventPublisher events) {
    this.keys = keys;
    this.clock = clock;
    this.trail = trail;
    this.events = events;
  }

  void handle(KeyId id, ExpectedVersion expected, Caller by) {
    ApplicationKey key = keys.ownedOrOperated(id, by);
    expected.check(key.version());
    if (key.revokedAt().isPresent()) {
      throw RefusedException.of(ProblemType.CONFLICT, "it was revoked already");
    }
    keys.revoke(key, clock.instant());
    trail.record(
        by.actor(),
        "key.revoke",
        Optional.empty(),
        "key",
        id.toString(),
        Map.of("application", key.application().toString()));
    events.publishEvent(new ApplicationChanged(key.application()));
  }
}
