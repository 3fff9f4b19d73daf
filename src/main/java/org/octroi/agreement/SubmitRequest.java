package org.octroi.agreement;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
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
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holders;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Classification;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Sends a request, with the licence text accepted by its hash. From here the legal clock runs;
 * where the offer's approval is automatic, the agreement is minted in the same transaction.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the application is not the caller's
 * @refuses request-not-open when it was sent or withdrawn before
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 * @refuses terms-not-accepted when the hash is not that of the offer's licence text
 * @refuses offer-withdrawn when the offer is no longer made
 * @refuses conflict when the application is suspended
 * @refuses reuser-not-eligible when the offer is for other kinds of reusers
 * @refuses purpose-not-offered when a purpose is neither one of the offer's nor narrower than one
 */
@Component
@Transactional
class SubmitRequest {

  private final AccessRequests requests;
  private final Offers offers;
  private final Applications applications;
  private final Datasets datasets;
  private final Holders holders;
  private final LegalClock legal;
  private final MintAgreement mint;
  private final AuditTrail trail;
  private final Clock clock;

  SubmitRequest(
      AccessRequests requests,
      Offers offers,
      Applications applications,
      Datasets datasets,
      Holders holders,
      LegalClock legal,
      MintAgreement mint,
      AuditTrail trail,
      Clock clock) {
    this.requests = requests;
    this.offers = offers;
    this.applications = applications;
    this.datasets = datasets;
    this.holders = holders;
    this.legal = legal;
    this.mint = mint;
    this.trail = trail;
    this.clock = clock;
  }

  AccessRequest handle(
      AccessRequestId id, String acceptedTextSha256, ExpectedVersion expected, Caller by) {
    AccessRequest request = requests.hold(id, by);
    RegisteredApplication application = applications.find(request.application()).orElseThrow();
    if (!application.owner().includes(by)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to act for this reuser");
    }
    expected.check(request.version());
    PublishedOffer offer = offers.find(request.offer()).orElseThrow();
    boolean automatic = offer.approval() == Approval.AUTOMATIC;
    RequestState next =
        requests.step(
            request, automatic ? RequestState.Step.SUBMIT_AUTOMATIC : RequestState.Step.SUBMIT);
    OfferTerms.check(offer, application, request.purposes());
    if (!MessageDigest.isEqual(
        acceptedTextSha256.getBytes(StandardCharsets.UTF_8),
        offer.licence().textSha256().getBytes(StandardCharsets.UTF_8))) {
      throw RefusedException.of(ProblemType.TERMS_NOT_ACCEPTED);
    }
    Instant now = clock.instant();
    LegalClock.Basis basis = basis(offer, now);
    requests.accept(
        request, acceptedTextSha256, basis.id(), now, LegalClock.dueAt(basis, now, offer.zone()));
    trail.record(
        by.actor(),
        "request.submit",
        Optional.of(request.territory()),
        "request",
        id.toString(),
        Map.of("state", next.word(), "text", acceptedTextSha256));
    if (automatic) {
      mint.handle(request, offer, application, by.actor());
    }
    return requests.see(id, by);
  }

  /** By the most closely held of the offer's datasets. */
  private LegalClock.Basis basis(PublishedOffer offer, Instant now) {
    Classification strictest =
        offer.datasets().stream()
            .flatMap(dataset -> datasets.find(offer.territory(), dataset).stream())
            .map(Dataset::classification)
            .max(Comparator.naturalOrder())
            .orElse(Classification.PUBLIC);
    return legal.basis(
        holders.find(offer.territory(), offer.holder()).orElseThrow().kind(),
        strictest,
        LocalDate.ofInstant(now, offer.zone()));
  }
}
