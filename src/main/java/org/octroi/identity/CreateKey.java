package org.octroi.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.token.ApiKey;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.KeyId;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes an application an API key, shown this once, that works at every gate as a token does.
 *
 * @refuses not-found when the caller does not own the application
 * @refuses invalid-field when its end is not ahead, or further than ten years
 * @refuses conflict when the application has as many live keys as one may have
 */
@Component
@Transactional
class CreateKey {

  private static final Duration LONGEST = Duration.ofDays(3653);

  private final ApplicationKeys keys;
  private final Applications applications;
  private final Clock clock;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  CreateKey(
      ApplicationKeys keys,
      Applications applications,
      Clock clock,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.keys = keys;
    this.applications = applications;
    this.clock = clock;
    this.trail = trail;
    this.events = events;
  }

  /** A key with its text, the only time that this is known. */
  record WithText(ApplicationKey key, ApiKey text) {}

  WithText handle(ApplicationId application, String name, Optional<Instant> end, Caller by) {
    applications.owned(application, by);
    WithText made = make(application, name.strip(), end, by);
    trail.record(
        by.actor(),
        "key.create",
        Optional.empty(),
        "key",
        made.key().id().toString(),
        Map.of("application", application.toString()));
    events.publishEvent(new ApplicationChanged(application));
    return made;
  }

  /** Makes one, for whoever may. */
  WithText make(ApplicationId application, String name, Optional<Instant> end, Caller by) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    end.ifPresent(moment -> checkAhead(moment, now));
    keys.holdWithRoomForOne(application, now);
    ApiKey text = ApiKey.create();
    ApplicationKey key =
        new ApplicationKey(
            KeyId.create(),
            application,
            name,
            text.beginning(),
            by.person(),
            now,
            end.map(moment -> moment.truncatedTo(ChronoUnit.MICROS)),
            Optional.empty(),
            Optional.empty(),
            1);
    keys.add(key, text);
    return new WithText(key, text);
  }

  private static void checkAhead(Instant end, Instant now) {
    if (!end.isAfter(now) || end.isAfter(now.plus(LONGEST))) {
      throw new RefusedException(
          Refusal.field("/expiresAt", "must be ahead, by ten years at most"));
    }
  }
}
