package org.octroi.agreement;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Actor;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Takes a request one step on: in the table, on the record, and told to whoever must know. Within
 * the transaction of the command.
 */
@Component
class RequestSteps {

  private final AccessRequests requests;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  RequestSteps(AccessRequests requests, AuditTrail trail, ApplicationEventPublisher events) {
    this.requests = requests;
    this.trail = trail;
    this.events = events;
  }

  /** In what quality somebody acts on a request: the authority that the record names. */
  enum Quality {
    /** For the reuser. */
    REUSER,
    /** As a reviewer of the holder. */
    REVIEWER,
    /** Nobody: the clock. */
    CLOCK;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Takes the step.
   *
   * @param deed what is done, for the record: {@code submit} becomes {@code request.submit}
   * @param more what else the record says of it; no personal data
   * @refuses request-not-open when the step does not lead on from where the request is
   * @refuses stale-version when somebody was faster
   */
  RequestState take(
      AccessRequest request,
      RequestState.Step step,
      String deed,
      Quality as,
      Map<String, String> more,
      Actor by) {
    RequestState next = requests.step(request, step);
    Map<String, String> details = new TreeMap<>(more);
    details.put("before", request.state().word());
    details.put("state", next.word());
    note(request, deed, as, details, by);
    events.publishEvent(new RequestStepTaken(request.id(), request.territory(), step, next));
    return next;
  }

  /** Puts something on the record that leaves the request where it is. */
  void note(AccessRequest request, String deed, Quality as, Map<String, String> details, Actor by) {
    Map<String, String> all = new TreeMap<>(details);
    all.put("as", as.word());
    trail.record(
        by,
        "request." + deed,
        Optional.of(request.territory()),
        "request",
        request.id().toString(),
        all);
  }
}
