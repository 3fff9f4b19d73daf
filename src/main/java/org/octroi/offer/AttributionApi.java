package org.octroi.offer;

import static java.util.stream.Collectors.joining;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.entitlement.Snapshot;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Citation;
import org.octroi.vocabulary.LicenceVersionId;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The lines to cite, for a work that came out of several datasets. */
@RestController
@RequestMapping("/api/v1/attribution")
@Tag(name = "Offers")
class AttributionApi {

  private static final int MOST = 50;

  private final Territories territories;
  private final Datasets datasets;
  private final Offers offers;
  private final PublicAddresses addresses;

  AttributionApi(
      Territories territories, Datasets datasets, Offers offers, PublicAddresses addresses) {
    this.territories = territories;
    this.datasets = datasets;
    this.offers = offers;
    this.addresses = addresses;
  }

  /**
   * What to paste: a line a dataset, or an item of a list where there are several.
   *
   * @param text plain
   * @param html escaped
   * @param markdown CommonMark
   */
  record Attribution(Bilingual text, Bilingual html, Bilingual markdown) {}

  /** A dataset's line, and its page. */
  private record Line(Citation citation, String page) {}

  @GetMapping
  @Operation(
      operationId = "attribute",
      summary = "The attribution to paste for these datasets",
      description =
          "`dataset` is a territory and a dataset as in the gate's addresses, such as"
              + " rennes/bus-stops, followed by @ and the day of the update that was used where it"
              + " is not the last one (rennes/bus-stops@2026-03-01); 1 to 50 of them. Where a"
              + " dataset is offered under several licences, `licence` names the one that it was"
              + " had under.")
  Attribution attribute(
      @RequestParam(name = "dataset", required = false) @Nullable List<String> names,
      @RequestParam(name = "licence", required = false) @Nullable List<String> licences) {
    List<String> asked = names == null ? List.of() : names.stream().distinct().toList();
    if (asked.isEmpty() || asked.size() > MOST) {
      throw new RefusedException(Refusal.field("dataset", "must be given 1 to " + MOST + " times"));
    }
    List<Line> lines = new ArrayList<>();
    for (String name : asked) {
      lines.add(line(name, licences == null ? List.of() : licences));
    }
    boolean one = lines.size() == 1;
    return new Attribution(
        in(lines, (line, language) -> line.citation.text(language), joining("\n")),
        in(
            lines,
            (line, language) -> {
              String html = line.citation.html(language, line.page);
              return one ? html : "<li>" + html + "</li>";
            },
            one ? joining() : joining("", "<ul>", "</ul>")),
        in(
            lines,
            (line, language) -> (one ? "" : "- ") + line.citation.markdown(language, line.page),
            joining("\n")));
  }

  /** The lines in both languages, each in a form, put together. */
  private static Bilingual in(
      List<Line> lines,
      BiFunction<Line, Locale, String> form,
      Collector<CharSequence, ?, String> together) {
    return new Bilingual(
        lines.stream().map(line -> form.apply(line, Locale.FRENCH)).collect(together),
        lines.stream().map(line -> form.apply(line, Locale.ENGLISH)).collect(together));
  }

  private Line line(String name, List<String> licences) {
    int slash = name.indexOf('/');
    int at = name.indexOf('@', slash + 1);
    if (slash < 1) {
      throw wrong(name, "must be a territory and a dataset, such as rennes/bus-stops");
    }
    String slug = name.substring(slash + 1, at < 0 ? name.length() : at);
    Territory territory =
        territories
            .find(name.substring(0, slash))
            .orElseThrow(() -> wrong(name, "names no territory that is here"));
    Dataset dataset =
        datasets
            .find(territory.id(), slug)
            .orElseThrow(() -> wrong(name, "names no dataset of " + territory.slug()));
    Snapshot.Licence licence = licence(name, territory, dataset, licences);
    return new Line(
        new Citation(
            dataset.title(),
            dataset.source(),
            licence.name(),
            licence.address(),
            at < 0
                ? LocalDate.ofInstant(dataset.lastUpdate(), territory.zone())
                : day(name, name.substring(at + 1))),
        addresses.dataset(territory.slug(), dataset.slug()));
  }

  private static LocalDate day(String name, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException notADay) {
      throw wrong(name, "must have a day such as 2026-03-01 after the @");
    }
  }

  private Snapshot.Licence licence(
      String name, Territory territory, Dataset dataset, List<String> licences) {
    Map<LicenceVersionId, Snapshot.Licence> offered = new LinkedHashMap<>();
    offers
        .published(territory.id(), dataset.id())
        .forEach(offer -> offered.put(offer.licence().version(), offer.licence()));
    List<Snapshot.Licence> fitting =
        offered.values().stream()
            .filter(one -> offered.size() == 1 || licences.contains(one.slug()))
            .toList();
    if (offered.isEmpty()) {
      throw wrong(name, "is not offered under any licence now");
    }
    if (fitting.size() != 1) {
      throw new RefusedException(
          Refusal.field(
              "licence",
              name
                  + " is offered under several: name one of "
                  + offered.values().stream()
                      .map(Snapshot.Licence::slug)
                      .distinct()
                      .collect(joining(", "))));
    }
    return fitting.getFirst();
  }

  private static RefusedException wrong(String name, String what) {
    return new RefusedException(Refusal.field("dataset", name + " " + what));
  }
}
