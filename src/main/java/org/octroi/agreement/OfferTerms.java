package org.octroi.agreement;

import java.util.SortedSet;
import org.octroi.identity.RegisteredApplication;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Level;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;

/** Whether an application may ask for an offer, for these purposes. */
final class OfferTerms {

  private OfferTerms() {}

  /**
   * Goes on where it may.
   *
   * @refuses offer-withdrawn when the offer is no longer made
   * @refuses conflict when the offer is open to anybody and needs no agreement, or the application
   *     is suspended
   * @refuses reuser-not-eligible when the offer is for other kinds of reusers
   * @refuses purpose-not-offered when a purpose is neither one of the offer's nor narrower than one
   */
  static void check(
      PublishedOffer offer, RegisteredApplication application, SortedSet<Purpose> purposes) {
    if (offer.withdrawn()) {
      throw RefusedException.of(ProblemType.OFFER_WITHDRAWN);
    }
    if (offer.level() == Level.OPEN) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "the offer is open to anybody and needs no agreement");
    }
    if (!application.active()) {
      throw RefusedException.of(ProblemType.CONFLICT, "the application is suspended");
    }
    if (!offer.reuserKinds().isEmpty() && !offer.reuserKinds().contains(application.reuserKind())) {
      throw RefusedException.of(ProblemType.REUSER_NOT_ELIGIBLE);
    }
    if (!offer.purposes().isEmpty()) {
      SortedSet<Purpose> offered = Purposes.dpv().closure(offer.purposes());
      for (Purpose purpose : purposes) {
        if (!offered.contains(purpose)) {
          throw RefusedException.of(ProblemType.PURPOSE_NOT_OFFERED, purpose.term());
        }
      }
    }
  }
}
