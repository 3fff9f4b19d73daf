package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Answers what the reviewers asked. The legal clock goes on: the days from the question to the
 * answer, both counted, are added to the term.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the application is not the caller's
 * @refuses request-not-open when nothing was asked
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class AnswerReviewers {

  private final AccessRequests requests;
  private final RequestMessages messages;
  private final RequestSides sides;
  private final RequestSteps steps;
  private final Territories territories;
  private final LegalClock legal;
  private final Clock clock;

  AnswerReviewers(
      AccessRequests requests,
      RequestMessages messages,
      RequestSides sides,
      RequestSteps steps,
      Territories territories,
      LegalClock legal,
      Clock clock) {
    this.requests = requests;
    this.messages = messages;
    this.sides = sides;
    this.steps = steps;
    this.territories = territories;
    this.legal = legal;
    this.clock = clock;
  }

  AccessRequest handle(AccessRequestId id, String answer, ExpectedVersion expected, Caller by) {
    AccessRequest request = sides.asReuser(id, expected, by).request();
    steps.take(
        request,
        requests.decisions(request).isEmpty()
            ? RequestState.Step.ANSWER
            : RequestState.Step.ANSWER_HALF_APPROVED,
        "answer",
        RequestSteps.Quality.REUSER,
        Map.of(),
        by.actor());
    ZoneId zone = territories.find(request.territory()).orElseThrow().zone();
    AccessRequest.Deadline deadline = request.deadline().orElseThrow();
    int paused =
        deadline.pausedDays() + days(request.waitingSince().orElseThrow(), clock.instant(), zone);
    requests.goOn(
        request,
        paused,
        LegalClock.dueAt(
            legal.basis(deadline.basis()),
            request.acceptance().orElseThrow().at(),
            zone,
            deadline.extension(),
            paused));
    messages.add(request, by, RequestMessages.Side.REUSER, RequestMessages.Kind.ANSWER, answer);
    return requests.see(id, by);
  }

  /** Both the first and the last day count: none of them was wholly the holder's. */
  private static int days(Instant asked, Instant answered, ZoneId zone) {
    return 1
        + Math.toIntExact(
            ChronoUnit.DAYS.between(
                LocalDate.ofInstant(asked, zone), LocalDate.ofInstant(answered, zone)));
  }
}
