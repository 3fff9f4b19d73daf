package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Refuses an access request, with a ground; its answer names where to turn.
 *
 * @refuses invalid-field when the ground is {@code other} and no note says which
 */
@Component
@Transactional
class RefuseRequest {

  private final Reviews reviews;
  private final AccessRequests requests;
  private final AuditTrail trail;
  private final Clock clock;

  RefuseRequest(Reviews reviews, AccessRequests requests, AuditTrail trail, Clock clock) {
    this.reviews = reviews;
    this.requests = requests;
    this.trail = trail;
    this.clock = clock;
  }

  AccessRequest handle(
      AccessRequestId id,
      Ground ground,
      Optional<String> note,
      ExpectedVersion expected,
      Caller by) {
    if (ground == Ground.OTHER && note.filter(text -> !text.isBlank()).isEmpty()) {
      throw new RefusedException(Refusal.field("/note", "must say why, where the ground is other"));
    }
    AccessRequest request = reviews.open(id, expected, by);
    Instant now = clock.instant();
    requests.become(request, RequestState.REFUSED, now);
    requests.decided(
        request,
        new RequestDecision(
            by.person(), RequestDecision.Verdict.REFUSE, Optional.of(ground), note, now));
    trail.record(
        by.actor(),
        "request.refuse",
        Optional.of(request.territory()),
        "request",
        id.toString(),
        Map.of("ground", ground.word()));
    return requests.seenBy(by, id);
  }
}
