package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Classification;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Accepts the terms and submits a request. Where the offer's approval is automatic, this mints the
 * agreement; otherwise the holder's clock begins to run.
 *
 * @refuses not-found when there is no such request of the caller's
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 * @refuses request-not-open when it was submitted or withdrawn already
 * @refuses terms-not-accepted when the hash is not that of the licence text
 */
@Component
@Transactional
class SubmitRequest {

  private final AccessRequests requests;
  private final Offers offers;
  private final Applications applications;
  private final Datasets datasets;
  private final Eligibility eligibility;
  private final MintAgreement mint;
  private final AuditTrail trail;
  private final Clock clock;

  SubmitRequest(
      AccessRequests requests,
      Offers offers,
      Applications applications,
      Datasets datasets,
      Eligibility eligibility,
      MintAgreement mint,
      AuditTrail trail,
      Clock clock) {
    this.requests = requests;
    this.offers = offers;
    this.applications = applications;
    this.datasets = datasets;
    this.eligibility = eligibility;
    this.mint = mint;
    this.trail = trail;
    this.clock = clock;
  }

  AccessRequest handle(
      AccessRequestId id, String acceptedTextSha256, ExpectedVersion expected, Caller by) {
    AccessRequest request = requests.seenBy(by, id);
    RegisteredApplication application =
        applications
            .find(request.application())
            .filter(found -> found.owner().includes(by))
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    expected.check(request.version());
    if (request.state() != RequestState.DRAFT) {
      throw RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word());
    }
    PublishedOffer offer = offers.find(request.offer()).orElseThrow();
    eligibility.check(offer, application, request.purposes());
    String text = offer.licence().textSha256();
    if (!text.equals(acceptedTextSha256)) {
      throw new RefusedException(
          Refusal.of(ProblemType.TERMS_NOT_ACCEPTED)
              .with(
                  "errors",
                  List.of(
                      new Refusal.FieldError(
                          "/acceptedTextSha256", "must be the hash of the offer's licence text"))));
    }
    Instant now = clock.instant();
    LegalBasis basis = LegalBasis.forData(classifications(offer));
    requests.submitted(request, text, now, basis, basis.due(now, offer.zone()));
    boolean automatic = offer.approval() == Approval.AUTOMATIC;
    requests.become(request, automatic ? RequestState.APPROVED : RequestState.SUBMITTED, now);
    trail.record(
        by.actor(),
        "request.submit",
        Optional.of(request.territory()),
        "request",
        id.toString(),
        Map.of("textSha256", text));
    if (automatic) {
      mint.of(request, offer, by.actor());
    }
    return requests.seenBy(by, id);
  }

  private List<Classification> classifications(PublishedOffer offer) {
    return offer.datasets().stream()
        .flatMap(id -> datasets.find(offer.territory(), id).stream())
        .map(Dataset::classification)
        .toList();
  }
}
