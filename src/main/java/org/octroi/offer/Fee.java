package org.octroi.offer;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;
import java.util.Optional;
import org.octroi.vocabulary.Bilingual;

/**
 * What an associated reuser owes. Octroi states and records fees; it collects no money.
 *
 * @param amount more than nothing, at most two decimals
 * @param currency ISO 4217
 * @param per for how long it is paid
 * @param note to whom it applies and how it is declared
 */
public record Fee(BigDecimal amount, Currency currency, Per per, Optional<Bilingual> note) {

  /**
   * @throws IllegalArgumentException when the amount is not positive, or has more than two decimals
   *     or more than ten digits before them
   */
  public Fee {
    if (amount.signum() <= 0
        || amount.stripTrailingZeros().scale() > 2
        || amount.compareTo(BigDecimal.TEN.pow(10)) >= 0) {
      throw new IllegalArgumentException("must be an amount above 0 with at most two decimals");
    }
    amount = amount.setScale(2);
  }

  /** For how long a fee is paid. */
  public enum Per {
    ONCE,
    MONTH,
    YEAR;

    /** The word as it stands in files and APIs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
