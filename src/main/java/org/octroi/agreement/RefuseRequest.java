package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.offer.PublicationGuard;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Refuses an access request, on a ground; one reviewer is enough, also where two must approve. The
 * applicant is told the ground and what can be done about it. Where another reuser was granted the
 * same offer, that is raised on the offer: the same terms refused to others may be an exclusivity.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, the applicant, or belongs to the
 *     reuser's organisation
 * @refuses invalid-field when the ground is {@code other} and no note says which
 * @refuses same-reviewer when this reviewer approved it already
 * @refuses request-not-open when the request is already decided or withdrawn
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class RefuseRequest {

  private final AccessRequests requests;
  private final RequestSides sides;
  private final RequestSteps steps;
  private final PublicationGuard guard;
  private final Clock clock;

  RefuseRequest(
      AccessRequests requests,
      RequestSides sides,
      RequestSteps steps,
      PublicationGuard guard,
      Clock clock) {
    this.requests = requests;
    this.sides = sides;
    this.steps = steps;
    this.guard = guard;
    this.clock = clock;
  }

  AccessRequest handle(
      AccessRequestId id,
      RefusalGround ground,
      Optional<String> note,
      ExpectedVersion expected,
      Caller by) {
    RequestSides.Held held = sides.asReviewer(id, expected, by);
    AccessRequest request = held.request();
    if (ground == RefusalGround.OTHER && note.isEmpty()) {
      throw new RefusedException(Refusal.field("/note", "must say which other ground it is"));
    }
    steps.take(
        request,
        RequestState.Step.REFUSE,
        "refuse",
        RequestSteps.Quality.REVIEWER,
        Map.of("ground", ground.word()),
        by.actor());
    requests.decide(
        request,
        new AccessRequests.Decision(
            by.person(), "refuse", Optional.of(ground.word()), note, clock.instant()));
    if (requests.grantedToOthers(request, held.application().owner())) {
      guard.refusedToOthers(request.offer(), request.id(), by.actor());
    }
    return requests.see(id, by);
  }
}
