package org.octroi.agreement;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.octroi.identity.RegisteredApplication;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Level;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import org.octroi.vocabulary.ReuserKind;
import org.springframework.stereotype.Component;

/**
 * Whether an offer may be asked for: by this reuser, for these purposes, now.
 *
 * @refuses offer-withdrawn when the offer can be asked for no longer
 * @refuses conflict when the offer is open to anybody and needs no agreement
 * @refuses reuser-not-eligible when the offer is for other kinds of reuser
 * @refuses application-suspended when the application may not act
 * @refuses purpose-not-offered when a purpose is neither one of the offer's nor narrower
 * @refuses invalid-field when a purpose is no DPV term, or none is named though the offer asks for
 *     one
 */
@Component
class Eligibility {

  void check(PublishedOffer offer, RegisteredApplication application, SortedSet<Purpose> purposes) {
    if (offer.withdrawn()) {
      throw RefusedException.of(ProblemType.OFFER_WITHDRAWN, offer.slug().value());
    }
    if (offer.level() == Level.OPEN) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "this offer is open: its data needs no agreement");
    }
    if (!offer.reuserKinds().isEmpty() && !offer.reuserKinds().contains(application.reuserKind())) {
      throw new RefusedException(
          Refusal.of(
                  ProblemType.REUSER_NOT_ELIGIBLE,
                  String.join(
                      ", ", offer.reuserKinds().stream().map(ReuserKind::word).sorted().toList()))
              .with(
                  "reuserKinds",
                  offer.reuserKinds().stream().map(ReuserKind::word).sorted().toList()));
    }
    if (!application.active()) {
      throw RefusedException.of(ProblemType.APPLICATION_SUSPENDED, application.name());
    }
    List<FieldError> unknown = new ArrayList<>();
    int at = 0;
    for (Purpose purpose : purposes) {
      if (Purposes.dpv().find(purpose).isEmpty()) {
        unknown.add(
            new FieldError("/purposes/" + at, "must be a DPV purpose; there is no " + purpose));
      }
      at++;
    }
    if (!unknown.isEmpty()) {
      throw new RefusedException(Refusal.fields(unknown));
    }
    if (offer.purposes().isEmpty()) {
      return;
    }
    List<String> offered = offer.purposes().stream().map(Purpose::term).toList();
    if (purposes.isEmpty()) {
      throw new RefusedException(
          Refusal.field("/purposes", "must name at least one of " + String.join(", ", offered)));
    }
    SortedSet<Purpose> covered = Purposes.dpv().closure(offer.purposes());
    for (Purpose purpose : purposes) {
      if (!covered.contains(purpose)) {
        throw new RefusedException(
            Refusal.of(ProblemType.PURPOSE_NOT_OFFERED, purpose.term(), String.join(", ", offered))
                .with("purposes", offered));
      }
    }
  }
}
