package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
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
 * Approves an access request; the last approval needed mints its agreement in the same transaction.
 * An offer withdrawn since the request was sent does not stand in the way: the reviewer decides on
 * the terms that were accepted.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the caller is no reviewer of the holder
 * @refuses reviewer-conflict when the reviewer is the reuser, the applicant, or belongs to the
 *     reuser's organisation
 * @refuses same-reviewer when the offer asks for two reviewers and this one approved already
 * @refuses request-not-open when the request is already decided or withdrawn
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class ApproveRequest {

  private final AccessRequests requests;
  private final Offers offers;
  private final Applications applications;
  private final Reviewing reviewing;
  private final MintAgreement mint;
  private final AuditTrail trail;
  private final Clock clock;

  ApproveRequest(
      AccessRequests requests,
      Offers offers,
      Applications applications,
      Reviewing reviewing,
      MintAgreement mint,
      AuditTrail trail,
      Clock clock) {
    this.requests = requests;
    this.offers = offers;
    this.applications = applications;
    this.reviewing = reviewing;
    this.mint = mint;
    this.trail = trail;
    this.clock = clock;
  }

  AccessRequest handle(
      AccessRequestId id, Optional<String> note, ExpectedVersion expected, Caller by) {
    AccessRequest request = requests.hold(id, by);
    RegisteredApplication application = applications.find(request.application()).orElseThrow();
    reviewing.check(by, request.holder(), application);
    if (request.applicant().equals(by.person())) {
      throw RefusedException.of(ProblemType.REVIEWER_CONFLICT);
    }
    expected.check(request.version());
    PublishedOffer offer = offers.find(request.offer()).orElseThrow();
    boolean first =
        offer.approval() == Approval.TWO_REVIEWERS && request.state() == RequestState.SUBMITTED;
    RequestState next =
        requests.step(request, first ? RequestState.Step.APPROVE_FIRST : RequestState.Step.APPROVE);
    requests.decide(
        request,
        new AccessRequests.Decision(
            by.person(), "approve", Optional.empty(), note, clock.instant()));
    trail.record(
        by.actor(),
        "request.approve",
        Optional.of(request.territory()),
        "request",
        id.toString(),
        Map.of("state", next.word()));
    if (next == RequestState.APPROVED) {
      mint.handle(request, offer, application, by.actor());
    }
    return requests.see(id, by);
  }
}
