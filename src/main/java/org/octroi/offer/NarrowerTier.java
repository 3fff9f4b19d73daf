package org.octroi.offer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.octroi.catalogue.Dataset;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Obligations;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.obligation.Obligations.RowCondition;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Format;

/**
 * A tier that gives less than another. What is wanted is laid over what is offered: what is left
 * out stays as it is, and nothing can be given that the offer holds back. Not for use by several
 * threads at once.
 */
public final class NarrowerTier {

  private final Snapshot.Tier offered;
  private final List<FieldError> errors = new ArrayList<>();
  private Limits limits;
  private final Map<DatasetId, Obligations> obligations;

  /**
   * @param offered what the offer gives
   */
  public NarrowerTier(Snapshot.Tier offered) {
    this.offered = offered;
    this.limits = offered.limits();
    this.obligations = new HashMap<>(offered.obligations());
  }

  /**
   * Lays over it what is sent.
   *
   * @param covered the datasets of the offer
   */
  public void lay(TierBody wanted, Collection<Dataset> covered) {
    Wrongs wrong = new Wrongs();
    TierReader reader = new TierReader(wrong);
    if (wanted.name() != null) {
      wrong.at("/tier/name", "stays the offer's: leave it out");
    }
    limit(reader.limits(wanted));
    if (wanted.obligations() != null) {
      wanted
          .obligations()
          .forEach(
              (slug, more) -> {
                String at = "/tier/obligations/" + slug.replace("~", "~0").replace("/", "~1");
                Optional<Dataset> dataset =
                    covered.stream().filter(one -> one.slug().value().equals(slug)).findFirst();
                if (dataset.isEmpty()) {
                  wrong.at(at, "is none of the datasets of this offer");
                  return;
                }
                boolean attribution =
                    obligations.getOrDefault(dataset.get().id(), Obligations.NONE).attribution();
                wrong
                    .need(at, more)
                    .ifPresent(
                        written ->
                            holdBack(dataset.get(), reader.demanded(at, written, attribution), at));
              });
    }
    errors.addAll(0, wrong.errors());
  }

  /** All that would be wider than what is offered, or can't be honoured, by pointer. */
  public List<FieldError> errors() {
    return List.copyOf(errors);
  }

  /** The tier. */
  public Snapshot.Tier tier() {
    return new Snapshot.Tier(offered.name(), limits, Map.copyOf(obligations));
  }

  /**
   * A slower pace and lower quotas; what is empty stays.
   *
   * @param wanted with {@link Limits.Rate#NONE} where the pace stays
   */
  private void limit(Limits wanted) {
    Limits.Rate rate = limits.rate();
    if (wanted.rate().limits()) {
      if (rate.limits() && perSecond(wanted.rate()) > perSecond(rate)) {
        errors.add(new FieldError("/tier/rate", "is faster than what the offer gives"));
      }
      if (rate.limits() && wanted.rate().burst() > rate.burst()) {
        errors.add(new FieldError("/tier/rate/burst", "is more than what the offer gives"));
      }
      rate = wanted.rate();
    }
    List<Quota> quotas = new ArrayList<>(wanted.quotas());
    for (Quota has : limits.quotas()) {
      Optional<Quota> less = wanted.quota(has.unit(), has.window());
      if (less.isEmpty()) {
        quotas.add(has);
      } else if (less.get().amount() > has.amount()) {
        errors.add(
            new FieldError("/tier/quota/" + has.name(), "is more than what the offer gives"));
      }
    }
    limits = new Limits(rate, quotas);
  }

