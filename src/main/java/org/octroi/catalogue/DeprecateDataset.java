package org.octroi.catalogue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Says that a dataset is not to be built upon any more, or that it may be again. Who reads it is
 * told with every answer, who holds agreements on it by a notice. A sunset leaves them {@link
 * #WARNING} at least; one that stands already may be kept as it is, or put off.
 *
 * @refuses invalid-field when the sunset is too near or not after the deprecation, or the link
 *     names no other dataset of the territory
 * @refuses not-found when there is no such dataset
 * @refuses forbidden when the caller is no editor of its holder
 */
@Component
@Transactional
class DeprecateDataset {

  /** How long before its sunset a dataset must be deprecated. */
  static final Duration WARNING = Duration.ofDays(30);

  private final Datasets datasets;
  private final Clock clock;

  DeprecateDataset(Datasets datasets, Clock clock) {
    this.datasets = datasets;
    this.clock = clock;
  }

  void handle(String id, Deprecation wanted, Caller by) {
    Dataset found = datasets.editable(id, by);
    Dataset dataset = datasets.hold(found.territory(), found.id());
    Deprecation now =
        new Deprecation(
            wanted.since().truncatedTo(ChronoUnit.MICROS),
            wanted.sunset().map(sunset -> sunset.truncatedTo(ChronoUnit.MICROS)),
            wanted.link(),
            wanted.note());
    Optional<Instant> sunset = now.sunset();
    if (sunset.isPresent()
        && sunset.get().isBefore(clock.instant().plus(WARNING))
        && !sunset.equals(dataset.deprecation().flatMap(Deprecation::sunset))) {
      throw new RefusedException(
          Refusal.field("/sunsetAt", "must be " + WARNING.toDays() + " days from now at least"));
    }
    if (now.link().orElse(null) instanceof Deprecation.Link.Successor(var slug)
        && (slug.equals(dataset.slug())
            || datasets
                .find(dataset.territory(), slug.value())
                .filter(other -> other.retiredAt().isEmpty())
                .isEmpty())) {
      throw new RefusedException(
          Refusal.field("/link", "must be an https address, or another dataset of the territory"));
    }
    if (!dataset.deprecation().equals(Optional.of(now))) {
      datasets.deprecate(dataset, Optional.of(now), by.actor());
    }
  }

  /** Takes it back. Does nothing where it is not deprecated. */
  void undo(String id, Caller by) {
    Dataset found = datasets.editable(id, by);
    Dataset dataset = datasets.hold(found.territory(), found.id());
    if (dataset.deprecation().isPresent()) {
      datasets.deprecate(dataset, Optional.empty(), by.actor());
    }
  }
}
