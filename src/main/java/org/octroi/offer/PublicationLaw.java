package org.octroi.offer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.DatasetDraft;
import org.octroi.offer.LawFinding.Severity;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Slug;
import org.springframework.core.io.ClassPathResource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The law as the files in {@code law/} have it, read once and checked whole: a fact, a value or a
 * word in it that nobody knows is a mistake that would leave something unsaid, so it refuses the
 * start. Immutable.
 */
final class PublicationLaw {

  /** What a rule may be about: the members of an offer, by their names in the API. */
  private static final Set<String> MEMBERS =
      Set.of(
          "licence",
          "eligibility",
          "fee",
          "datasets",
          "validity",
          "exclusive",
          "reuserKinds",
          "basis",
          "purposes");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private final String version;
  private final boolean reviewed;
  private final List<LawRule> rules;
  private final Map<String, LegalBasis> bases;

  private PublicationLaw(
      String version, boolean reviewed, List<LawRule> rules, Map<String, LegalBasis> bases) {
    this.version = version;
    this.reviewed = reviewed;
    this.rules = List.copyOf(rules);
    this.bases = bases;
  }

  /** The files as they stand. */
  private record RulesFile(String version, boolean reviewed, List<WrittenRule> rules) {}

  private record WrittenRule(
      String id,
      String article,
      String from,
      @Nullable String until,
      Severity severity,
      String looksAt,
      @Nullable Boolean raised,
      Map<String, Object> when,
      Bilingual sentence,
      Bilingual change) {}

  private record BasesFile(String version, boolean reviewed, List<LegalBasis> bases) {}

  /** The law that comes with Octroi. */
  static PublicationLaw ofOctroi() {
    return of(text("law/publication.yml"), text("law/bases.yml"));
  }

  /**
   * The law of these texts.
   *
   * @throws IllegalStateException when something in them is not known, or said twice
   */
  static PublicationLaw of(String rules, String bases) {
    RulesFile ruled = read(rules, RulesFile.class);
    BasesFile based = read(bases, BasesFile.class);
    Map<String, LegalBasis> byId = new LinkedHashMap<>();
    for (LegalBasis basis : based.bases) {
      if (byId.put(basis.id(), basis) != null) {
        throw new IllegalStateException("The legal basis " + basis.id() + " is there twice");
      }
      if (!DatasetDraft.FLAGS.containsAll(basis.flags())) {
        throw new IllegalStateException(
            "The legal basis " + basis.id() + " names a flag that no dataset can have");
      }
    }
    List<LawRule> read = new ArrayList<>();
    for (WrittenRule written : ruled.rules) {
      LawRule rule = rule(written);
      for (LawRule other : read) {
        if (other.id().equals(rule.id()) && overlap(other, rule)) {
          throw new IllegalStateException("The rule " + rule.id() + " is there twice at one time");
        }
      }
      read.add(rule);
    }
    return new PublicationLaw(ruled.version, ruled.reviewed && based.reviewed, read, byId);
  }

  private static LawRule rule(WrittenRule written) {
    if (!MEMBERS.contains(written.looksAt)) {
      throw new IllegalStateException(
          "The rule " + written.id + " looks at " + written.looksAt + ", which no offer has");
    }
    Map<Fact, Set<String>> when = new EnumMap<>(Fact.class);
    written.when.forEach(
        (word, values) -> when.put(fact(written, word), values(written, word, values)));
    return new LawRule(
        written.id,
        written.article,
        LocalDate.parse(written.from),
        Optional.ofNullable(written.until).map(LocalDate::parse),
        written.severity,
        written.looksAt,
        Boolean.TRUE.equals(written.raised),
        when,
        written.sentence,
        written.change);
  }

  private static Fact fact(WrittenRule rule, String word) {
    return Arrays.stream(Fact.values())
        .filter(fact -> fact.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The rule "
                        + rule.id
                        + " asks for "
                        + word
                        + ", which is no fact of an offer"));
  }

  private static Set<String> values(WrittenRule rule, String word, Object values) {
    Set<String> read = new LinkedHashSet<>();
    (values instanceof List<?> several ? several : List.of(values))
        .forEach(value -> read.add(String.valueOf(value)));
    if (read.isEmpty() || !fact(rule, word).possible().containsAll(read)) {
      throw new IllegalStateException(
          "The rule "
              + rule.id
              + " has "
              + word
              + " be one of "
              + read
              + ", and it can only be "
              + fact(rule, word).possible());
    }
    return read;
  }

  private static boolean overlap(LawRule one, LawRule other) {
    return one.until().map(other.from()::isBefore).orElse(true)
        && other.until().map(one.from()::isBefore).orElse(true);
  }

  private static <T> T read(String yaml, Class<T> kind) {
    return JSON.convertValue(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml), kind);
  }

  private static String text(String file) {
    try (InputStream bytes = new ClassPathResource(file).getInputStream()) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + file + " can't be read", e);
    }
  }

  /**
   * All that it has against an offer on a day.
   *
   * @param licenceOnList whether the offer's licence is on the French list
   */
  List<LawFinding> findings(OfferCase offer, boolean licenceOnList, LocalDate day) {
    List<LawFinding> found = new ArrayList<>();
    for (LawRule rule : rules) {
      List<Slug> against =
          rule.raised() || !rule.holdsOn(day) ? List.of() : against(rule, offer, licenceOnList);
      if (!against.isEmpty()) {
        found.add(found(rule, rule.isAboutDatasets() ? against : List.of()));
      }
    }
    return found;
  }

  /** Whether a rule that is raised by what happens is for such an offer. */
  boolean raises(String rule, OfferCase offer, boolean licenceOnList, LocalDate day) {
    return rule(rule, day)
        .filter(found -> found.raised() && !against(found, offer, licenceOnList).isEmpty())
        .isPresent();
  }

  LawFinding found(LawRule rule, List<Slug> datasets) {
    return rule.found(datasets, version, reviewed);
  }

  private List<Slug> against(LawRule rule, OfferCase offer, boolean licenceOnList) {
    Optional<LegalBasis> basis =
        offer.stated().basis().flatMap(id -> Optional.ofNullable(bases.get(id)));
    return offer.datasets().stream()
        .filter(
            dataset -> rule.speaksAgainst(new Fact.Question(offer, dataset, licenceOnList, basis)))
        .map(OfferCase.Covered::slug)
        .toList();
  }

  /** Every rule, of every time. */
  List<LawRule> rules() {
    return rules;
  }

  /** The rule of this id as it was on a day. */
  Optional<LawRule> rule(String id, LocalDate day) {
    return rules.stream().filter(r -> r.id().equals(id) && r.holdsOn(day)).findFirst();
  }

  /** The legal bases, by id. */
  Map<String, LegalBasis> bases() {
    return bases;
  }
}
