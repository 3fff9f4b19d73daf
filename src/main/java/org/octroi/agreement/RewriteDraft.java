package org.octroi.agreement;

import java.util.Map;
import java.util.SortedSet;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Purpose;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes other purposes, another reuse or other answers into a request that is not sent yet.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the application is not the caller's
 * @refuses request-not-open when it was sent or withdrawn
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 * @refuses offer-withdrawn when the offer is no longer made
 * @refuses conflict when the application is suspended
 * @refuses reuser-not-eligible when the offer is for other kinds of reusers
 * @refuses invalid-field when an answer is not one to its question
 * @refuses purpose-not-offered when a purpose is neither one of the offer's nor narrower than one
 */
@Component
@Transactional
class RewriteDraft {

  private final AccessRequests requests;
  private final Offers offers;
  private final RequestSides sides;
  private final RequestSteps steps;

  RewriteDraft(AccessRequests requests, Offers offers, RequestSides sides, RequestSteps steps) {
    this.requests = requests;
    this.offers = offers;
    this.sides = sides;
    this.steps = steps;
  }

  AccessRequest handle(
      AccessRequestId id,
      SortedSet<Purpose> purposes,
      String reuse,
      Map<String, Object> answers,
      ExpectedVersion expected,
      Caller by) {
    RequestSides.Held held = sides.asReuser(id, expected, by);
    AccessRequest request = held.request();
    if (request.state() != RequestState.DRAFT) {
      throw RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word());
    }
    PublishedOffer offer = offers.find(request.offer()).orElseThrow();
    OfferTerms.check(offer, held.application(), purposes);
    OfferTerms.checkDraft(offer, answers);
    requests.rewrite(request, purposes, reuse, answers);
    steps.note(request, "rewrite", RequestSteps.Quality.REUSER, Map.of(), by.actor());
    return requests.see(id, by);
  }
}
