package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Approves an access request; the last approval needed mints its agreement in the same transaction.
 * Where the first of two reviewers approved narrower terms, the second approves those, and the
 * applicant is asked. An offer withdrawn since the request was sent does not stand in the way: the
 * reviewer decides on the terms that were accepted.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, the applicant, or belongs to the
 *     reuser's organisation
 * @refuses same-reviewer when the offer asks for two reviewers and this one approved already
 * @refuses request-not-open when the request is already decided or withdrawn
 * @refuses agreement-exists when the application has an agreement in force for this offer
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class ApproveRequest {

  private final AccessRequests requests;
  private final Proposals proposals;
  private final Offers offers;
  private final RequestSides sides;
  private final RequestSteps steps;
  private final MintAgreement mint;
  private final Clock clock;

  ApproveRequest(
      AccessRequests requests,
      Proposals proposals,
      Offers offers,
      RequestSides sides,
      RequestSteps steps,
      MintAgreement mint,
      Clock clock) {
    this.requests = requests;
    this.proposals = proposals;
    this.offers = offers;
    this.sides = sides;
    this.steps = steps;
    this.mint = mint;
    this.clock = clock;
  }

  AccessRequest handle(
      AccessRequestId id, Optional<String> note, ExpectedVersion expected, Caller by) {
    RequestSides.Held held = sides.asReviewer(id, expected, by);
    AccessRequest request = held.request();
    PublishedOffer offer = offers.find(request.offer()).orElseThrow();
    RequestState next =
        steps.take(
            request,
            step(request, offer),
            "approve",
            RequestSteps.Quality.REVIEWER,
            Map.of(),
            by.actor());
    requests.decide(
        request,
        new AccessRequests.Decision(
            by.person(), "approve", Optional.empty(), note, clock.instant()));
    if (next == RequestState.APPROVED) {
      mint.handle(
          request,
          offer,
          held.application(),
          AgreedTerms.asOffered(request, offer),
          request.acceptance().orElseThrow(),
          by.actor());
    } else if (next == RequestState.PROPOSED) {
      requests.waitFrom(request, clock.instant());
    }
    return requests.see(id, by);
  }

  private RequestState.Step step(AccessRequest request, PublishedOffer offer) {
    if (offer.approval() == Approval.TWO_REVIEWERS && request.state() == RequestState.SUBMITTED) {
      return RequestState.Step.APPROVE_FIRST;
    }
    return proposals.of(request).isPresent()
        ? RequestState.Step.PROPOSE
        : RequestState.Step.APPROVE;
  }
}
