package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
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
 * Approves a request with narrower terms than those asked for: shorter, for fewer purposes, with
 * fewer columns or rows, a smaller area, a lower tier. The applicant accepts them or takes the
 * request back. Where two reviewers must approve, the second approves the first one's narrower
 * terms before the applicant is asked.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, the applicant, or belongs to the
 *     reuser's organisation
 * @refuses invalid-field when the terms are wider than the offer's somewhere, or nowhere narrower
 * @refuses conflict when the first of two reviewers wrote narrower terms already
 * @refuses same-reviewer when this reviewer approved it already
 * @refuses request-not-open when the request is already decided or withdrawn
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class ProposeTerms {

  private final AccessRequests requests;
  private final Proposals proposals;
  private final Offers offers;
  private final RequestSides sides;
  private final RequestSteps steps;
  private final NarrowerTerms.Reading reading;
  private final Clock clock;

  ProposeTerms(
      AccessRequests requests,
      Proposals proposals,
      Offers offers,
      RequestSides sides,
      RequestSteps steps,
      NarrowerTerms.Reading reading,
      Clock clock) {
    this.requests = requests;
    this.proposals = proposals;
    this.offers = offers;
    this.sides = sides;
    this.steps = steps;
    this.reading = reading;
    this.clock = clock;
  }

  AccessRequest handle(
      AccessRequestId id, NarrowerTerms narrower, ExpectedVersion expected, Caller by) {
    AccessRequest request = sides.asReviewer(id, expected, by).request();
    PublishedOffer offer = offers.find(request.offer()).orElseThrow();
    if (proposals.of(request).isPresent()) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "narrower terms were written already: approve or refuse them");
    }
    AgreedTerms terms = reading.within(narrower, request, offer);
    boolean first =
        offer.approval() == Approval.TWO_REVIEWERS && request.state() == RequestState.SUBMITTED;
    Proposals.Proposal proposal =
        Proposals.Proposal.of(
            by.person(),
            terms.purposes(),
            terms.validity(),
            terms.tier().orElse(offer.tier()),
            clock.instant());
    RequestState next =
        steps.take(
            request,
            first ? RequestState.Step.APPROVE_FIRST : RequestState.Step.PROPOSE,
            "propose",
            RequestSteps.Quality.REVIEWER,
            Map.of("terms", proposal.sha256()),
            by.actor());
    requests.decide(
        request,
        new AccessRequests.Decision(
            by.person(),
            "propose",
            Optional.empty(),
            RequestApi.note(narrower.note()),
            clock.instant()));
    proposals.add(request, proposal);
    if (next == RequestState.PROPOSED) {
      requests.waitFrom(request, clock.instant());
    }
    return requests.see(id, by);
  }
}
