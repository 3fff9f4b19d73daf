package org.octroi.agreement;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.entitlement.Snapshot;
import org.octroi.identity.web.Fields;
import org.octroi.obligation.Obligations;
import org.octroi.offer.NarrowerTier;
import org.octroi.offer.PublishedOffer;
import org.octroi.offer.TierView;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.problem.RefusedException;
import org.octroi.quota.Limits;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import org.springframework.stereotype.Component;

/**
 * What a reviewer grants less of than was asked for, as it is sent. What is left out stays as the
 * offer has it.
 *
 * @param purposes those of the request, or narrower ones
 * @param validity an ISO 8601 period, not longer than the offer's
 * @param rate a slower pace
 * @param quota lower quotas
 * @param obligations more to be held back, by the dataset's slug
 * @param note for the applicant to read
 */
record NarrowerTerms(
    @Nullable @Size(min = 1, max = 20) List<@NotNull String> purposes,
    @Nullable @Size(max = 40) String validity,
    @Valid @Nullable Rate rate,
    TierView.@Nullable QuotaView quota,
    @Nullable @Size(max = 50) Map<String, @Valid Demands> obligations,
    @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {

  /** A pace: so many requests per ISO 8601 duration, and at most so many at once. */
  record Rate(long requests, @NotNull String per, long burst) {}

  /** What is to be held back of a dataset besides what the offer holds back. */
  record Demands(
      @Nullable @Size(max = 500) List<@NotNull String> columns,
      @Nullable @Size(max = 100) List<TierView.@NotNull ConditionView> rows,
      @Nullable @Size(max = 100) List<TierView.@NotNull MaskView> masks,
      Obligations.@Nullable Area area,
      @Nullable String delay,
      @Nullable String history,
      @Nullable Long rowsPerAnswer,
      @Nullable Long bytesPerAnswer,
      @Nullable List<@NotNull String> formats) {}

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
      tier.limit(limits(narrower));
      if (narrower.obligations != null) {
        narrower.obligations.forEach(
            (slug, demands) -> {
              String at = "/obligations/" + slug;
              Optional<Dataset> dataset =
                  datasets
                      .find(offer.territory(), slug)
                      .filter(found -> offer.datasets().contains(found.id()));
              if (dataset.isPresent()) {
                tier.holdBack(dataset.get(), obligations(demands, at), at);
              } else {
                errors.add(new FieldError(at, "the offer covers no such dataset"));
              }
            });
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
      SortedSet<Purpose> asked = Purposes.dpv().closure(request.purposes());
      if (!asked.containsAll(purposes)) {
        errors.add(new FieldError("/purposes", "must be those that were asked for, or narrower"));
      }
      return purposes;
    }

    private Optional<Period> validity(
        NarrowerTerms narrower, PublishedOffer offer, List<FieldError> errors) {
      if (narrower.validity == null) {
        return offer.validity();
      }
      Period wanted = period(narrower.validity);
      LocalDate today = LocalDate.ofInstant(clock.instant(), offer.zone());
      if (!today.plus(wanted).isAfter(today)) {
        errors.add(new FieldError("/validity", "must be longer than nothing"));
      }
      if (offer
          .validity()
          .filter(most -> today.plus(wanted).isAfter(today.plus(most)))
          .isPresent()) {
        errors.add(new FieldError("/validity", "is longer than the offer's"));
      }
      return Optional.of(wanted);
    }

    private static Period period(String text) {
      try {
        return Period.parse(text);
      } catch (DateTimeParseException e) {
        throw new RefusedException(
            Refusal.field("/validity", "must be an ISO 8601 period, such as P6M"));
      }
    }

    private static Limits limits(NarrowerTerms narrower) {
      TierView.@Nullable QuotaView quota = narrower.quota;
      return new Limits(
          narrower.rate == null ? Limits.Rate.NONE : rate(narrower.rate),
          quota == null
              ? OptionalLong.empty()
              : count("/quota/requestsPerDay", quota.requestsPerDay()),
          quota == null ? OptionalLong.empty() : count("/quota/rowsPerDay", quota.rowsPerDay()),
          quota == null ? OptionalLong.empty() : count("/quota/bytesPerDay", quota.bytesPerDay()));
    }

    private static Limits.Rate rate(Rate rate) {
      Duration per = duration("/rate/per", rate.per());
      if (rate.requests() < 1 || rate.burst() < 1 || !per.isPositive()) {
        throw new RefusedException(
            Refusal.field("/rate", "must be one request or more in some time"));
      }
      return new Limits.Rate(rate.requests(), per, rate.burst());
    }

    private static Obligations obligations(Demands demands, String at) {
      return new Obligations(
          Optional.ofNullable(demands.columns).map(TreeSet::new),
          demands.masks == null
              ? List.of()
              : demands.masks.stream().map(mask -> mask(mask, at + "/masks")).toList(),
          demands.rows == null
              ? List.of()
              : demands.rows.stream().map(row -> condition(row, at + "/rows")).toList(),
          Optional.ofNullable(demands.area),
          Optional.ofNullable(demands.delay).map(text -> duration(at + "/delay", text)),
          Optional.ofNullable(demands.history).map(text -> duration(at + "/history", text)),
          count(at + "/rowsPerAnswer", demands.rowsPerAnswer),
          count(at + "/bytesPerAnswer", demands.bytesPerAnswer),
          demands.formats == null
              ? Set.of()
              : demands.formats.stream()
                  .map(word -> Fields.word(at + "/formats", word, Format.values(), Format::word))
                  .collect(Collectors.toSet()),
          false);
    }

    private static Obligations.Mask mask(TierView.MaskView mask, String at) {
      return new Obligations.Mask(
          mask.column(),
          Fields.word(at + "/how", mask.how(), Obligations.Mask.How.values(), TierView::lower),
          mask.digits());
    }

    private static Obligations.RowCondition condition(TierView.ConditionView row, String at) {
      Obligations.Operator operator =
          Fields.word(
              at + "/operator", row.operator(), Obligations.Operator.values(), TierView::lower);
      return Fields.read(
          at, row.column(), column -> new Obligations.RowCondition(column, operator, row.values()));
    }

    private static Duration duration(String pointer, String text) {
      try {
        return Duration.parse(text);
      } catch (DateTimeParseException e) {
        throw new RefusedException(
            Refusal.field(pointer, "must be an ISO 8601 duration, such as PT1H or P30D"));
      }
    }

    private static OptionalLong count(String pointer, @Nullable Long count) {
      if (count == null) {
        return OptionalLong.empty();
      }
      if (count < 0) {
        throw new RefusedException(Refusal.field(pointer, "must not be negative"));
      }
      return OptionalLong.of(count);
    }
  }
}
