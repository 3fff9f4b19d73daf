package org.octroi.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
 * Makes a new API key in the place of another, shown this once. Both work until the overlap is
 * over, or the old one's own end if that is earlier. Where no end is given, the new one is made for
 * as long as the old one was: a key that was to live 90 days has a successor that does.
 *
 * @refuses not-found when the caller does not own its application
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 * @refuses conflict when it has ended, or was replaced already, or its application has as many live
 *     keys as one may have
 * @refuses invalid-field when the new one's end is not ahead, or further than ten years
 */
@Component
@Transactional
class RotateKey {

  private final ApplicationKeys keys;
  private final CreateKey create;
  private final Clock clock;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  RotateKey(
      ApplicationKeys keys,
      CreateKey create,
      Clock clock,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.keys = keys;
    this.create = create;
    this.clock = clock;
    this.trail = trail;
    this.events = events;
  }

  CreateKey.WithText handle(
      KeyId id, Duration overlap, Optional<Instant> end, ExpectedVersion expected, Caller by) {
    ApplicationKey old = keys.owned(id, by);
    expected.check(old.version());
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    if (old.state(now) != ApplicationKey.State.LIVE) {
      throw RefusedException.of(ProblemType.CONFLICT, "it has ended, make a new one");
    }
    if (old.replacedBy().isPresent()) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "it was replaced already, by " + old.replacedBy().get());
    }
    CreateKey.WithText made =
        create.make(old.application(), old.name(), end.or(() -> asLong(old, now)), by);
    Instant over = now.plus(overlap);
    keys.replace(
        old, made.key().id(), old.expiresAt().filter(own -> own.isBefore(over)).orElse(over));
    trail.record(
        by.actor(),
        "key.rotate",
        Optional.empty(),
        "key",
        id.toString(),
        Map.of(
            "application", old.application().toString(),
            "replacedBy", made.key().id().toString(),
            "overlap", overlap.toString()));
    events.publishEvent(new ApplicationChanged(old.application()));
    return made;
  }

  private static Optional<Instant> asLong(ApplicationKey old, Instant now) {
    return old.expiresAt().map(end -> now.plus(Duration.between(old.createdAt(), end)));
  }
}
