package org.octroi.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.octroi.licence.Terms;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Obligations;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;
import org.springframework.core.io.ClassPathResource;

/**
 * Each rule of the law's file with an offer that breaks it and one, nearly the same, that doesn't.
 */
class PublicationLawTest {

  private static final PublicationLaw LAW = PublicationLaw.ofOctroi();
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);
  private static final Currency EUR = Currency.getInstance("EUR");

  /** Two offers on either side of a rule. */
  private record Sides(AnOffer broken, AnOffer kept) {}

  /** An offer to be changed: of a city, of public data, under a listed licence, open to anyone. */
  private static final class AnOffer {

    private HolderKind holder = HolderKind.CITY;
    private boolean listed = true;
    private Set<String> duties = Set.of("attribute");
    private Eligibility eligibility = Eligibility.ANYONE;
    private Set<ReuserKind> kinds = Set.of();
    private Set<String> purposes = Set.of();
    private Approval approval = Approval.AUTOMATIC;
    private Optional<Fee> fee = Optional.empty();
    private Optional<Period> validity = Optional.empty();
    private LegalStatement stated = LegalStatement.NONE;
    private Classification classification = Classification.PUBLIC;
    private Set<String> flags = Set.of();
    private Catalogue catalogue = Catalogue.NONE;
    private boolean download = true;
    private Obligations demanded = Obligations.NONE;
    private boolean alsoOpen;

    static AnOffer open() {
      return new AnOffer();
    }

    /** Another one, in which something is changed. */
    private AnOffer but(Consumer<AnOffer> change) {
      AnOffer other = new AnOffer();
      other.holder = holder;
      other.listed = listed;
      other.duties = duties;
      other.eligibility = eligibility;
      other.kinds = kinds;
      other.purposes = purposes;
      other.approval = approval;
      other.fee = fee;
      other.validity = validity;
      other.stated = stated;
      other.classification = classification;
      other.flags = flags;
      other.catalogue = catalogue;
      other.download = download;
      other.demanded = demanded;
      other.alsoOpen = alsoOpen;
      change.accept(other);
      return other;
    }

    AnOffer by(HolderKind kind) {
      return but(it -> it.holder = kind);
    }

    AnOffer offTheList(String... demanding) {
      return but(
          it -> {
            it.listed = false;
            it.duties = Set.of(demanding);
          });
    }

    AnOffer identified(String validFor) {
      return but(
          it -> {
            it.eligibility = Eligibility.IDENTIFIED;
            it.validity =
                validFor.isEmpty() ? Optional.empty() : Optional.of(Period.parse(validFor));
          });
    }

    AnOffer forKinds(ReuserKind... some) {
      return but(it -> it.kinds = Set.of(some));
    }

    AnOffer forPurposes(String... some) {
      return but(it -> it.purposes = Set.of(some));
    }

    AnOffer decided(Approval how) {
      return but(it -> it.approval = how);
    }

    AnOffer costing(Fee owed) {
      return but(
          it -> {
            it.eligibility = Eligibility.IDENTIFIED;
            it.fee = Optional.of(owed);
          });
    }

    AnOffer stating(String basis, String homologation, boolean exclusive) {
      return but(
          it ->
              it.stated =
                  new LegalStatement(
                      Optional.of(basis).filter(Predicate.not(String::isEmpty)),
                      Optional.of(homologation).filter(Predicate.not(String::isEmpty)),
                      exclusive));
    }

    AnOffer of(Classification how, String... flagged) {
      return but(
          it -> {
            it.classification = how;
            it.flags = Set.of(flagged);
          });
    }

    AnOffer withoutDownload() {
      return but(it -> it.download = false);
    }

    AnOffer with(Catalogue known, Obligations held) {
      return but(
          it -> {
            it.catalogue = known;
            it.demanded = held;
          });
    }

    AnOffer besideAnOpenOne() {
      return but(it -> it.alsoOpen = true);
    }

    List<String> foundOn(LocalDate day) {
      SortedSet<Purpose> all = new TreeSet<>(purposes.stream().map(Purpose::new).toList());
      OfferCase offer =
          new OfferCase(
              holder,
              "a-licence",
              new Terms(
                  new TreeSet<>(
                      Set.of("use", "reproduce", "distribute", "derive", "commercialize")),
                  new TreeSet<>(),
                  new TreeSet<>(duties)),
              eligibility,
              kinds,
              all,
              approval,
              fee,
              validity,
              stated,
              List.of(
                  new OfferCase.Covered(
                      new Slug("parks"),
                      classification,
                      new TreeSet<>(flags),
                      List.of(catalogue),
                      download,
                      demanded,
                      alsoOpen)));
      return LAW.findings(offer, listed, day).stream().map(LawFinding::rule).toList();
    }
  }

  private static Map<String, Sides> sides() {
    AnOffer open = AnOffer.open();
    AnOffer year = open.identified("P1Y");
    AnOffer valuable = open.of(Classification.PUBLIC, "high-value");
    AnOffer personal = open.with(withAName(), Obligations.NONE);
    Fee uncounted = atCost(false, List.of());
    Fee counted = atCost(true, List.of());
    Fee reduced = atCost(true, List.of(new Fee.Reduction(ReuserKind.RESEARCHER, BigDecimal.ZERO)));
    Map<String, Sides> sides = new LinkedHashMap<>();
    sides.put(
        "licence-off-list",
        new Sides(
            open.offTheList("attribute"),
            open.offTheList("attribute").stating("", "Décision du 1er mars 2026", false)));
    sides.put("high-value-gated", new Sides(identified(valuable), valuable));
    sides.put(
        "high-value-paid",
        new Sides(valuable.costing(reduced), valuable.costing(reduced).besideAnOpenOne()));
    sides.put("high-value-without-bulk", new Sides(valuable.withoutDownload(), valuable));
    sides.put(
        "high-value-licence",
        new Sides(
            valuable.offTheList("attribute", "shareAlike"), valuable.offTheList("attribute")));
    sides.put(
        "exclusivity-long",
        new Sides(open.identified("P13M").stating("", "", true), year.stating("", "", true)));
    sides.put("exclusivity-ground", new Sides(year.stating("", "", true), year));
    sides.put(
        "exclusivity-one-kind",
        new Sides(
            open.identified("").forKinds(ReuserKind.COMPANY),
            open.identified("").forKinds(ReuserKind.COMPANY, ReuserKind.ASSOCIATION)));
    sides.put(
        "fee-not-at-cost",
        new Sides(
            year.costing(new Fee.Price(BigDecimal.TEN, EUR, Fee.Per.YEAR, Optional.empty())),
            year.costing(counted)));
    sides.put("fee-without-calculation", new Sides(year.costing(uncounted), year.costing(counted)));
    sides.put(
        "fee-without-reductions",
        new Sides(
            year.of(Classification.RESTRICTED).costing(counted),
            year.of(Classification.RESTRICTED).costing(reduced)));
    sides.put(
        "fee-on-public-information",
        new Sides(year.costing(counted), year.of(Classification.CONTROLLED).costing(counted)));
    sides.put(
        "restriction-without-basis",
        new Sides(
            year.decided(Approval.ONE_REVIEWER).of(Classification.RESTRICTED),
            year.decided(Approval.ONE_REVIEWER)
                .of(Classification.RESTRICTED)
                .stating("business-secret", "", false)));
    sides.put(
        "restriction-beyond-basis",
        new Sides(
            year.decided(Approval.ONE_REVIEWER).stating("business-secret", "", false),
            year.decided(Approval.ONE_REVIEWER)
                .of(Classification.CONTROLLED)
                .stating("business-secret", "", false)));
    sides.put(
        "personal-data-without-purposes",
        new Sides(
            identified(personal).of(Classification.RESTRICTED, "personal-data"),
            identified(personal)
                .of(Classification.RESTRICTED, "personal-data")
                .forPurposes("ScientificResearch")));
    sides.put(
        "personal-data-open",
        new Sides(
            personal.of(Classification.PUBLIC, "personal-data"),
            personal.of(Classification.PUBLIC, "personal-data").with(withAName(), hiding("name"))));
    return sides;
  }

  private static Sides sides(String rule) {
    return Optional.ofNullable(sides().get(rule)).orElseThrow();
  }

  private static AnOffer identified(AnOffer offer) {
    return offer.identified("P1Y");
  }

  private static Fee atCost(boolean published, List<Fee.Reduction> reduced) {
    return new Fee.AtCost(
        BigDecimal.TEN,
        EUR,
        Fee.Per.YEAR,
        published
            ? Optional.of(
                new Fee.Calculation(Optional.of("https://example.org/calcul"), Optional.empty()))
            : Optional.empty(),
        reduced,
        Optional.empty());
  }

  private static Catalogue withAName() {
    return new Catalogue(
        List.of(
            new Catalogue.Column("name", Catalogue.Type.TEXT, true),
            new Catalogue.Column("place", Catalogue.Type.TEXT, false)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Obligations hiding(String column) {
    return new Obligations(
        Optional.empty(),
        List.of(new Obligations.Mask(column, Obligations.Mask.How.NULL, 0)),
        List.of(),
        Optional.empty(),
        Optional.<Duration>empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Set.of(),
        false);
  }

  static Stream<String> rules() {
    return LAW.rules().stream().filter(rule -> !rule.raised()).map(LawRule::id).distinct();
  }

  @Test
  void no_rule_is_untested() {
    assertThat(sides().keySet()).containsExactlyInAnyOrderElementsOf(rules().toList());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_rule_is_found_in_the_offer_that_breaks_it_and_not_in_the_other(String rule) {
    assertThat(sides(rule).broken().foundOn(TODAY)).contains(rule);
    assertThat(sides(rule).kept().foundOn(TODAY)).doesNotContain(rule);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_rule_is_not_found_before_its_text_was_in_force(String rule) {
    LocalDate from = LAW.rule(rule, TODAY).orElseThrow().from();

    assertThat(sides(rule).broken().foundOn(from)).contains(rule);
    assertThat(sides(rule).broken().foundOn(from.minusDays(1))).doesNotContain(rule);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void what_binds_administrations_does_not_bind_a_private_holder(String rule) {
    AnOffer broken = sides(rule).broken().by(HolderKind.PRIVATE);

    assertThat(broken.foundOn(TODAY)).allMatch(found -> found.startsWith("personal-data"));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void every_rule_says_in_both_languages_what_is_found_and_what_to_change(String id) {
    LawRule rule = LAW.rule(id, TODAY).orElseThrow();

    for (Bilingual text : List.of(rule.sentence(), rule.change())) {
      assertThat(text.fr()).isNotBlank().endsWith(".").isNotEqualTo(text.en());
      assertThat(text.en()).isNotBlank().endsWith(".");
    }
    assertThat(LAW.found(rule, List.of()).reviewed()).isFalse();
  }

  @Test
  void an_open_offer_of_public_data_under_a_listed_licence_is_beyond_reproach() {
    assertThat(AnOffer.open().foundOn(TODAY)).isEmpty();
    assertThat(AnOffer.open().of(Classification.PUBLIC, "high-value").foundOn(TODAY)).isEmpty();
  }

  @Test
  void a_finding_names_the_datasets_that_it_is_about() {
    OfferCase.Covered plain = covered("parks", Set.of());
    OfferCase.Covered valuable = covered("communes", Set.of("high-value"));
    OfferCase offer =
        new OfferCase(
            HolderKind.STATE,
            "etalab-2.0",
            new Terms(new TreeSet<>(), new TreeSet<>(), new TreeSet<>()),
            Eligibility.IDENTIFIED,
            Set.of(),
            new TreeSet<>(),
            Approval.AUTOMATIC,
            Optional.empty(),
            Optional.of(Period.ofYears(1)),
            LegalStatement.NONE,
            List.of(plain, valuable));

    assertThat(LAW.findings(offer, true, TODAY))
        .filteredOn(finding -> finding.rule().equals("high-value-gated"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(LawFinding.Severity.BLOCKING);
              assertThat(finding.datasets()).containsExactly(new Slug("communes"));
              assertThat(finding.article()).contains("2023/138");
            });
  }

  private static OfferCase.Covered covered(String slug, Set<String> flags) {
    return new OfferCase.Covered(
        new Slug(slug),
        Classification.PUBLIC,
        new TreeSet<>(flags),
        List.of(Catalogue.NONE),
        true,
        Obligations.NONE,
        false);
  }

  @ParameterizedTest
  @CsvSource({
    "P1Y, false",
    "P12M, false",
    "P365D, false",
    "P13M, true",
    "P1Y1D, true",
    "P400D, true"
  })
  void twelve_months_are_counted_however_they_are_written(String validity, boolean longer) {
    List<String> found = AnOffer.open().identified(validity).stating("", "", true).foundOn(TODAY);

    assertThat(found.contains("exclusivity-long")).isEqualTo(longer);
    assertThat(found.contains("exclusivity-ground")).isEqualTo(!longer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "highValue: true|hiVal: true|hiVal, which is no fact",
        "highValue: true|highValue: perhaps|can only be [true, false]",
        "holderKind: [city, state]|holderKind: [city, realm]|can only be [city, state, private]",
        "looksAt: eligibility|looksAt: colour|which no offer has",
        "severity: blocking|severity: grave|",
        "- id: high-value-paid|- id: high-value-gated|is there twice at one time",
      })
  void a_word_that_is_not_known_refuses_the_start(String text, String into, String why)
      throws IOException {
    String rules = text("law/publication.yml");
    assertThat(rules).contains(text);

    assertThatThrownBy(
            () ->
                PublicationLaw.of(
                    rules.replaceFirst(Pattern.quote(text), into), text("law/bases.yml")))
        .hasMessageContaining(why == null ? "" : why);
  }

  @Test
  void a_rule_may_change_from_a_day_on_and_is_then_still_read_as_it_was() throws IOException {
    String rules =
        text("law/publication.yml")
            .replaceFirst(
                "from: \"2017-04-29\"", "from: \"2017-04-29\"\n    until: \"2027-01-01\"");
    String again =
        rules
            .substring(rules.indexOf("  - id: licence-off-list"), rules.indexOf("  # High-value"))
            .replace("severity: warning", "severity: blocking")
            .replaceFirst("from: \"2017-04-29\"\\s+until: \"2027-01-01\"", "from: \"2027-01-01\"");
    PublicationLaw law = PublicationLaw.of(rules + "\n" + again, text("law/bases.yml"));

    assertThat(law.rule("licence-off-list", LocalDate.of(2026, 12, 31)).orElseThrow().severity())
        .isEqualTo(LawFinding.Severity.WARNING);
    assertThat(law.rule("licence-off-list", LocalDate.of(2027, 1, 1)).orElseThrow().severity())
        .isEqualTo(LawFinding.Severity.BLOCKING);
  }

  private static String text(String file) throws IOException {
    return new ClassPathResource(file).getContentAsString(StandardCharsets.UTF_8);
  }
}
