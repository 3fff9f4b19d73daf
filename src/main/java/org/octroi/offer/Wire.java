package org.octroi.offer;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Bilingual;

/**
 * The parts of an offer as the API has them, alike in what is read and in what is sent. A member
 * that is not sent is null, so each can be: what must be there is said by {@link OfferBody}.
 */
final class Wire {

  private Wire() {}

  /** A licence version, by the licence's name in addresses. */
  record LicenceName(@Nullable String id, @Nullable Integer version) {}

  /**
   * What is owed.
   *
   * @param kind free, price, at-cost or share-above-audience
   * @param price an amount
   * @param percentage of the revenue, instead of an amount, above an audience
   * @param audience above which a share is owed
   * @param per once, month or year
   * @param calculation how it is worked out, as published
   * @param reduced who owes less
   * @param note to whom it applies and how it is declared
   */
  record Owed(
      @Nullable String kind,
      @Nullable Money price,
      @Nullable BigDecimal percentage,
      @Nullable Audience audience,
      @Nullable String per,
      @Nullable Calculation calculation,
      @Nullable List<@Nullable Reduction> reduced,
      @Nullable Text note) {}

  /** An amount of money. */
  record Money(@Nullable BigDecimal amount, @Nullable String currency) {}

  /** How many of whom a reuse reaches before anything is owed. */
  record Audience(@Nullable Long threshold, @Nullable Text of) {}

  /** Where it is published how a fee is worked out, or the same in words. */
  record Calculation(@Nullable String address, @Nullable Text text) {}

  /** A kind of reuser that owes less: an amount in the fee's currency, or a percentage. */
  record Reduction(
      @Nullable String reuserKind, @Nullable BigDecimal amount, @Nullable BigDecimal percentage) {}

  /**
   * A question that a request answers.
   *
   * @param kind text, long-text, choice, number, date, yes-no or file
   */
  record Asked(
      @Nullable String id,
      @Nullable Text title,
      @Nullable String kind,
      @Nullable Boolean required,
      @Nullable List<@Nullable Choice> options,
      @Nullable Integer maxLength,
      @Nullable BigDecimal least,
      @Nullable BigDecimal most,
      @Nullable LocalDate earliest,
      @Nullable LocalDate latest) {}

  /** Something that can be chosen. */
  record Choice(@Nullable String value, @Nullable Text title) {}

  /** Why the offer is published against a warning. */
  record WrittenGround(@Nullable String rule, @Nullable String ground) {}

  /** A text in both languages. */
  record Text(@Nullable String fr, @Nullable String en) {

    static Text of(Bilingual text) {
      return new Text(text.fr(), text.en());
    }
  }
}
