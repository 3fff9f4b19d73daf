package org.octroi.offer;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Currency;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.StoredJson;

/**
 * How a fee stands in the offer's row: a price in columns of its own, as it was kept before there
 * were other kinds, and the others as JSON.
 *
 * @param kind the word of the kind; null where nothing is owed
 * @param price a price
 * @param terms the JSON of another kind
 */
record FeeColumns(@Nullable String kind, Optional<Fee.Price> price, @Nullable String terms) {

  static FeeColumns of(Optional<Fee> fee) {
    if (fee.isEmpty()) {
      return new FeeColumns(null, Optional.empty(), null);
    }
    String kind = fee.get().kind().word();
    return switch (fee.get()) {
      case Fee.Price price -> new FeeColumns(kind, Optional.of(price), null);
      case Fee.AtCost atCost -> new FeeColumns(kind, Optional.empty(), json(atCost));
      case Fee.ShareAboveAudience share -> new FeeColumns(kind, Optional.empty(), json(share));
    };
  }

  static FeeColumns read(ResultSet row) throws SQLException {
    @Nullable BigDecimal amount = row.getBigDecimal("fee_amount");
    return new FeeColumns(
        row.getString("fee_kind"),
        amount == null ? Optional.empty() : Optional.of(price(amount, row)),
        row.getString("fee_terms"));
  }

  /**
   * The fee.
   *
   * @throws IllegalStateException when the columns contradict each other
   */
  Optional<Fee> fee() {
    if (kind == null && price.isEmpty() && terms == null) {
      return Optional.empty();
    }
    if (kind != null && price.isPresent() != (terms != null)) {
      return switch (Fee.Kind.of(kind)) {
        case PRICE -> Optional.of(price.orElseThrow());
        case AT_COST -> Optional.of(written(Fee.AtCost.class));
        case SHARE_ABOVE_AUDIENCE -> Optional.of(written(Fee.ShareAboveAudience.class));
      };
    }
    throw new IllegalStateException("A fee of the kind " + kind + " is not whole");
  }

  private <T extends Fee> T written(Class<T> kind) {
    if (terms == null) {
      throw new IllegalStateException("A fee of the kind " + this.kind + " has no terms");
    }
    return StoredJson.MAPPER.readValue(terms, kind);
  }

  private static Fee.Price price(BigDecimal amount, ResultSet row) throws SQLException {
    @Nullable String french = row.getString("fee_note_fr");
    return new Fee.Price(
        amount,
        Currency.getInstance(row.getString("fee_currency")),
        Fee.Per.valueOf(row.getString("fee_per").toUpperCase(Locale.ROOT)),
        french == null
            ? Optional.empty()
            : Optional.of(new Bilingual(french, row.getString("fee_note_en"))));
  }

  private static String json(Fee fee) {
    return StoredJson.MAPPER.writeValueAsString(fee);
  }
}
