package org.octroi.agreement;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Datasets;
import org.octroi.entitlement.Snapshot;
import org.octroi.identity.web.Fields;
import org.octroi.offer.NarrowerTier;
import org.octroi.offer.PublishedOffer;
import org.octroi.offer.TierBody;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import org.octroi.vocabulary.ValidityPeriod;
import org.springframework.stereotype.Component;

/**
 * What a reviewer grants less of than was asked for, as it is sent. What is left out stays as the
 * offer has it.
 *
 * @param purposes those of the request, or narrower ones
 * @param validity an ISO 8601 period, not longer than the offer's
 * @param tier a slower pace, lower quotas, more to be held back
 * @param note for the applicant to read
 */
record NarrowerTerms(
    @Nullable @Size(min = 1, max = 20) List<@NotNull String> purposes,
    @Nullable @Size(max = 40) String validity,
    @Nullable TierBody tier,
    @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {

  /** Holds what is sent against what is offered. */
  @Component
  static class Reading {

    private final Datasets datasets;
    private final Clock clock;

    Reading(Datasets datasets, Clock clock) {
      this.datasets = datasets;
      this.clock = clock;
    }

    /**
     * The terms that come of it.
     *
     * @refuses invalid-field when something is wider than what is offered, or nothing narrower
     */
    AgreedTerms within(NarrowerTerms narrower, AccessRequest request, PublishedOffer offer) {
      List<FieldError> errors = new ArrayList<>();
      SortedSet<Purpose> purposes = purposes(narrower, request, errors);
      Optional<Period> validity = validity(narrower, offer, errors);
      NarrowerTier tier = new NarrowerTier(offer.tier());
      if (narrower.tier != null) {
        tier.lay(narrower.tier, datasets.find(offer.territory(), offer.datasets()));
      }
      errors.addAll(tier.errors());
      if (!errors.isEmpty()) {
        throw new RefusedException(Refusal.fields(errors));
      }
      Snapshot.Tier less = tier.tier();
      if (less.equals(offer.tier())
          && purposes.equals(request.purposes())
          && validity.equals(offer.validity())) {
        throw new RefusedException(
            Refusal.field("", "nothing is narrower than what was asked for: approve it instead"));
      }
      return new AgreedTerms(purposes, validity, Optional.of(less));
    }

    private static SortedSet<Purpose> purposes(
        NarrowerTerms narrower, AccessRequest request, List<FieldError> errors) {
      if (narrower.purposes == null) {
        return request.purposes();
      }
      SortedSet<Purpose> purposes = RequestApi.purposes(narrower.purposes);
      if (!Purposes.dpv().closure(request.purposes()).containsAll(purposes)) {
        errors.add(new FieldError("/purposes", "must be those that were asked for, or narrower"));
      }
      return purposes;
    }

    private Optional<Period> validity(
        NarrowerTerms narrower, PublishedOffer offer, List<FieldError> errors) {
      if (narrower.validity == null) {
        return offer.validity();
      }
      Period wanted;
      try {
        wanted = ValidityPeriod.parse(narrower.validity);
      } catch (IllegalArgumentException e) {
        errors.add(new FieldError("/validity", Objects.requireNonNull(e.getMessage())));
        return offer.validity();
      }
      LocalDate today = LocalDate.ofInstant(clock.instant(), offer.zone());
      if (offer
          .validity()
          .filter(most -> today.plus(wanted).isAfter(today.plus(most)))
          .isPresent()) {
        errors.add(new FieldError("/validity", "is longer than the offer's"));
      }
      return Optional.of(wanted);
    }
  }
}
