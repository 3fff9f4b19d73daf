package org.octroi.offer;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.octroi.obligation.Obligations;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Unit;
import org.octroi.quota.Window;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;

/**
 * One thing that is otherwise in a version of an offer than in the one before.
 *
 * @param member the member of the offer, as a JSON pointer
 * @param says in a sentence
 */
record OfferChange(String member, Bilingual says) {

  private static final Bilingual NOTHING = new Bilingual("rien", "nothing");

  /**
   * All that changed, in the order of an offer's members.
   *
   * @param names the slugs of the datasets of either version
   */
  static List<OfferChange> between(
      PublishedOffer before, PublishedOffer now, Map<DatasetId, Slug> names) {
    Comparison c = new Comparison();
    c.change("/title", "Titre", "Title", same(before.title().fr()), same(now.title().fr()));
    if (before.title().fr().equals(now.title().fr())) {
      c.change("/title", "Titre", "Title", same(before.title().en()), same(now.title().en()));
    }
    Function<DatasetId, String> name =
        id -> Optional.ofNullable(names.get(id)).map(Slug::value).orElseGet(id::toString);
    c.set(
        "/datasets",
        "Jeux de données",
        "Datasets",
        words(before.datasets(), name),
        words(now.datasets(), name));
    c.change(
        "/licence",
        "Licence",
        "Licence",
        same(before.licence().slug() + " " + before.licence().number()),
        same(now.licence().slug() + " " + now.licence().number()));
    tier(c, before, now, name);
    c.change(
        "/eligibility", "Accès", "Access", access(before.eligibility()), access(now.eligibility()));
    c.set(
        "/reuserKinds",
        "Catégories de réutilisateurs",
        "Kinds of reusers",
        words(before.reuserKinds(), ReuserKind::word),
        words(now.reuserKinds(), ReuserKind::word));
    c.set(
        "/purposes",
        "Finalités",
        "Purposes",
        words(before.purposes(), Purpose::term),
        words(now.purposes(), Purpose::term));
    c.change(
        "/approval",
        "Décision",
        "Decision",
        same(before.approval().word()),
        same(now.approval().word()));
    c.change("/fee", "Redevance", "Fee", fee(before.fee()), fee(now.fee()));
    c.change(
        "/validity",
        "Durée des accords",
        "How long agreements last",
        optional(before.validity(), "sans fin", "without end"),
        optional(now.validity(), "sans fin", "without end"));
    form(c, before.form(), now.form());
    c.change(
        "/basis",
        "Fondement de la restriction",
        "Basis of the restriction",
        optional(before.stated().basis(), "aucun", "none"),
        optional(now.stated().basis(), "aucun", "none"));
    c.change(
        "/homologation",
        "Homologation de la licence",
        "Approval of the licence",
        optional(before.stated().homologation(), "aucune", "none"),
        optional(now.stated().homologation(), "aucune", "none"));
    c.change(
        "/exclusive",
        "Exclusivité",
        "Exclusive",
        yesNo(before.stated().exclusive()),
        yesNo(now.stated().exclusive()));
    return List.copyOf(c.changes);
  }

  /** The changes that were found so far. */
  private static final class Comparison {

    private final List<OfferChange> changes = new ArrayList<>();

    void change(String member, String french, String english, Bilingual before, Bilingual now) {
      if (!before.equals(now)) {
        say(
            member,
            french + " : " + now.fr() + " (avant : " + before.fr() + ")",
            english + ": " + now.en() + " (before: " + before.en() + ")");
      }
    }

    /** An empty set means that anything goes, so it is said as such. */
    void set(String member, String french, String english, Set<String> before, Set<String> now) {
      if (before.equals(now)) {
        return;
      }
      if (before.isEmpty() || now.isEmpty()) {
        change(member, french, english, list(before), list(now));
        return;
      }
      Set<String> added = new TreeSet<>(now);
      added.removeAll(before);
      Set<String> gone = new TreeSet<>(before);
      gone.removeAll(now);
      if (!added.isEmpty()) {
        String all = String.join(", ", added);
        say(member, french + ", ajouts : " + all, english + ", added: " + all);
      }
      if (!gone.isEmpty()) {
        String all = String.join(", ", gone);
        say(member, french + ", retraits : " + all, english + ", removed: " + all);
      }
    }

    void say(String member, String french, String english) {
      changes.add(new OfferChange(member, new Bilingual(french, english)));
    }

    private static Bilingual list(Set<String> words) {
      return words.isEmpty()
          ? new Bilingual("sans limite", "no limit")
          : same(String.join(", ", words));
    }
  }

  private static void tier(
      Comparison c, PublishedOffer before, PublishedOffer now, Function<DatasetId, String> name) {
    c.change(
        "/tier/name",
        "Palier",
        "Tier",
        same(before.tier().name().value()),
        same(now.tier().name().value()));
    Limits was = before.tier().limits();
    Limits is = now.tier().limits();
    c.change("/tier/rate", "Débit", "Rate", rate(was.rate()), rate(is.rate()));
    for (Unit unit : Unit.values()) {
      for (Window window : Window.values()) {
        Bilingual title = title(unit, window);
        c.change(
            "/tier/quota/" + Quota.name(unit, window),
            title.fr(),
            title.en(),
            quota(was.quota(unit, window)),
            quota(is.quota(unit, window)));
      }
    }
    Set<DatasetId> either = new LinkedHashSet<>(before.datasets());
    either.retainAll(now.datasets());
    for (DatasetId dataset : either) {
      String slug = name.apply(dataset);
      demanded(
          c,
          slug,
          parts(before.tier().obligationsFor(dataset)),
          parts(now.tier().obligationsFor(dataset)));
    }
  }

