package org.octroi.offer;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.ReuserKind;

/** Reads a fee; nothing where it is free, or wrong. */
final class FeeReader {

  private final Wrongs wrong;

  FeeReader(Wrongs wrong) {
    this.wrong = wrong;
  }

  Optional<Fee> read(String at, Wire.Owed given) {
    if ("free".equals(given.kind())) {
      alone(
          at,
          "is for a fee: this offer is free",
          given.price(),
          given.percentage(),
          given.audience(),
          given.per(),
          given.calculation(),
          given.reduced(),
          given.note());
      return Optional.empty();
    }
    Optional<Fee.Kind> kind = kind(at, given.kind());
    Optional<Fee.Per> per = wrong.word(at + "/per", given.per(), Fee.Per.values(), Fee.Per::word);
    Optional<Bilingual> note =
        given.note() == null ? Optional.empty() : wrong.bilingual(at + "/note", given.note(), 500);
    Optional<Fee.Calculation> calculation =
        given.calculation() == null
            ? Optional.empty()
            : calculation(at + "/calculation", given.calculation());
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    List<Fee.Reduction> reduced =
        wrong.each(
            at + "/reduced",
            given.reduced(),
            ReuserKind.values().length,
            (pointer, one) -> reduction(pointer, one, given.percentage() != null));
    Optional<Amount> price =
        given.price() == null ? Optional.empty() : money(at + "/price", given.price());
    return switch (kind.get()) {
      case PRICE -> {
        wrong.need(at + "/price", given.price());
        alone(
            at,
            "is not for a price: see at-cost and share-above-audience",
            given.percentage(),
            given.audience(),
            given.calculation(),
            given.reduced());
        yield price.flatMap(
            p ->
                per.flatMap(
                    every ->
                        wrong.made(
                            at + "/price/amount",
                            p,
                            x -> new Fee.Price(x.amount, x.currency, every, note))));
      }
      case AT_COST -> {
        wrong.need(at + "/price", given.price());
        alone(at, "is for share-above-audience only", given.percentage(), given.audience());
        yield price.flatMap(
            p ->
                per.flatMap(
                    every ->
                        wrong.made(
                            at,
                            p,
                            x ->
                                new Fee.AtCost(
                                    x.amount, x.currency, every, calculation, reduced, note))));
      }
      case SHARE_ABOVE_AUDIENCE -> {
        Optional<Fee.Audience> audience = audience(at + "/audience", given.audience());
        Optional<Fee.Share> share = share(at, given, price);
        yield audience.flatMap(
            above ->
                share.flatMap(
                    part ->
                        per.flatMap(
                            every ->
                                wrong.made(
                                    at,
                                    part,
                                    x ->
                                        new Fee.ShareAboveAudience(
                                            above, x, every, calculation, reduced, note)))));
      }
    };
  }

  private Optional<Fee.Kind> kind(String at, @Nullable String word) {
    return wrong
        .need(at + "/kind", word)
        .flatMap(
            given -> {
              for (Fee.Kind kind : Fee.Kind.values()) {
                if (kind.word().equals(given)) {
                  return Optional.of(kind);
                }
              }
              return wrong.at(
                  at + "/kind", "must be one of free, price, at-cost, share-above-audience");
            });
  }

  private void alone(String at, String sentence, @Nullable Object... others) {
    for (Object other : others) {
      if (other != null) {
        wrong.at(at, sentence);
        return;
      }
    }
  }

  /** An amount of money, as it was written. */
  private record Amount(BigDecimal amount, Currency currency) {}

  private Optional<Amount> money(String at, Wire.Money given) {
    Optional<BigDecimal> amount = wrong.need(at + "/amount", given.amount());
    Optional<Currency> currency =
        wrong
            .need(at + "/currency", given.currency())
            .flatMap(
                code ->
                    Currency.getAvailableCurrencies().stream()
                        .filter(c -> c.getCurrencyCode().equals(code))
                        .findFirst()
                        .or(
                            () ->
                                wrong.at(
                                    at + "/currency", "must be an ISO 4217 code, such as EUR")));
    return amount.flatMap(a -> currency.map(c -> new Amount(a, c)));
  }

  private Optional<Fee.Share> share(String at, Wire.Owed given, Optional<Amount> price) {
    if ((given.price() == null) == (given.percentage() == null)) {
      return wrong.at(at, "must have either a price or a percentage");
    }
    return given.percentage() != null
        ? wrong.made(
            at + "/percentage", given.percentage(), p -> new Fee.Share(p, Optional.empty()))
        : price.flatMap(
            p ->
                wrong.made(
                    at + "/price/amount",
                    p.amount,
                    a -> new Fee.Share(a, Optional.of(p.currency))));
  }

  private Optional<Fee.Audience> audience(String at, Wire.@Nullable Audience given) {
    return wrong
        .need(at, given)
        .flatMap(
            above -> {
              Optional<Long> threshold = wrong.need(at + "/threshold", above.threshold());
              Optional<Bilingual> of = wrong.bilingual(at + "/of", above.of(), 200);
              return threshold.flatMap(
                  t ->
                      of.flatMap(
                          whom ->
                              wrong.made(at + "/threshold", t, x -> new Fee.Audience(x, whom))));
            });
  }

  private Optional<Fee.Calculation> calculation(String at, Wire.Calculation given) {
    Optional<String> address =
        given.address() == null
            ? Optional.empty()
            : wrong
                .line(at + "/address", given.address(), 500)
                .flatMap(
                    text ->
                        isAddress(text)
                            ? Optional.of(text)
                            : wrong.at(at + "/address", "must be an https or http address"));
    Optional<Bilingual> text =
        given.text() == null
            ? Optional.empty()
            : wrong.bilingual(at + "/text", given.text(), 5_000);
    if ((given.address() != null && address.isEmpty())
        || (given.text() != null && text.isEmpty())) {
      return Optional.empty();
    }
    return wrong.made(at, given, x -> new Fee.Calculation(address, text));
  }

  private Optional<Fee.Reduction> reduction(String at, Wire.Reduction given, boolean ofPercentage) {
    Optional<ReuserKind> kind =
        wrong.word(at + "/reuserKind", given.reuserKind(), ReuserKind.values(), ReuserKind::word);
    String member = ofPercentage ? "/percentage" : "/amount";
    if ((ofPercentage ? given.amount() : given.percentage()) != null) {
      wrong.at(at, "must be in the measure of the fee itself");
    }
    Optional<BigDecimal> value =
        wrong.need(at + member, ofPercentage ? given.percentage() : given.amount());
    return kind.flatMap(
        k -> value.flatMap(v -> wrong.made(at + member, v, x -> new Fee.Reduction(k, x))));
  }

  /** Whether it can be a link for everybody: an absolute http address with a host. */
  static boolean isAddress(String text) {
    try {
      URI address = new URI(text);
      return address.getHost() != null
          && ("https".equals(address.getScheme()) || "http".equals(address.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
