package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.identity.EmailConfirmation;
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
 * @refuses agreement-exists when the application has an agreement in force for this offer
 * @refuses invalid-field when the offer's form is not answered
 * @refuses purpose-not-offered when a purpose is neither one of the offer's nor narrower than one
 * @refuses email-not-confirmed when the caller's address is not confirmed
 */
@Component
@Transactional
class SubmitRequest {

  private final AccessRequests requests;
  private final Offers offers;
  private final Datasets datasets;
  private final Holders holders;
  private final LegalClock legal;
  private final MintAgreement mint;
  private final Attachments attachments;
  private final RequestSides sides;
  private final RequestSteps steps;
  private final EmailConfirmation confirmation;
  private final Clock clock;

  SubmitRequest(
      AccessRequests requests,
      Offers offers,
      Datasets datasets,
      Holders holders,
      LegalClock legal,
      MintAgreement mint,
      Attachments attachments,
      RequestSides sides,
      RequestSteps steps,
      EmailConfirmation confirmation,
      Clock clock) {
    this.requests = requests;
    this.offers = offers;
    this.datasets = datasets;
    this.holders = holders;
    this.legal = legal;
    this.mint = mint;
    this.attachments = attachments;
    this.sides = sides;
    this.steps = steps;
    this.confirmation = confirmation;
    this.clock = clock;
  }

  AccessRequest handle(
      AccessRequestId id, String acceptedTextSha256, ExpectedVersion expected, Caller by) {
    confirmation.check(by);
    RequestSides.Held held = sides.asReuser(id, expected, by);
    AccessRequest request = held.request();
    PublishedOffer offer = offers.find(request.offer()).orElseThrow();
    boolean automatic = offer.approval() == Approval.AUTOMATIC;
    RequestState next =
        steps.take(
            request,
            automatic ? RequestState.Step.SUBMIT_AUTOMATIC : RequestState.Step.SUBMIT,
            "submit",
            RequestSteps.Quality.REUSER,
            Map.of("text", acceptedTextSha256),
            by.actor());
    OfferTerms.check(offer, held.application(), request.purposes());
    OfferTerms.checkWhole(offer, request.answers(), attached(request));
    if (!acceptedTextSha256.equals(offer.licence().textSha256())) {
      throw RefusedException.of(ProblemType.TERMS_NOT_ACCEPTED);
    }
    Instant now = clock.instant();
    Acceptance acceptance = Acceptance.of(acceptedTextSha256, Optional.empty(), by, now);
    LegalClock.Basis basis = basis(offer, now);
    requests.submitted(
        request,
        acceptance,
        basis.id(),
        LegalClock.dueAt(basis, now, offer.zone(), Optional.empty(), 0));
    if (next == RequestState.APPROVED) {
      mint.handle(
          request,
          offer,
          held.application(),
          AgreedTerms.asOffered(request, offer),
          acceptance,
          by.actor());
    } else {
      mint.refuseSecond(held.application(), offer, request.renews());
    }
    return requests.see(id, by);
  }

  private Set<String> attached(AccessRequest request) {
    return attachments.of(request).stream()
        .map(Attachments.Attachment::id)
        .collect(Collectors.toUnmodifiableSet());
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
