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
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Accepts the narrower terms that the reviewers approved, and the licence text with them, both by
 * their hashes; the agreement is minted in the same transaction.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the application is not the caller's
 * @refuses request-not-open when no terms are proposed
 * @refuses terms-not-accepted when a hash is not that of the offer's licence text or of the terms
 * @refuses agreement-exists when the application has an agreement in force for this offer
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class AcceptProposal {

  private final AccessRequests requests;
  private final Proposals proposals;
  private final Offers offers;
  private final RequestSides sides;
  private final RequestSteps steps;
  private final MintAgreement mint;
  private final Clock clock;

  AcceptProposal(
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
      AccessRequestId id,
      String acceptedTextSha256,
      String acceptedTermsSha256,
      ExpectedVersion expected,
      Caller by) {
    RequestSides.Held held = sides.asReuser(id, expected, by);
    AccessRequest request = held.request();
    steps.take(
        request,
        RequestState.Step.ACCEPT,
        "accept",
        RequestSteps.Quality.REUSER,
        Map.of("text", acceptedTextSha256, "terms", acceptedTermsSha256),
        by.actor());
    PublishedOffer offer = offers.find(request.offer()).orElseThrow();
    Proposals.Proposal proposal = proposals.of(request).orElseThrow();
    if (!acceptedTextSha256.equals(offer.licence().textSha256())
        || !acceptedTermsSha256.equals(proposal.sha256())) {
      throw RefusedException.of(ProblemType.TERMS_NOT_ACCEPTED);
    }
    mint.handle(
        request,
        offer,
        held.application(),
        proposal.terms(),
        Acceptance.of(acceptedTextSha256, Optional.of(acceptedTermsSha256), by, clock.instant()),
        by.actor());
    return requests.see(id, by);
  }
}
