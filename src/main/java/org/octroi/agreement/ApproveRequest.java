package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Approves an access request; the last approval needed mints its agreement in the same transaction.
 *
 * @refuses same-reviewer when the offer asks for two reviewers and this one approved already
 */
@Component
@Transactional
class ApproveRequest {

  private final Reviews reviews;
  private final AccessRequests requests;
  private final Offers offers;
  private final MintAgreement mint;
  private final AuditTrail trail;
  private final Clock clock;

  ApproveRequest(
      Reviews reviews,
      AccessRequests requests,
      Offers offers,
      MintAgreement mint,
      AuditTrail trail,
      Clock clock) {
    this.reviews = reviews;
    this.requests = requests;
    this.offers = offers;
    this.mint = mint;
    this.trail = trail;
    this.clock = clock;
  }

  AccessRequest handle(
      AccessRequestId id, Optional<String> note, ExpectedVersion expected, Caller by) {
    AccessRequest request = reviews.open(id, expected, by);
    List<RequestDecision> earlier = requests.decisions(request);
    if (earlier.stream().anyMatch(decision -> decision.reviewer().equals(by.person()))) {
      throw RefusedException.of(ProblemType.SAME_REVIEWER);
    }
    PublishedOffer offer = offers.find(request.offer()).orElseThrow();
    boolean last = offer.approval() != Approval.TWO_REVIEWERS || !earlier.isEmpty();
    Instant now = clock.instant();
    requests.become(request, last ? RequestState.APPROVED : RequestState.HALF_APPROVED, now);
    requests.decided(
        request,
        new RequestDecision(
            by.person(), RequestDecision.Verdict.APPROVE, Optional.empty(), note, now));
    trail.record(
        by.actor(),
        "request.approve",
        Optional.of(request.territory()),
        "request",
        id.toString(),
        Map.of("last", Boolean.toString(last)));
    if (last) {
      mint.of(request, offer, by.actor());
    }
    return requests.seenBy(by, id);
  }
}