  /**
   * More to hold back of a dataset.
   *
   * @param at where the errors of this are
   */
  private void holdBack(Dataset dataset, Obligations more, String at) {
    Obligations has = obligations.getOrDefault(dataset.id(), Obligations.NONE);
    obligations.put(
        dataset.id(),
        new Obligations(
            columns(has.visibleColumns(), more.visibleColumns(), at),
            masks(has.masks(), more.masks(), at),
            both(has.rows(), more.rows()),
            area(has.area(), more.area(), at),
            atLeast(has.freshnessDelay(), more.freshnessDelay(), at),
            atMost(has.historyDepth(), more.historyDepth(), at),
            most(at + "/rowsPerAnswer", has.rowCap(), more.rowCap()),
            most(at + "/bytesPerAnswer", has.byteCap(), more.byteCap()),
            formats(has.formats(), more.formats(), at),
            has.attribution() || more.attribution()));
    for (TierRules.Objection objection :
        TierRules.objections(limits, obligations.get(dataset.id()), OfferRules.reach(dataset))) {
      errors.add(
          new FieldError(at + "/" + objection.part().replace('.', '/'), objection.sentence()));
    }
  }

  private Optional<SortedSet<String>> columns(
      Optional<SortedSet<String>> has, Optional<SortedSet<String>> wanted, String at) {
    if (has.isPresent() && wanted.isPresent() && !has.get().containsAll(wanted.get())) {
      errors.add(
          new FieldError(at + "/columns", "the offer shows only " + String.join(", ", has.get())));
    }
    return wanted.isPresent() ? wanted : has;
  }

  /** A column that is masked already stays as it is: which of two masks hides more is not said. */
  private List<Mask> masks(List<Mask> has, List<Mask> wanted, String at) {
    Set<String> masked = has.stream().map(Mask::column).collect(Collectors.toSet());
    List<Mask> all = new ArrayList<>(has);
    for (int i = 0; i < wanted.size(); i++) {
      Mask mask = wanted.get(i);
      if (has.contains(mask)) {
        continue;
      }
      if (masked.add(mask.column())) {
        all.add(mask);
      } else {
        errors.add(new FieldError(at + "/masks/" + i + "/column", "is masked already"));
      }
    }
    return all;
  }

  private static List<RowCondition> both(List<RowCondition> has, List<RowCondition> wanted) {
    List<RowCondition> all = new ArrayList<>(has);
    wanted.stream().filter(condition -> !has.contains(condition)).forEach(all::add);
    return all;
  }

  private Optional<Obligations.Area> area(
      Optional<Obligations.Area> has, Optional<Obligations.Area> wanted, String at) {
    if (has.isPresent()
        && wanted.isPresent()
        && !(wanted.get().west() >= has.get().west()
            && wanted.get().east() <= has.get().east()
            && wanted.get().south() >= has.get().south()
            && wanted.get().north() <= has.get().north())) {
      errors.add(new FieldError(at + "/area", "reaches beyond what the offer gives"));
    }
    return wanted.isPresent() ? wanted : has;
  }

  private Optional<Duration> atLeast(Optional<Duration> has, Optional<Duration> wanted, String at) {
    if (has.isPresent() && wanted.isPresent() && wanted.get().compareTo(has.get()) < 0) {
      errors.add(new FieldError(at + "/delay", "is shorter than the offer's"));
    }
    return wanted.isPresent() ? wanted : has;
  }

  private Optional<Duration> atMost(Optional<Duration> has, Optional<Duration> wanted, String at) {
    if (has.isPresent() && wanted.isPresent() && wanted.get().compareTo(has.get()) > 0) {
      errors.add(new FieldError(at + "/history", "reaches further back than the offer's"));
    }
    return wanted.isPresent() ? wanted : has;
  }

  private OptionalLong most(String pointer, OptionalLong has, OptionalLong wanted) {
    if (has.isPresent() && wanted.isPresent() && wanted.getAsLong() > has.getAsLong()) {
      errors.add(new FieldError(pointer, "is more than what the offer gives"));
    }
    return wanted.isPresent() ? wanted : has;
  }

  private Set<Format> formats(Set<Format> has, Set<Format> wanted, String at) {
    if (!has.isEmpty() && !has.containsAll(wanted)) {
      errors.add(
          new FieldError(
              at + "/formats",
              "the offer gives only "
                  + has.stream().map(Format::word).sorted().collect(Collectors.joining(", "))));
    }
    return wanted.isEmpty() ? has : new HashSet<>(wanted);
  }

  private static double perSecond(Limits.Rate rate) {
    return rate.permits() * 1e9 / rate.period().toNanos();
  }
}
