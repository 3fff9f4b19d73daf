package org.octroi.agreement;

import java.util.Map;
import java.util.Optional;
import org.octroi.identity.Staff;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Says which reviewer looks after a request, or that none does any longer. Others may still decide:
 * it is a matter of order, not of rights.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, the applicant, or belongs to the
 *     reuser's organisation
 * @refuses invalid-field when the person is no reviewer of the holder
 * @refuses request-not-open when the request is a draft or closed
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class AssignRequest {

  private final AccessRequests requests;
  private final RequestSides sides;
  private final RequestSteps steps;
  private final Staff staff;

  AssignRequest(AccessRequests requests, RequestSides sides, RequestSteps steps, Staff staff) {
    this.requests = requests;
    this.sides = sides;
    this.steps = steps;
    this.staff = staff;
  }

  AccessRequest handle(
      AccessRequestId id, Optional<PersonId> assignee, ExpectedVersion expected, Caller by) {
    AccessRequest request = sides.asReviewer(id, expected, by).request();
    if (request.state().isClosed()) {
      throw RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word());
    }
    if (assignee
        .filter(person -> !staff.reviewers(request.territory(), request.holder()).contains(person))
        .isPresent()) {
      throw new RefusedException(
          Refusal.field("/reviewer", "must be a reviewer of the holder, by their id"));
    }
    requests.assign(request, assignee);
    steps.note(
        request,
        "assign",
        RequestSteps.Quality.REVIEWER,
        Map.of(
            "before", request.assignee().map(PersonId::toString).orElse(""),
            "assignee", assignee.map(PersonId::toString).orElse("")),
        by.actor());
    return requests.see(id, by);
  }
}
