package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.octroi.identity.Applications;
import org.octroi.identity.EmailConfirmation;
import org.octroi.identity.RegisteredApplication;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes down a request that is not sent yet.
 *
 * @refuses invalid-field when there is no such offer, or the application is not the caller's, or an
 *     answer is not one to its question
 * @refuses offer-withdrawn when the offer is no longer made
 * @refuses conflict when the offer needs no agreement, or the application is suspended
 * @refuses reuser-not-eligible when the offer is for other kinds of reusers
 * @refuses purpose-not-offered when a purpose is neither one of the offer's nor narrower than one
 * @refuses email-not-confirmed when the caller's address is not confirmed
 */
@Component
@Transactional
class DraftRequest {

  private final AccessRequests requests;
  private final Offers offers;
  private final Applications applications;
  private final RequestSteps steps;
  private final EmailConfirmation confirmation;
  private final Clock clock;

  DraftRequest(
      AccessRequests requests,
      Offers offers,
      Applications applications,
      RequestSteps steps,
      EmailConfirmation confirmation,
      Clock clock) {
    this.requests = requests;
    this.offers = offers;
    this.applications = applications;
    this.steps = steps;
    this.confirmation = confirmation;
    this.clock = clock;
  }

  AccessRequest handle(
      OfferId offerId,
      ApplicationId applicationId,
      SortedSet<Purpose> purposes,
      String reuse,
      Map<String, Object> answers,
      Caller by) {
    confirmation.check(by);
    PublishedOffer offer =
        offers
            .find(offerId)
            .orElseThrow(
                () -> new RefusedException(Refusal.field("/offer", "there is no such offer")));
    RegisteredApplication application =
        applications
            .find(applicationId)
            .filter(found -> found.owner().includes(by))
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.field("/application", "must be an application of yours")));
    OfferTerms.check(offer, application, purposes);
    OfferTerms.checkDraft(offer, answers);
    AccessRequest request =
        AccessRequest.draft(
            offer,
            application.id(),
            by.person(),
            purposes,
            reuse,
            answers,
            Optional.empty(),
            clock.instant());
    requests.add(request);
    steps.note(
        request,
        "draft",
        RequestSteps.Quality.REUSER,
        Map.of("offer", offer.id().toString(), "application", application.id().toString()),
        by.actor());
    return request;
  }
}
