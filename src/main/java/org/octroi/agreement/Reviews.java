package org.octroi.agreement;

import org.octroi.identity.Applications;
import org.octroi.identity.Owner;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;

/** Finds the request that a reviewer is about to decide on, if they may. */
@Component
class Reviews {

  private final AccessRequests requests;
  private final Applications applications;

  Reviews(AccessRequests requests, Applications applications) {
    this.requests = requests;
    this.applications = applications;
  }

  /**
   * The open request, for a reviewer of its holder who has no part in it.
   *
   * @refuses not-found when the caller can't see such a request
   * @refuses forbidden when the caller is no reviewer of its holder
   * @refuses reviewer-conflict when the caller applied, owns the application or belongs to its
   *     owner
   * @refuses stale-version when it was changed after the version named in {@code If-Match}
   * @refuses request-not-open when it is a draft, or already decided or withdrawn
   */
  AccessRequest open(AccessRequestId id, ExpectedVersion expected, Caller by) {
    AccessRequest request = requests.seenBy(by, id);
    if (!by.mayReview(request.holder())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    Owner reuser = applications.find(request.application()).orElseThrow().owner();
    if (request.applicant().equals(by.person()) || reuser.includes(by)) {
      throw RefusedException.of(ProblemType.REVIEWER_CONFLICT);
    }
    expected.check(request.version());
    if (!request.state().isOpen()) {
      throw RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word());
    }
    return request;
  }
}
