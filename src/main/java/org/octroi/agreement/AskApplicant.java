package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Asks the applicant for more; the legal clock stands still until they answer.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, the applicant, or belongs to the
 *     reuser's organisation
 * @refuses request-not-open when the request is already decided or withdrawn, or waits for its
 *     applicant already
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class AskApplicant {

  private final AccessRequests requests;
  private final RequestMessages messages;
  private final RequestSides sides;
  private final RequestSteps steps;
  private final Clock clock;

  AskApplicant(
      AccessRequests requests,
      RequestMessages messages,
      RequestSides sides,
      RequestSteps steps,
      Clock clock) {
    this.requests = requests;
    this.messages = messages;
    this.sides = sides;
    this.steps = steps;
    this.clock = clock;
  }

  AccessRequest handle(AccessRequestId id, String question, ExpectedVersion expected, Caller by) {
    AccessRequest request = sides.asReviewer(id, expected, by).request();
    steps.take(
        request, RequestState.Step.ASK, "ask", RequestSteps.Quality.REVIEWER, Map.of(), by.actor());
    requests.waitFrom(request, clock.instant());
    messages.add(request, by, RequestMessages.Side.HOLDER, RequestMessages.Kind.QUESTION, question);
    return requests.see(id, by);
  }
}
