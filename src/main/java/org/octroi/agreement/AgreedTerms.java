package org.octroi.agreement;

import java.time.Period;
import java.util.Optional;
import java.util.SortedSet;
import org.octroi.entitlement.Snapshot;
import org.octroi.offer.PublishedOffer;
import org.octroi.vocabulary.Purpose;

/**
 * On what both sides agree besides the licence.
 *
 * @param purposes what for
 * @param validity how long; empty where there is no end
 * @param tier what is given, where it is less than the offer's
 */
record AgreedTerms(
    SortedSet<Purpose> purposes, Optional<Period> validity, Optional<Snapshot.Tier> tier) {

  /** What was asked for, as the offer gives it. */
  static AgreedTerms asOffered(AccessRequest request, PublishedOffer offer) {
    return new AgreedTerms(request.purposes(), offer.validity(), Optional.empty());
  }
}
