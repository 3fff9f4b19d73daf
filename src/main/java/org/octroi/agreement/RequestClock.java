package org.octroi.agreement;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.octroi.vocabulary.Actor;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What time does to requests: reviewers are reminded a week before a term ends, a term that ended
 * without an answer raises an alarm, and a request whose applicant does not answer for 60 days
 * lapses. Each is done once, whichever of several desks looks first, and each request in a
 * transaction of its own, so that one that fails holds up no other.
 */
@Component
class RequestClock {

  /** How long an applicant may take to answer. */
  static final Duration PATIENCE = Duration.ofDays(60);

  /** How long before the end of a term its reviewers are reminded. */
  static final Duration WARNING = Duration.ofDays(7);

  private static final int AT_ONCE = 200;
  private static final Actor CLOCK = new Actor.House("clock");

  private final AccessRequests requests;
  private final RequestSteps steps;
  private final ApplicationEventPublisher events;
  private final TransactionTemplate transaction;
  private final Clock clock;

  RequestClock(
      AccessRequests requests,
      RequestSteps steps,
      ApplicationEventPublisher events,
      TransactionTemplate transaction,
      Clock clock) {
    this.requests = requests;
    this.steps = steps;
    this.events = events;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** Does all that is due now. */
  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT10M")
  void tick() {
    Instant now = clock.instant();
    one(requests.overdue(now, AT_ONCE), request -> breach(request, now));
    one(requests.dueBefore(now.plus(WARNING), AT_ONCE), request -> remind(request, now));
    one(requests.waitingSinceBefore(now.minus(PATIENCE), AT_ONCE), this::lapse);
  }

  private void one(List<AccessRequest> due, Predicate<AccessRequest> work) {
    due.forEach(request -> transaction.execute(status -> work.test(request)));
  }

  private boolean breach(AccessRequest request, Instant now) {
    if (!requests.breached(request, now)) {
      return false;
    }
    steps.note(
        request,
        "overdue",
        RequestSteps.Quality.CLOCK,
        Map.of("due", request.deadline().orElseThrow().dueAt().toString()),
        CLOCK);
    events.publishEvent(new RequestTermEnding(request.id(), true));
    return true;
  }

  private boolean remind(AccessRequest request, Instant now) {
    if (!requests.reminded(request, now)) {
      return false;
    }
    events.publishEvent(new RequestTermEnding(request.id(), false));
    return true;
  }

  /** Who answered meanwhile was faster: the request has moved on, and nothing lapses. */
  private boolean lapse(AccessRequest request) {
    AccessRequest held = requests.holdUnseen(request);
    if (held.version() != request.version()) {
      return false;
    }
    steps.take(held, RequestState.Step.LAPSE, "lapse", RequestSteps.Quality.CLOCK, Map.of(), CLOCK);
    return true;
  }
}
