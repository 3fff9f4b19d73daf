package org.octroi.offer;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.ReuserKind;

/**
 * What an associated reuser owes; an offer without one is free. Octroi states and records fees; it
 * collects no money.
 *
 * <p>The records check their own ranges, with a message that is to be read after the name of the
 * field.
 */
public sealed interface Fee {

  /** To whom it applies and how it is declared. */
  Optional<Bilingual> note();

  /** How it is worked out, as published. */
  Optional<Calculation> calculation();

  /** For whom it is less. */
  List<Reduction> reduced();

  /** What kind of fee it is. */
  Kind kind();

  /**
   * An amount that its holder sets, as one that sells does; what was written before the other kinds
   * were known is of this one.
   *
   * @param amount more than nothing, at most two decimals
   * @param currency ISO 4217
   * @param per for how long it is paid
   */
  record Price(BigDecimal amount, Currency currency, Per per, Optional<Bilingual> note)
      implements Fee {

    /**
     * @throws IllegalArgumentException when the amount is not positive, or has more than two
     *     decimals or more than ten digits before them
     */
    public Price {
      amount = exact(amount);
    }

    @Override
    public Optional<Calculation> calculation() {
      return Optional.empty();
    }

    @Override
    public List<Reduction> reduced() {
      return List.of();
    }

    @Override
    public Kind kind() {
      return Kind.PRICE;
    }
  }

  /**
   * An amount that covers what the reuse costs the holder, and no more (CRPA L.324-1; DGA art.
   * 6(5)).
   *
   * @param amount more than nothing, at most two decimals
   * @param currency ISO 4217
   * @param per for how long it is paid
   */
  record AtCost(
      BigDecimal amount,
      Currency currency,
      Per per,
      Optional<Calculation> calculation,
      List<Reduction> reduced,
      Optional<Bilingual> note)
      implements Fee {

    /**
     * @throws IllegalArgumentException when the amount is not as for a price, or a reduction is not
     *     below it
     */
    public AtCost {
      amount = exact(amount);
      reduced = below(reduced, amount);
    }

    @Override
    public Kind kind() {
      return Kind.AT_COST;
    }
  }

  /**
   * A part of what the reuse earns, or an amount, once it reaches more than so many. The reuser
   * declares both.
   *
   * @param audience above which it is owed
   * @param share what is owed then
   * @param per for how long it is reckoned
   */
  record ShareAboveAudience(
      Audience audience,
      Share share,
      Per per,
      Optional<Calculation> calculation,
      List<Reduction> reduced,
      Optional<Bilingual> note)
      implements Fee {

    /**
     * @throws IllegalArgumentException when a reduction is not below the share
     */
    public ShareAboveAudience {
      reduced = below(reduced, share.value());
    }

    @Override
    public Kind kind() {
      return Kind.SHARE_ABOVE_AUDIENCE;
    }
  }

  /**
   * How many a reuse reaches before anything is owed.
   *
   * @param threshold above 0
   * @param of whom, such as "users a month"
   */
  record Audience(long threshold, Bilingual of) {

    public Audience {
      if (threshold < 1) {
        throw new IllegalArgumentException("must be at least 1");
      }
    }
  }

  /**
   * What is owed above the threshold.
   *
   * @param value an amount in the currency, or where there is none a percentage of the revenue
   * @param currency ISO 4217, of an amount
   */
  record Share(BigDecimal value, Optional<Currency> currency) {

    public Share {
      value = exact(value);
      if (currency.isEmpty() && value.compareTo(BigDecimal.valueOf(100)) > 0) {
        throw new IllegalArgumentException("must be a percentage above 0 and at most 100");
      }
    }
  }

  /**
   * How a fee is worked out: one of the two at least.
   *
   * @param address where it is published
   * @param text the same in words
   */
  record Calculation(Optional<String> address, Optional<Bilingual> text) {

    public Calculation {
      if (address.isEmpty() && text.isEmpty()) {
        throw new IllegalArgumentException("must have an address or a text");
      }
    }
  }

  /**
   * A kind of reuser that owes less (DGA art. 6(4)).
   *
   * @param value what it owes, in the measure of the fee itself; nothing is allowed
   */
  record Reduction(ReuserKind reuserKind, BigDecimal value) {

    public Reduction {
      value = value.signum() == 0 ? BigDecimal.ZERO.setScale(2) : exact(value);
    }
  }

  /** What kinds of fees there are. */
  enum Kind {
    PRICE,
    AT_COST,
    SHARE_ABOVE_AUDIENCE;

    /** The word as it stands in files and APIs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads the word back.
     *
     * @throws IllegalArgumentException when no value has this word
     */
    public static Kind of(String word) {
      return Arrays.stream(values())
          .filter(kind -> kind.word().equals(word))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("not a kind of fee: " + word));
    }
  }

  /** For how long a fee is paid. */
  enum Per {
    ONCE,
    MONTH,
    YEAR;

    /** The word as it stands in files and APIs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static BigDecimal exact(BigDecimal amount) {
    // The precision first: a number such as 1E999999999 must not be written out to be compared.
    if (amount.signum() <= 0
        || amount.precision() - amount.scale() > 10
        || amount.scale() > 20
        || amount.stripTrailingZeros().scale() > 2) {
      throw new IllegalArgumentException("must be an amount above 0 with at most two decimals");
    }
    return amount.setScale(2);
  }

  private static List<Reduction> below(List<Reduction> reduced, BigDecimal full) {
    if (reduced.stream().map(Reduction::reuserKind).distinct().count() != reduced.size()) {
      throw new IllegalArgumentException("must name each kind of reuser once");
    }
    if (reduced.stream().anyMatch(reduction -> reduction.value().compareTo(full) >= 0)) {
      throw new IllegalArgumentException("must all be less than the fee itself");
    }
    return List.copyOf(reduced);
  }
}
