package org.octroi.agreement;

import java.util.Map;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes a request back, at any time before it is decided; or turns narrower terms down.
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
  private final RequestSides sides;
  private final RequestSteps steps;

  WithdrawRequest(AccessRequests requests, RequestSides sides, RequestSteps steps) {
    this.requests = requests;
    this.sides = sides;
    this.steps = steps;
  }

  AccessRequest handle(AccessRequestId id, ExpectedVersion expected, Caller by) {
    AccessRequest request = sides.asReuser(id, expected, by).request();
    steps.take(
        request,
        RequestState.Step.WITHDRAW,
        "withdraw",
        RequestSteps.Quality.REUSER,
        Map.of(),
        by.actor());
    return requests.see(id, by);
  }
}
