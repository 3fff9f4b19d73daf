package org.octroi.agreement;

import java.time.Clock;
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
 * Takes a request back before it is decided.
 *
 * @refuses not-found when there is no such request of the caller's
 */
@Component
@Transactional
class WithdrawRequest {

  private final AccessRequests requests;
  private final Applications applications;
  private final AuditTrail trail;
  private final Clock clock;

  WithdrawRequest(
      AccessRequests requests, Applications applications, AuditTrail trail, Clock clock) {
    this.requests = requests;
    this.applications = applications;
    this.trail = trail;
    this.clock = clock;
  }

  AccessRequest handle(AccessRequestId id, ExpectedVersion expected, Caller by) {
    AccessRequest request = requests.seenBy(by, id);
    if (!applications.idsOwnedBy(by).contains(request.application())) {
      throw RefusedException.of(ProblemType.NOT_FOUND, id.toString());
    }
    expected.check(request.version());
    requests.become(request, RequestState.WITHDRAWN, clock.instant());
    trail.record(
        by.actor(),
        "request.withdraw",
        Optional.of(request.territory()),
        "request",
        id.toString(),
        Map.of());
    return requests.seenBy(by, id);
  }
}