  private static Bilingual title(Unit unit, Window window) {
    Bilingual of =
        switch (unit) {
          case REQUESTS -> new Bilingual("Requêtes", "Requests");
          case ROWS -> new Bilingual("Lignes", "Rows");
          case BYTES -> new Bilingual("Octets", "Bytes");
        };
    return switch (window) {
      case HOUR -> new Bilingual(of.fr() + " par heure", of.en() + " an hour");
      case DAY -> new Bilingual(of.fr() + " par jour", of.en() + " a day");
      case MONTH -> new Bilingual(of.fr() + " par mois", of.en() + " a month");
    };
  }

  private static Bilingual quota(Optional<Quota> quota) {
    Bilingual amount =
        amount(quota.map(q -> OptionalLong.of(q.amount())).orElse(OptionalLong.empty()));
    OptionalLong grace = quota.map(Quota::grace).orElse(OptionalLong.empty());
    return grace.isEmpty()
        ? amount
        : new Bilingual(
            amount.fr() + " (" + grace.getAsLong() + " de plus si le décompte est injoignable)",
            amount.en() + " (" + grace.getAsLong() + " more while the ledger is out of reach)");
  }

  /** A part of what is held back, with its names. */
  private record Part(String member, Bilingual title, Bilingual value) {}

  private static void demanded(Comparison c, String slug, List<Part> before, List<Part> now) {
    for (int i = 0; i < now.size(); i++) {
      Part was = before.get(i);
      Part is = now.get(i);
      c.change(
          "/tier/obligations/" + slug + "/" + is.member(),
          is.title().fr() + " de " + slug,
          is.title().en() + " of " + slug,
          was.value(),
          is.value());
    }
  }

  private static List<Part> parts(Obligations demanded) {
    List<Part> parts = new ArrayList<>();
    parts.add(
        new Part(
            "columns",
            new Bilingual("Colonnes visibles", "Visible columns"),
            demanded
                .visibleColumns()
                .map(columns -> same(String.join(", ", columns)))
                .orElse(new Bilingual("toutes", "all"))));
    parts.add(
        new Part(
            "masks",
            new Bilingual("Masques", "Masks"),
            joined(
                demanded.masks(),
                mask ->
                    mask.column()
                        + " ("
                        + TierView.lower(mask.how())
                        + (mask.digits() == 0 ? "" : " " + mask.digits())
                        + ")")));
    parts.add(
        new Part(
            "rows",
            new Bilingual("Lignes retenues", "Rows kept"),
            demanded.rows().isEmpty()
                ? new Bilingual("toutes", "all")
                : joined(
                    demanded.rows(),
                    row ->
                        row.column()
                            + " "
                            + TierView.lower(row.operator())
                            + " "
                            + String.join("|", row.values()))));
    parts.add(
        new Part(
            "area",
            new Bilingual("Zone", "Area"),
            demanded
                .area()
                .map(
                    area ->
                        same(
                            area.west()
                                + " "
                                + area.south()
                                + " "
                                + area.east()
                                + " "
                                + area.north()))
                .orElse(new Bilingual("sans limite", "no limit"))));
    parts.add(new Part("delay", new Bilingual("Retard", "Delay"), held(demanded.freshnessDelay())));
    parts.add(
        new Part(
            "history",
            new Bilingual("Profondeur d'historique", "History depth"),
            held(demanded.historyDepth())));
    parts.add(
        new Part(
            "rowsPerAnswer",
            new Bilingual("Lignes par réponse", "Rows per answer"),
            amount(demanded.rowCap())));
    parts.add(
        new Part(
            "bytesPerAnswer",
            new Bilingual("Octets par réponse", "Bytes per answer"),
            amount(demanded.byteCap())));
    parts.add(
        new Part(
            "formats",
            new Bilingual("Formats", "Formats"),
            demanded.formats().isEmpty()
                ? new Bilingual("tous", "all")
                : same(String.join(", ", words(demanded.formats(), Format::word)))));
    return parts;
  }

  private static void form(Comparison c, Form before, Form now) {
    Map<String, Question> was = byId(before);
    Map<String, Question> is = byId(now);
    is.forEach(
        (id, question) -> {
          if (!was.containsKey(id)) {
            c.say(
                "/form",
                "Nouvelle question : " + question.title().fr(),
                "New question: " + question.title().en());
          } else if (!Objects.equals(was.get(id), question)) {
            c.say(
                "/form",
                "Question modifiée : " + question.title().fr(),
                "Question changed: " + question.title().en());
          }
        });
    was.forEach(
        (id, question) -> {
          if (!is.containsKey(id)) {
            c.say(
                "/form",
                "Question retirée : " + question.title().fr(),
                "Question removed: " + question.title().en());
          }
        });
    if (was.keySet().equals(is.keySet())
        && !List.copyOf(was.keySet()).equals(List.copyOf(is.keySet()))) {
      c.say("/form", "Questions dans un autre ordre", "Questions in another order");
    }
  }

