package org.octroi.agreement;

import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;

/**
 * The two sides of a request: those who act for the reuser, and the holder's reviewers. Whoever
 * takes a step comes through here, and finds the request as it is at this moment, held until the
 * transaction ends.
 */
@Component
class RequestSides {

  private final AccessRequests requests;
  private final Applications applications;
  private final Reviewing reviewing;

  RequestSides(AccessRequests requests, Applications applications, Reviewing reviewing) {
    this.requests = requests;
    this.applications = applications;
    this.reviewing = reviewing;
  }

  /** A request with the application that it is for. */
  record Held(AccessRequest request, RegisteredApplication application) {}

  /**
   * The request, for somebody who acts for the reuser.
   *
   * @refuses not-found when the caller can't see the request
   * @refuses forbidden when the application is not the caller's
   * @refuses stale-version when it was changed after the version named in {@code If-Match}
   */
  Held asReuser(AccessRequestId id, ExpectedVersion expected, Caller by) {
    Held held = held(id, by);
    if (!held.application().owner().includes(by)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to act for this reuser");
    }
    requests.expect(held.request(), expected);
    return held;
  }

  /**
   * The request, for a reviewer.
   *
   * @refuses not-found when the caller can't see the request
   * @refuses forbidden when the caller is no reviewer of the holder
   * @refuses reviewer-conflict when the reviewer is the reuser, the applicant, or belongs to the
   *     reuser's organisation
   * @refuses stale-version when it was changed after the version named in {@code If-Match}
   */
  Held asReviewer(AccessRequestId id, ExpectedVersion expected, Caller by) {
    Held held = held(id, by);
    reviewing.check(by, held.request().holder(), held.application());
    if (held.request().applicant().equals(by.person())) {
      throw RefusedException.of(ProblemType.REVIEWER_CONFLICT);
    }
    requests.expect(held.request(), expected);
    return held;
  }

  private Held held(AccessRequestId id, Caller by) {
    AccessRequest request = requests.hold(id, by);
    return new Held(request, applications.find(request.application()).orElseThrow());
  }
}
