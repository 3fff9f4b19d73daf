package org.octroi.agreement;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Asks for an agreement to be followed by another, from 90 days before its end on: a request for
 * the offer as it is made now, for the same application and purposes, with the text accepted. It is
 * decided like any other; the new agreement begins where the old one ends.
 *
 * @refuses not-found when the caller can't see the agreement
 * @refuses forbidden when the application is not the caller's
 * @refuses agreement-not-active when it was revoked or is suspended
 * @refuses conflict when it has no end, or ends later than in 90 days, or is renewed already or was
 *     asked to be, or its application is suspended
 * @refuses offer-withdrawn when the offer is no longer made
 * @refuses terms-not-accepted when the hash is not that of the offer's licence text
 * @refuses reuser-not-eligible when the offer is for other kinds of reusers now
 * @refuses purpose-not-offered when the offer no longer gives one of the purposes
 * @refuses agreement-exists when the application has another agreement in force for this offer
 */
@Component
@Transactional
class RenewAgreement {

  /** How long before its end an agreement may be renewed. */
  static final Duration BEFORE_END = Duration.ofDays(90);

  private final AgreementSwitch turn;
  private final AccessRequests requests;
  private final Offers offers;
  private final SubmitRequest submit;
  private final RequestSteps steps;
  private final Clock clock;

  RenewAgreement(
      AgreementSwitch turn,
      AccessRequests requests,
      Offers offers,
      SubmitRequest submit,
      RequestSteps steps,
      Clock clock) {
    this.turn = turn;
    this.requests = requests;
    this.offers = offers;
    this.submit = submit;
    this.steps = steps;
    this.clock = clock;
  }

  AccessRequest handle(AgreementId id, String acceptedTextSha256, Caller by) {
    Agreement agreement = turn.holdAsReuser(id, by);
    check(agreement);
    PublishedOffer accepted = offers.find(agreement.offer()).orElseThrow();
    PublishedOffer offer = offers.newest(accepted.territory(), accepted.slug()).orElseThrow();
    AccessRequest request =
        AccessRequest.draft(
            offer,
            agreement.application(),
            by.person(),
            agreement.purposes(),
            requests.find(agreement.request()).reuse(),
            Map.of(),
            Optional.of(agreement.id()),
            clock.instant());
    requests.add(request);
    steps.note(
        request,
        "draft",
        RequestSteps.Quality.REUSER,
        Map.of(
            "offer", offer.id().toString(),
            "application", agreement.application().toString(),
            "renews", agreement.id().toString()),
        by.actor());
    return submit.handle(request.id(), acceptedTextSha256, new ExpectedVersion.Any(), by);
  }

  private void check(Agreement agreement) {
    turn.mustBe(agreement, AgreementStatus.ACTIVE, AgreementStatus.EXPIRED);
    Instant now = clock.instant();
    if (agreement.validUntil().filter(end -> end.isBefore(now.plus(BEFORE_END))).isEmpty()) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "an agreement is renewed from 90 days before its end on");
    }
    if (requests.renewing(agreement)) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "the agreement is renewed already, or was asked to be");
    }
  }
}
