package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.Deprecation;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes a dataset away for good: the gates answer 410 from then on, and the offers that cover
 * nothing else are withdrawn. Its agreements stay as records. It is possible once its sunset has
 * passed, or while no agreement that stands covers it.
 *
 * @refuses not-found when there is no such dataset
 * @refuses forbidden when the caller is no editor of its holder
 * @refuses conflict when agreements still stand on it and no sunset has passed
 */
@Component
@Transactional
class RetireDataset {

  private final Datasets datasets;
  private final Offers offers;
  private final Agreements agreements;
  private final Clock clock;

  RetireDataset(Datasets datasets, Offers offers, Agreements agreements, Clock clock) {
    this.datasets = datasets;
    this.offers = offers;
    this.agreements = agreements;
    this.clock = clock;
  }

  void handle(String id, Caller by) {
    Dataset found = datasets.editable(id, by);
    Dataset dataset = datasets.hold(found.territory(), found.id());
    Instant now = clock.instant();
    if (dataset
        .deprecation()
        .flatMap(Deprecation::sunset)
        .filter(sunset -> !sunset.isAfter(now))
        .isEmpty()) {
      refuseWhileAgreed(dataset, now);
    }
    withdrawOffers(dataset, by.actor());
    datasets.retire(dataset.territory(), dataset.id(), by.actor());
  }

  private void refuseWhileAgreed(Dataset dataset, Instant now) {
    Agreements.Standing standing = agreements.standing(dataset.territory(), dataset.id(), now);
    if (standing.count() == 0) {
      return;
    }
    Optional<Instant> until = standing.until();
    Refusal refusal =
        Refusal.of(
                ProblemType.CONFLICT,
                standing.count()
                    + (standing.count() == 1 ? " agreement stands" : " agreements stand")
                    + " on this dataset, "
                    + until.map(end -> "until " + end).orElse("without an end")
                    + "; deprecate it with a sunset, or end them")
            .with("agreements", standing.count());
    throw new RefusedException(
        until.map(end -> refusal.with("until", end.toString())).orElse(refusal));
  }

  private void withdrawOffers(Dataset dataset, Actor by) {
    for (PublishedOffer offer : offers.published(dataset.territory(), dataset.id())) {
      boolean alone =
          datasets.find(dataset.territory(), offer.datasets()).stream()
              .allMatch(other -> other.id().equals(dataset.id()) || other.retiredAt().isPresent());
      if (alone) {
        offers.withdraw(dataset.territory(), offer.id(), by);
      }
    }
  }
}
