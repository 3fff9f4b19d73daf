package org.octroi.offer;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Obligations;
import org.octroi.quota.Limits;
import org.octroi.vocabulary.Format;

/**
 * What a tier gives, as readers of the API see it: its pace and quotas, and by dataset's slug what
 * is held back.
 *
 * @param name the tier's name
 * @param rate the pace; absent where there is none
 * @param quota the quotas
 * @param quotaGrace which of them a gate goes on serving, and how far, while the ledger can't be
 *     reached; absent where none is
 * @param obligations by the dataset's slug
 */
public record TierView(
    String name,
    @Nullable RateView rate,
    QuotaAmounts quota,
    @Nullable QuotaAmounts quotaGrace,
    Map<String, ObligationsView> obligations) {

  /** A pace: so many requests per ISO 8601 duration, and at most so many at once. */
  public record RateView(long requests, String per, long burst) {}

  /** What is held back of a dataset; absent members hold nothing back. */
  public record ObligationsView(
      @Nullable List<String> columns,
      List<MaskView> masks,
      List<ConditionView> rows,
      Obligations.@Nullable Area area,
      @Nullable String delay,
      @Nullable String history,
      @Nullable Long rowsPerAnswer,
      @Nullable Long bytesPerAnswer,
      @Nullable List<String> formats,
      boolean attribution) {}

  /** A column that goes out changed. */
  public record MaskView(String column, String how, int digits) {}

  /** A condition that rows meet. */
  public record ConditionView(String column, String operator, List<String> values) {}

  /**
   * A tier, as far as these datasets go.
   *
   * @throws IllegalStateException when the tier says nothing of one of them
   */
  public static TierView of(Snapshot.Tier tier, Collection<Dataset> covered) {
    Limits limits = tier.limits();
    Map<String, ObligationsView> byDataset = new TreeMap<>();
    for (Dataset dataset : covered) {
      byDataset.put(dataset.slug().value(), view(tier.obligationsFor(dataset.id())));
    }
    return new TierView(
        tier.name().value(),
        limits.rate().limits()
            ? new RateView(
                limits.rate().permits(), limits.rate().period().toString(), limits.rate().burst())
            : null,
        QuotaAmounts.of(limits.quotas()),
        QuotaAmounts.graces(limits.quotas()),
        byDataset);
  }

  private static ObligationsView view(Obligations demanded) {
    return new ObligationsView(
        demanded.visibleColumns().<List<String>>map(List::copyOf).orElse(null),
        demanded.masks().stream()
            .map(m -> new MaskView(m.column(), lower(m.how()), m.digits()))
            .toList(),
        demanded.rows().stream()
            .map(r -> new ConditionView(r.column(), lower(r.operator()), r.values()))
            .toList(),
        demanded.area().orElse(null),
        demanded.freshnessDelay().map(Duration::toString).orElse(null),
        demanded.historyDepth().map(Duration::toString).orElse(null),
        orNull(demanded.rowCap()),
        orNull(demanded.byteCap()),
        demanded.formats().isEmpty()
            ? null
            : demanded.formats().stream().map(Format::word).sorted().toList(),
        demanded.attribution());
  }

  /** The word of a value, as it stands in the API. */
  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
