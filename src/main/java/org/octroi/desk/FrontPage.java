package org.octroi.desk;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.octroi.entitlement.Snapshot;
import org.octroi.offer.Offers;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Level;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * {@code /}: what is here? The territories, their datasets with licence and levels, and the API.
 */
@Controller
class FrontPage {

  private final Territories territories;
  private final Offers offers;

  FrontPage(Territories territories, Offers offers) {
    this.territories = territories;
    this.offers = offers;
  }

  /** A territory as the page shows it. */
  record TerritoryCard(String slug, String name, List<DatasetRow> datasets) {}

  /** A dataset as the page shows it; distributions are paths at the gate. */
  record DatasetRow(
      String slug,
      String title,
      String holder,
      List<LicenceLink> licences,
      List<LevelSign> levels,
      List<String> distributions) {}

  /** A licence's name and canonical address. */
  record LicenceLink(String name, String address) {}

  /** A level as a word and a shape, never by colour alone. */
  record LevelSign(String word, String sign) {

    static LevelSign of(Level level) {
      return new LevelSign(
          level.word(),
          switch (level) {
            case OPEN -> "○";
            case ENGAGED -> "◐";
            case ASSOCIATED -> "●";
          });
    }
  }

  @GetMapping("/")
  String show(Model model, Locale locale) {
    List<TerritoryCard> cards = territories.all().stream().map(t -> card(t, locale)).toList();
    model.addAttribute("territories", cards);
    model.addAttribute("datasetCount", cards.stream().mapToInt(c -> c.datasets().size()).sum());
    model.addAttribute(
        "levels",
        List.of(
            LevelSign.of(Level.OPEN), LevelSign.of(Level.ENGAGED), LevelSign.of(Level.ASSOCIATED)));
    return "front";
  }

  private TerritoryCard card(Territory territory, Locale locale) {
    List<DatasetRow> rows =
        offers.entitlements(territory.id()).stream()
            .map(dataset -> row(dataset, locale))
            .sorted(Comparator.comparing(DatasetRow::title))
            .toList();
    return new TerritoryCard(territory.slug().value(), territory.name().in(locale), rows);
  }

  private static DatasetRow row(Snapshot.Dataset dataset, Locale locale) {
    List<Snapshot.Offer> all = new ArrayList<>(dataset.offers());
    dataset.anonymousOffer().ifPresent(all::add);
    Set<Level> levels = new TreeSet<>();
    Set<LicenceLink> licences = new LinkedHashSet<>();
    for (Snapshot.Offer offer : all) {
      levels.add(offer.level());
      licences.add(new LicenceLink(offer.licence().name().in(locale), offer.licence().address()));
    }
    String path = "/" + dataset.territory().slug() + "/" + dataset.slug() + "/";
    return new DatasetRow(
        dataset.slug().value(),
        dataset.title().in(locale),
        dataset.holderName(),
        List.copyOf(licences),
        levels.stream().map(LevelSign::of).toList(),
        dataset.distributions().keySet().stream().sorted().map(d -> path + d).toList());
  }
}