  private static Map<String, Question> byId(Form form) {
    Map<String, Question> byId = new LinkedHashMap<>();
    form.questions().forEach(question -> byId.put(question.id(), question));
    return byId;
  }

  private static Bilingual fee(Optional<Fee> fee) {
    return fee.map(OfferChange::fee).orElse(new Bilingual("gratuit", "free"));
  }

  private static Bilingual fee(Fee fee) {
    Bilingual base =
        switch (fee) {
          case Fee.Price price ->
              every(money(price.amount(), price.currency().getCurrencyCode()), price.per());
          case Fee.AtCost atCost -> {
            Bilingual amount =
                every(money(atCost.amount(), atCost.currency().getCurrencyCode()), atCost.per());
            yield new Bilingual(amount.fr() + ", au coût", amount.en() + ", at cost");
          }
          case Fee.ShareAboveAudience share -> {
            Bilingual part =
                every(
                    share
                        .share()
                        .currency()
                        .map(currency -> money(share.share().value(), currency.getCurrencyCode()))
                        .orElseGet(() -> plain(share.share().value()) + " %"),
                    share.per());
            yield new Bilingual(
                part.fr()
                    + " au-delà de "
                    + share.audience().threshold()
                    + " "
                    + share.audience().of().fr(),
                part.en()
                    + " above "
                    + share.audience().threshold()
                    + " "
                    + share.audience().of().en());
          }
        };
    String reduced =
        fee.reduced().stream()
            .map(one -> one.reuserKind().word() + " " + plain(one.value()))
            .collect(Collectors.joining(", "));
    String french = base.fr() + (reduced.isEmpty() ? "" : " (réduit : " + reduced + ")");
    String english = base.en() + (reduced.isEmpty() ? "" : " (reduced: " + reduced + ")");
    Optional<Fee.Calculation> published = fee.calculation();
    Optional<String> address = published.flatMap(Fee.Calculation::address);
    Optional<Bilingual> text = published.flatMap(Fee.Calculation::text);
    return new Bilingual(
        french
            + address.map(a -> ", calcul : " + a).orElse("")
            + text.map(t -> ", calcul : " + t.fr()).orElse("")
            + fee.note().map(note -> " ; " + note.fr()).orElse(""),
        english
            + address.map(a -> ", worked out at " + a).orElse("")
            + text.map(t -> ", worked out so: " + t.en()).orElse("")
            + fee.note().map(note -> "; " + note.en()).orElse(""));
  }

  private static Bilingual every(String amount, Fee.Per per) {
    return switch (per) {
      case ONCE -> new Bilingual(amount + " une fois", amount + " once");
      case MONTH -> new Bilingual(amount + " par mois", amount + " a month");
      case YEAR -> new Bilingual(amount + " par an", amount + " a year");
    };
  }

  private static String money(BigDecimal amount, String currency) {
    return plain(amount) + " " + currency;
  }

  private static String plain(BigDecimal amount) {
    return amount.stripTrailingZeros().scale() <= 0
        ? amount.toBigInteger().toString()
        : amount.toPlainString();
  }

  private static Bilingual access(Eligibility eligibility) {
    return switch (eligibility) {
      case ANYONE -> new Bilingual("ouvert à tous", "open to anyone");
      case IDENTIFIED -> new Bilingual("sous accord", "under an agreement");
    };
  }

  private static Bilingual rate(Limits.Rate rate) {
    if (!rate.limits()) {
      return new Bilingual("sans limite", "no limit");
    }
    return new Bilingual(
        rate.permits() + " requêtes par " + rate.period() + ", " + rate.burst() + " d'un coup",
        rate.permits() + " requests per " + rate.period() + ", " + rate.burst() + " at once");
  }

  private static Bilingual amount(OptionalLong amount) {
    return amount.isPresent()
        ? same(Long.toString(amount.getAsLong()))
        : new Bilingual("sans limite", "no limit");
  }

  private static Bilingual held(Optional<Duration> duration) {
    return duration.map(d -> same(d.toString())).orElse(new Bilingual("aucune limite", "no limit"));
  }

  private static Bilingual optional(Optional<?> value, String french, String english) {
    return value.map(v -> same(v.toString())).orElse(new Bilingual(french, english));
  }

  private static Bilingual yesNo(boolean value) {
    return value ? new Bilingual("oui", "yes") : new Bilingual("non", "no");
  }

  private static <T> Bilingual joined(List<T> items, Function<T, String> word) {
    return items.isEmpty()
        ? NOTHING
        : same(items.stream().map(word).collect(Collectors.joining(", ")));
  }

  private static <T> Set<String> words(Collection<T> values, Function<T, String> word) {
    return values.stream().map(word).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Bilingual same(String text) {
    return new Bilingual(text, text);
  }
}
