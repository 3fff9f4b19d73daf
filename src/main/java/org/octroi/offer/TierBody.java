package org.octroi.offer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an offer gives, as it is sent: its pace and quotas, and by dataset's slug what is held back.
 *
 * @param name of the tier; where an agreement gives less than an offer, it stays the offer's
 * @param rate the pace
 * @param quota the quotas
 * @param quotaGrace for which of them a gate that can't reach the ledger still serves so many
 *     units; it refuses where a quota has none
 * @param obligations by the dataset's slug
 */
public record TierBody(
    @Nullable String name,
    @Nullable Rate rate,
    @Nullable QuotaAmounts quota,
    @Nullable QuotaAmounts quotaGrace,
    @Nullable Map<String, @Nullable Demanded> obligations) {

  /** A pace: so many requests per ISO 8601 duration, and at most so many at once. */
  public record Rate(@Nullable Long requests, @Nullable String per, @Nullable Long burst) {}

  /**
   * What is held back of a dataset; absent members hold nothing back.
   *
   * @param attribution follows from the licence
   */
  public record Demanded(
      @Nullable List<@Nullable String> columns,
      @Nullable List<@Nullable Mask> masks,
      @Nullable List<@Nullable Condition> rows,
      @Nullable Area area,
      @Nullable String delay,
      @Nullable String history,
      @Nullable Long rowsPerAnswer,
      @Nullable Long bytesPerAnswer,
      @Nullable List<@Nullable String> formats,
      @Nullable Boolean attribution) {}

  /** A column that goes out changed; digits for round and generalise, which need them. */
  public record Mask(@Nullable String column, @Nullable String how, @Nullable Integer digits) {}

  /** A condition that rows meet. */
  public record Condition(
      @Nullable String column,
      @Nullable String operator,
      @Nullable List<@Nullable String> values) {}

  /** A box in WGS 84 degrees. */
  public record Area(
      @Nullable Double west,
      @Nullable Double south,
      @Nullable Double east,
      @Nullable Double north) {}
}
