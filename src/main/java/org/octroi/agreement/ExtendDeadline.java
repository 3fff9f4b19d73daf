package org.octroi.agreement;

import java.time.Clock;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes more time for an answer, once, on a ground that the applicant is told: by as much as the
 * legal basis allows (DGA art. 9(1): 30 days).
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, the applicant, or belongs to the
 *     reuser's organisation
 * @refuses request-not-open when the holder is not to decide now
 * @refuses conflict when the legal basis allows no extension, or it was extended before, or its
 *     term is over
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class ExtendDeadline {

  private final AccessRequests requests;
  private final RequestSides sides;
  private final RequestSteps steps;
  private final Territories territories;
  private final LegalClock legal;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  ExtendDeadline(
      AccessRequests requests,
      RequestSides sides,
      RequestSteps steps,
      Territories territories,
      LegalClock legal,
      ApplicationEventPublisher events,
      Clock clock) {
    this.requests = requests;
    this.sides = sides;
    this.steps = steps;
    this.territories = territories;
    this.legal = legal;
    this.events = events;
    this.clock = clock;
  }

  AccessRequest handle(AccessRequestId id, String ground, ExpectedVersion expected, Caller by) {
    AccessRequest request = sides.asReviewer(id, expected, by).request();
    if (!RequestState.RUNNING.contains(request.state())) {
      throw RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word());
    }
    AccessRequest.Deadline deadline = request.deadline().orElseThrow();
    LegalClock.Basis basis = legal.basis(deadline.basis());
    if (basis.extension() == null) {
      throw RefusedException.of(
          ProblemType.CONFLICT, basis.article().en() + " allows no extension");
    }
    if (deadline.extension().isPresent()) {
      throw RefusedException.of(ProblemType.CONFLICT, "the term was extended before");
    }
    if (!clock.instant().isBefore(deadline.dueAt())) {
      throw RefusedException.of(ProblemType.CONFLICT, "the term is over");
    }
    Period extension = Period.parse(basis.extension());
    requests.extend(
        request,
        extension,
        ground,
        LegalClock.dueAt(
            basis,
            request.acceptance().orElseThrow().at(),
            territories.find(request.territory()).orElseThrow().zone(),
            Optional.of(extension),
            deadline.pausedDays()));
    steps.note(
        request,
        "extend",
        RequestSteps.Quality.REVIEWER,
        Map.of("by", extension.toString(), "due", deadline.dueAt().toString()),
        by.actor());
    events.publishEvent(new RequestTermExtended(request.id()));
    return requests.see(id, by);
  }
}
