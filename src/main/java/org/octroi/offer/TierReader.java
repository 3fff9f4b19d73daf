package org.octroi.offer;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Obligations;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Unit;
import org.octroi.vocabulary.Format;

/** Reads what a tier gives, and gathers all that is wrong in it. */
final class TierReader {

  private static final long MOST = 1_000_000_000_000L;
  private static final Duration CENTURY = Duration.ofDays(36_525);

  private final Wrongs wrong;

  TierReader(Wrongs wrong) {
    this.wrong = wrong;
  }

  /** Its pace and quotas; what is left out limits nothing. */
  Limits limits(TierBody given) {
    Optional<Limits.Rate> rate =
        given.rate() == null ? Optional.of(Limits.Rate.NONE) : rate(given.rate());
    return new Limits(
        rate.orElse(Limits.Rate.NONE),
        quotas(
            given.quota() == null ? QuotaAmounts.NONE : given.quota(),
            given.quotaGrace() == null ? QuotaAmounts.NONE : given.quotaGrace()));
  }

  private List<Quota> quotas(QuotaAmounts amounts, QuotaAmounts graces) {
    return Quota.given(
        List.of(Unit.values()),
        within("/tier/quota/", amounts),
        within("/tier/quotaGrace/", graces),
        name -> wrong.at("/tier/quotaGrace/" + name, "there is no such quota to be lenient with"));
  }

  private Quota.Given within(String at, QuotaAmounts amounts) {
    return (unit, window) -> {
      OptionalLong amount = amounts.amount(unit, window);
      return amount.isPresent()
          ? amount(at + Quota.name(unit, window), amount.getAsLong())
          : amount;
    };
  }

  private Optional<Limits.Rate> rate(TierBody.Rate given) {
    Optional<Long> requests =
        wrong
            .need("/tier/rate/requests", given.requests())
            .flatMap(r -> wrong.whole("/tier/rate/requests", r, 1, MOST));
    Optional<Duration> per =
        wrong
            .need("/tier/rate/per", given.per())
            .flatMap(
                text ->
                    duration("/tier/rate/per", text, Duration.ofMillis(1), Duration.ofDays(366)));
    Optional<Long> burst =
        given.burst() == null
            ? requests
            : wrong.whole("/tier/rate/burst", given.burst(), requests.orElse(1L), MOST);
    return requests.flatMap(r -> per.flatMap(p -> burst.map(b -> new Limits.Rate(r, p, b))));
  }

  private OptionalLong amount(String pointer, @Nullable Long amount) {
    return wrong.whole(pointer, amount, 1, MOST).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /** What is held back of a dataset; the attribution follows from the licence. */
  Obligations demanded(String at, TierBody.Demanded given, boolean attribution) {
    if (given.attribution() != null && given.attribution() != attribution) {
      wrong.at(at + "/attribution", "follows from the licence: leave it out");
    }
    Optional<SortedSet<String>> columns =
        given.columns() == null
            ? Optional.empty()
            : Optional.of(
                new TreeSet<>(wrong.each(at + "/columns", given.columns(), 1_000, this::column)));
    if (given.columns() != null && given.columns().isEmpty()) {
      wrong.at(at + "/columns", "must name at least one; without it all columns are visible");
    }
    List<Obligations.Mask> masks = wrong.each(at + "/masks", given.masks(), 1_000, this::mask);
    if (masks.stream().map(Obligations.Mask::column).distinct().count() != masks.size()) {
      wrong.at(at + "/masks", "must name each column once");
    }
    return new Obligations(
        columns,
        masks,
        wrong.each(at + "/rows", given.rows(), 100, this::condition),
        given.area() == null ? Optional.empty() : area(at + "/area", given.area()),
        held(at + "/delay", given.delay()),
        held(at + "/history", given.history()),
        amount(at + "/rowsPerAnswer", given.rowsPerAnswer()),
        amount(at + "/bytesPerAnswer", given.bytesPerAnswer()),
        Set.copyOf(
            wrong.each(
                at + "/formats",
                given.formats(),
                50,
                (pointer, word) -> wrong.word(pointer, word, Format.values(), Format::word))),
        attribution);
  }

  private Optional<String> column(String at, String name) {
    return wrong.line(at, name, 200);
  }

  private Optional<Obligations.Mask> mask(String at, TierBody.Mask given) {
    Optional<String> column = wrong.line(at + "/column", given.column(), 200);
    Optional<Obligations.Mask.How> how =
        wrong.word(at + "/how", given.how(), Obligations.Mask.How.values(), TierView::lower);
    boolean counts =
        how.filter(h -> h == Obligations.Mask.How.ROUND || h == Obligations.Mask.How.GENERALISE)
            .isPresent();
    if (counts) {
      wrong.need(at + "/digits", given.digits());
    } else if (how.isPresent() && given.digits() != null && given.digits() != 0) {
      wrong.at(at + "/digits", "is for round and generalise only");
    }
    if (given.digits() != null && (given.digits() < 0 || given.digits() > 15)) {
      wrong.at(at + "/digits", "must be a whole number from 0 to 15");
    }
    int digits = counts && given.digits() != null ? given.digits() : 0;
    return column.flatMap(c -> how.map(h -> new Obligations.Mask(c, h, digits)));
  }

  private Optional<Obligations.RowCondition> condition(String at, TierBody.Condition given) {
    Optional<String> column = wrong.line(at + "/column", given.column(), 200);
    Optional<Obligations.Operator> operator =
        wrong.word(
            at + "/operator", given.operator(), Obligations.Operator.values(), TierView::lower);
    List<String> values =
        wrong.each(
            at + "/values",
            given.values(),
            1_000,
            (pointer, value) ->
                value.length() > 500
                    ? wrong.<String>at(pointer, "must be at most 500 characters")
                    : Optional.of(value));
    wrong.need(at + "/values", given.values());
    if (column.isEmpty() || operator.isEmpty() || given.values() == null) {
      return Optional.empty();
    }
    boolean several = operator.get() == Obligations.Operator.IN;
    if (given.values().isEmpty() || (!several && given.values().size() != 1)) {
      return wrong.at(at + "/values", several ? "must name at least one" : "must be exactly one");
    }
    return values.size() == given.values().size()
        ? Optional.of(new Obligations.RowCondition(column.get(), operator.get(), values))
        : Optional.empty();
  }

  private Optional<Obligations.Area> area(String at, TierBody.Area given) {
    Optional<Double> west = wrong.need(at + "/west", given.west());
    Optional<Double> south = wrong.need(at + "/south", given.south());
    Optional<Double> east = wrong.need(at + "/east", given.east());
    Optional<Double> north = wrong.need(at + "/north", given.north());
    if (west.isEmpty() || south.isEmpty() || east.isEmpty() || north.isEmpty()) {
      return Optional.empty();
    }
    return wrong.made(
        at, given, box -> new Obligations.Area(west.get(), south.get(), east.get(), north.get()));
  }

  private Optional<Duration> held(String pointer, @Nullable String text) {
    return text == null ? Optional.empty() : duration(pointer, text, Duration.ofNanos(1), CENTURY);
  }

  private Optional<Duration> duration(String pointer, String text, Duration least, Duration most) {
    try {
      Duration duration = Duration.parse(text);
      if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
        return Optional.of(duration);
      }
      return wrong.at(pointer, "must be from " + least + " to " + most);
    } catch (DateTimeException e) {
      return wrong.at(
          pointer,
          "must be an ISO 8601 duration in days, hours, minutes or seconds, such as P1D or PT1S");
    }
  }
}
