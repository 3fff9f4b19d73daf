package org.octroi.agreement;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.octroi.identity.Applications;
import org.octroi.identity.Notice;
import org.octroi.identity.Notices;
import org.octroi.identity.Staff;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.PublicAddresses;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.context.MessageSource;
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

  private static final int LONGEST = 80;

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
  private final MessageSource messages;

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
      MessageSource messages) {
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
    this.messages = messages;
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
            language -> new Object[] {address, time(demand.territory(), demand.dueAt(), language)});
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
    Bilingual offer = title(request.offer());
    String address = addresses.atDesk("/api/v1/requests/" + request.id());
    return notice(
        "request." + what,
        request.territory(),
        "request",
        request.id().toString(),
        language ->
            new Object[] {
              offer.in(language),
              address,
              request
                  .deadline()
                  .map(deadline -> time(request.territory(), deadline.dueAt(), language))
                  .orElse(""),
              law(request, what, language)
            });
  }

  /** What the law says of it, where it says something that the reader should know. */
  private String law(AccessRequest request, String what, Locale language) {
    return request
        .deadline()
        .map(deadline -> legal.basis(deadline.basis()))
        .map(
            basis ->
                switch (what) {
                  case "refused" -> basis.redress().in(language);
                  case "unanswered" -> basis.silence().in(language);
                  default -> basis.article().in(language);
                })
        .orElse("");
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
    Bilingual offer = title(agreement.offer());
    return notice(
        "agreement." + what,
        agreement.territory(),
        "agreement",
        agreement.id().toString(),
        language ->
            new Object[] {
              agreement.number().value(),
              offer.in(language),
              addresses.agreement(agreement.id()),
              until.map(end -> time(agreement.territory(), end, language)).orElse(""),
              days,
              agreement.ground().orElse("")
            });
  }

  private Bilingual title(OfferId offer) {
    Bilingual title = offers.find(offer).map(PublishedOffer::title).orElseThrow();
    return new Bilingual(shortened(title.fr()), shortened(title.en()));
  }

  /** A notice has one short line for a title, and an offer's may be long. */
  private static String shortened(String title) {
    return title.length() <= LONGEST ? title : title.substring(0, LONGEST - 1) + "…";
  }

  private String time(TerritoryId territory, Instant time, Locale language) {
    ZoneId zone = territories.find(territory).orElseThrow().zone();
    return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
        .withLocale(language)
        .withZone(zone)
        .format(time);
  }

  private Notice notice(
      String kind,
      TerritoryId territory,
      String subjectKind,
      String subject,
      Function<Locale, Object[]> about) {
    return new Notice(
        kind,
        Optional.of(territory),
        subjectKind,
        subject,
        say("notice." + kind + ".title", about),
        say("notice." + kind + ".text", about));
  }

  private Bilingual say(String key, Function<Locale, Object[]> about) {
    return new Bilingual(
        messages.getMessage(key, about.apply(Locale.FRENCH), Locale.FRENCH),
        messages.getMessage(key, about.apply(Locale.ENGLISH), Locale.ENGLISH));
  }
}
