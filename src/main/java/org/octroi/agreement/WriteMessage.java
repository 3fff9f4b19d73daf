package org.octroi.agreement;

import java.util.Map;
import org.octroi.identity.Applications;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes to the other side of a request, at any time after it was sent, also when it is closed. It
 * stops no clock: for that, reviewers ask.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses request-not-open when it was not sent yet
 * @refuses forbidden when the caller only reads, or is on both sides
 */
@Component
@Transactional
class WriteMessage {

  private final AccessRequests requests;
  private final RequestMessages messages;
  private final Applications applications;
  private final RequestSteps steps;
  private final ApplicationEventPublisher events;

  WriteMessage(
      AccessRequests requests,
      RequestMessages messages,
      Applications applications,
      RequestSteps steps,
      ApplicationEventPublisher events) {
    this.requests = requests;
    this.messages = messages;
    this.applications = applications;
    this.steps = steps;
    this.events = events;
  }

  RequestMessages.Message handle(AccessRequestId id, String body, Caller by) {
    AccessRequest request = requests.see(id, by);
    boolean reuser = applications.find(request.application()).orElseThrow().owner().includes(by);
    if (reuser == by.mayReview(request.holder())) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to write for one side");
    }
    if (request.acceptance().isEmpty()) {
      throw RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word());
    }
    RequestMessages.Side side = reuser ? RequestMessages.Side.REUSER : RequestMessages.Side.HOLDER;
    RequestMessages.Message message =
        messages.add(request, by, side, RequestMessages.Kind.MESSAGE, body);
    steps.note(
        request,
        "message",
        reuser ? RequestSteps.Quality.REUSER : RequestSteps.Quality.REVIEWER,
        Map.of("message", message.id()),
        by.actor());
    events.publishEvent(new RequestMessageWritten(request.id(), side));
    return message;
  }
}
