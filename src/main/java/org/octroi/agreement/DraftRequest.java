package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Begins a request for an offer. Nothing is asked of the holder until it is submitted.
 *
 * @refuses invalid-field when there is no such offer, or no such application of the caller's
 */
@Component
@Transactional
class DraftRequest {

  private final AccessRequests requests;
  private final Offers offers;
  private final Applications applications;
  private final Eligibility eligibility;
  private final AuditTrail trail;
  private final Clock clock;

  DraftRequest(
      AccessRequests requests,
      Offers offers,
      Applications applications,
      Eligibility eligibility,
      AuditTrail trail,
      Clock clock) {
    this.requests = requests;
    this.offers = offers;
    this.applications = applications;
    this.eligibility = eligibility;
    this.trail = trail;
    this.clock = clock;
  }

  AccessRequest handle(
      OfferId offerId,
      ApplicationId applicationId,
      SortedSet<Purpose> purposes,
      String reuse,
      Caller by) {
    PublishedOffer offer =
        offers
            .find(offerId)
            .orElseThrow(
                () -> new RefusedException(Refusal.field("/offer", "must be the id of an offer")));
    RegisteredApplication application =
        applications
            .find(applicationId)
            .filter(found -> found.owner().includes(by))
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.field(
                            "/application", "must be the id of an application of yours")));
    eligibility.check(offer, application, purposes);
    AccessRequest request =
        new AccessRequest(
            AccessRequestId.create(),
            offer.territory(),
            offer.holder(),
            offer.id(),
            application.id(),
            by.person(),
            purposes,
            reuse.strip(),
            RequestState.DRAFT,
            Optional.empty(),
            Optional.empty(),
            clock.instant(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1);
    requests.insert(request);
    trail.record(
        by.actor(),
        "request.draft",
        Optional.of(request.territory()),
        "request",
        request.id().toString(),
        Map.of("offer", offer.slug().value(), "application", application.id().toString()));
    return request;
  }
}
