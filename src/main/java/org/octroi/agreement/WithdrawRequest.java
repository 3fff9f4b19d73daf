package org.octroi.agreement;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.Applications;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes a request back, at any time before it is decided.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the application is not the caller's
 * @refuses request-not-open when the request is already decided or withdrawn
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class WithdrawRequest {

  private final AccessRequests requests;
  private final Applications applications;
  private final AuditTrail trail;

  WithdrawRequest(AccessRequests requests, Applications applications, AuditTrail trail) {
    this.requests = requests;
    this.applications = applications;
    this.trail = trail;
  }

  AccessRequest handle(AccessRequestId id, ExpectedVersion expected, Caller by) {
    AccessRequest request = requests.hold(id, by);
    if (!applications.find(request.application()).orElseThrow().owner().includes(by)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to act for this reuser");
    }
    expected.check(request.version());
    requests.step(request, RequestState.Step.WITHDRAW);
    trail.record(
        by.actor(),
        "request.withdraw",
        Optional.of(request.territory()),
        "request",
        id.toString(),
        Map.of());
    return requests.see(id, by);
  }
}
