package org.octroi.charter;

import static org.octroi.charter.Values.bilingual;
import static org.octroi.charter.Values.quoted;
import static org.octroi.charter.Values.shaped;
import static org.octroi.charter.Values.whole;
import static org.octroi.charter.Values.word;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.octroi.charter.Entry.Fields;
import org.octroi.charter.Entry.Reader;
import org.octroi.offer.Fee;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.ReuserKind;

/** Reads what an offer of a charter costs; where it says no kind, it is a price. */
final class FeeReader {

  private FeeReader() {}

  static Optional<Fee> read(Entry entry) {
    Fields fields =
        entry.fields(
            "kind",
            "amount",
            "currency",
            "per",
            "percentage",
            "audience",
            "calculation",
            "reduced",
            "note");
    Fee.Kind kind =
        fields.maybe("kind", word(Fee.Kind.values(), Fee.Kind::word)).orElse(Fee.Kind.PRICE);
    Fee.Per per = fields.need("per", word(Fee.Per.values(), Fee.Per::word), Fee.Per.YEAR);
    Optional<Bilingual> note = fields.maybe("note", bilingual(500));
    List<String> others =
        switch (kind) {
          case PRICE -> List.of("percentage", "audience", "calculation", "reduced");
          case AT_COST -> List.of("percentage", "audience");
          case SHARE_ABOVE_AUDIENCE -> List.of();
        };
    for (String other : others) {
      fields.entry(other).ifPresent(e -> e.wrong("is not for a fee of the kind " + kind.word()));
    }
    if (kind == Fee.Kind.PRICE) {
      return made(entry, () -> new Fee.Price(amount(fields), currency(fields), per, note));
    }
    Optional<Fee.Calculation> calculation = fields.maybe("calculation", FeeReader::calculation);
    List<Fee.Reduction> reduced =
        fields.entry("reduced").map(e -> e.listOf(FeeReader::reduction)).orElse(List.of());
    if (kind == Fee.Kind.AT_COST) {
      return made(
          entry,
          () -> new Fee.AtCost(amount(fields), currency(fields), per, calculation, reduced, note));
    }
    if (fields.has("percentage") == fields.has("amount")) {
      return entry.refuse("must have either a percentage or an amount");
    }
    Fee.Audience audience =
        fields.need("audience", FeeReader::audience, new Fee.Audience(1, new Bilingual("", "")));
    return made(
        entry,
        () ->
            new Fee.ShareAboveAudience(
                audience,
                fields.has("percentage")
                    ? new Fee.Share(
                        fields.need("percentage", decimal(), BigDecimal.ONE), Optional.empty())
                    : new Fee.Share(amount(fields), Optional.of(currency(fields))),
                per,
                calculation,
                reduced,
                note));
  }

  private static Optional<Fee> made(Entry entry, Supplier<Fee> fee) {
    try {
      return Optional.of(fee.get());
    } catch (IllegalArgumentException e) {
      return entry.refuse(String.valueOf(e.getMessage()));
    }
  }

  private static Reader<BigDecimal> decimal() {
    return entry ->
        shaped("[0-9]{1,10}(\\.[0-9]{1,2})?", "must be an amount, such as 1200 or 9.50")
            .read(entry)
            .map(BigDecimal::new);
  }

  private static BigDecimal amount(Fields fields) {
    return fields.need(
        "amount",
        e ->
            decimal()
                .read(e)
                .filter(a -> a.signum() > 0 || e.refuse("must be above 0").isPresent()),
        BigDecimal.ONE);
  }

  private static Currency currency(Fields fields) {
    return fields.need(
        "currency",
        e ->
            shaped("[A-Z]{3}", "must be an ISO 4217 code, such as EUR")
                .read(e)
                .flatMap(
                    code ->
                        Currency.getAvailableCurrencies().stream()
                            .filter(c -> c.getCurrencyCode().equals(code))
                            .findFirst()
                            .or(() -> e.refuse(quoted(code) + " is no currency"))),
        Currency.getInstance("EUR"));
  }

  private static Optional<Fee.Audience> audience(Entry entry) {
    Fields fields = entry.fields("threshold", "of");
    return Optional.of(
        new Fee.Audience(
            fields.need("threshold", whole(1, Long.MAX_VALUE), 1L),
            fields.need("of", bilingual(200), new Bilingual("", ""))));
  }

  private static Optional<Fee.Calculation> calculation(Entry entry) {
    Fields fields = entry.fields("address", "text");
    Optional<String> address =
        fields.maybe("address", shaped("https?://[^\\s]{1,490}", "must be an https address"));
    Optional<Bilingual> text = fields.maybe("text", bilingual(5_000));
    return address.isEmpty() && text.isEmpty()
        ? entry.refuse("must have an address or a text")
        : Optional.of(new Fee.Calculation(address, text));
  }

  private static Optional<Fee.Reduction> reduction(Entry entry) {
    Fields fields = entry.fields("reuser", "amount", "percentage");
    ReuserKind kind =
        fields.need("reuser", word(ReuserKind.values(), ReuserKind::word), ReuserKind.CITIZEN);
    String member = fields.has("percentage") ? "percentage" : "amount";
    return Optional.of(new Fee.Reduction(kind, fields.need(member, decimal(), BigDecimal.ZERO)));
  }
}
