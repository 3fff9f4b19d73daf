package org.octroi.agreement;

import java.time.Instant;
import java.util.Optional;
import org.octroi.identity.Applications;
import org.octroi.identity.Notice;
import org.octroi.identity.NoticeWords;
import org.octroi.identity.Notices;
import org.octroi.identity.Staff;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.PublicAddresses;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Tells both sides what happened to requests, agreements and demands: reviewers what is theirs to
 * do, reusers what became of what they asked for. It is told in the transaction in which it
 * happened, at its end, when all that is to be told has been written.
 */
@Component
class BothSidesTold {

  private static final Bilingual NOTHING = new Bilingual("", "");

  private final Notices notices;
  private final Staff staff;
  private final AccessRequests requests;
  private final Agreements agreements;
  private final DataDemands demands;
  private final Applications applications;
  private final Offers offers;
  private final Territories territories;
  private final LegalClock legal;
  private final PublicAddresses addresses;
  private final NoticeWords words;

  BothSidesTold(
      Notices notices,
      Staff staff,
      AccessRequests requests,
      Agreements agreements,
      DataDemands demands,
      Applications applications,
      Offers offers,
      Territories territories,
      LegalClock legal,
      PublicAddresses addresses,
      NoticeWords words) {
    this.notices = notices;
    this.staff = staff;
    this.requests = requests;
    this.agreements = agreements;
    this.demands = demands;
    this.applications = applications;
    this.offers = offers;
    this.territories = territories;
    this.legal = legal;
    this.addresses = addresses;
    this.words = words;
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(RequestStepTaken taken) {
    AccessRequest request = requests.find(taken.request());
    switch (taken.step()) {
      case SUBMIT -> tellReviewers(request, "submitted");
      case ANSWER, ANSWER_HALF_APPROVED -> tellReviewers(request, "answered");
      case APPROVE_FIRST -> tellReviewers(request, "half-approved");
      case ACCEPT -> tellReviewers(request, "accepted");
      case ASK -> tellReuser(request, "asked");
      case APPROVE -> tellReuser(request, "approved");
      case PROPOSE -> tellReuser(request, "proposed");
      case REFUSE -> tellReuser(request, "refused");
      case WITHDRAW -> {
        if (request.acceptance().isPresent()) {
          tellReviewers(request, "withdrawn");
        }
      }
      case LAPSE -> {
        tellReuser(request, "lapsed");
        tellReviewers(request, "lapsed");
      }
      case SUBMIT_AUTOMATIC -> {
        // Whoever accepted sees the agreement at once, and the holder asked to decide nothing.
      }
    }
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(RequestMessageWritten written) {
    AccessRequest request = requests.find(written.request());
    switch (written.side()) {
      case REUSER -> tellReviewers(request, "message");
      case HOLDER -> tellReuser(request, "message");
    }
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(RequestTermExtended extended) {
    tellReuser(requests.find(extended.request()), "extended");
  }

  /** A breach concerns those who run the territory too, and the reuser, who may seek redress. */
  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(RequestTermEnding ending) {
    AccessRequest request = requests.find(ending.request());
    if (!ending.over()) {
      tellReviewers(request, "due");
      return;
    }
    tellReviewers(request, "overdue");
    notices.tellPeople(
        staff.administrators(request.territory()), requestNotice(request, "overdue"));
    tellReuser(request, "unanswered");
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(AgreementEnding ending) {
    tellReuser(agreements.find(ending.agreement()), "ending", ending.days());
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(AgreementToAccept asked) {
    Agreement agreement = agreements.find(asked.agreement());
    tellReuser(agreement, "to-accept", Optional.of(asked.by()), 0);
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(AgreementMoving moving) {
    tellReuser(agreements.find(moving.agreement()), "moving", Optional.of(moving.at()), 0);
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(AgreementExpired expired) {
    tellReuser(agreements.find(expired.agreement()), "expired", 0);
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(AgreementSuspended suspended) {
    tellReuser(agreements.find(suspended.agreement()), "suspended", 0);
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(AgreementResumed resumed) {
    tellReuser(agreements.find(resumed.agreement()), "resumed", 0);
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(AgreementRevoked revoked) {
    Agreement agreement = agreements.find(revoked.agreement());
    if (agreement.ground().filter(EndAgreement.BY_REUSER::equals).isPresent()) {
      notices.tellReviewers(
          agreement.territory(),
          agreement.holder(),
          agreementNotice(agreement, "ended", agreement.validUntil(), 0));
    } else {
      tellReuser(agreement, "revoked", 0);
    }
  }

  @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
  void on(DemandChanged changed) {
    DataDemands.Demand demand = demands.find(changed.demand());
    String address = addresses.atDesk("/api/v1/demands/" + demand.id());
    Notice notice =
        notice(
            "demand." + demand.status().word(),
            demand.territory(),
            "demand",
            demand.id(),
            address,
            time(demand.territory(), demand.dueAt()));
    switch (demand.status()) {
      case OPEN, WITHDRAWN -> {
        notices.tellReviewers(demand.territory(), demand.holder(), notice);
        notices.tellEditors(demand.territory(), demand.holder(), notice);
      }
      case ANSWERED, OFFERED -> notices.tellOwner(demand.owner(), notice);
    }
  }

  private void tellReviewers(AccessRequest request, String what) {
    notices.tellReviewers(request.territory(), request.holder(), requestNotice(request, what));
  }

  private void tellReuser(AccessRequest request, String what) {
    notices.tellOwner(
        applications.find(request.application()).orElseThrow().owner(),
        requestNotice(request, what));
  }

  private Notice requestNotice(AccessRequest request, String what) {
    return notice(
        "request." + what,
        request.territory(),
        "request",
        request.id().toString(),
        title(request.offer()),
        addresses.atDesk("/api/v1/requests/" + request.id()),
        request
            .deadline()
            .map(deadline -> time(request.territory(), deadline.dueAt()))
            .orElse(NOTHING),
        request.deadline().map(deadline -> law(deadline, what)).orElse(NOTHING));
  }

  /** What the law says of it, where it says something that the reader should know. */
  private Bilingual law(AccessRequest.Deadline deadline, String what) {
    LegalClock.Basis basis = legal.basis(deadline.basis());
    return switch (what) {
      case "refused" -> basis.redress();
      case "unanswered" -> basis.silence();
      default -> basis.article();
    };
  }

  private void tellReuser(Agreement agreement, String what, int days) {
    tellReuser(agreement, what, agreement.validUntil(), days);
  }

  private void tellReuser(Agreement agreement, String what, Optional<Instant> until, int days) {
    notices.tellOwner(
        applications.find(agreement.application()).orElseThrow().owner(),
        agreementNotice(agreement, what, until, days));
  }

  private Notice agreementNotice(
      Agreement agreement, String what, Optional<Instant> until, int days) {
    return notice(
        "agreement." + what,
        agreement.territory(),
        "agreement",
        agreement.id().toString(),
        agreement.number().value(),
        title(agreement.offer()),
        addresses.agreement(agreement.id()),
        until.map(end -> time(agreement.territory(), end)).orElse(NOTHING),
        days,
        agreement.ground().orElse(""));
  }

  private Bilingual title(OfferId offer) {
    return NoticeWords.brief(offers.find(offer).map(PublishedOffer::title).orElseThrow());
  }

  private Bilingual time(TerritoryId territory, Instant time) {
    return NoticeWords.time(time, territories.find(territory).orElseThrow().zone());
  }

  private Notice notice(
      String kind, TerritoryId territory, String subjectKind, String subject, Object... about) {
    return new Notice(
        kind,
        Optional.of(territory),
        subjectKind,
        subject,
        words.say("notice." + kind + ".title", about),
        words.say("notice." + kind + ".text", about));
  }
}
