package org.octroi.licence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.octroi.licence.LicenceAnswer.Cited;
import org.octroi.licence.LicenceAnswer.Condition;
import org.octroi.vocabulary.Bilingual;

/**
 * Under which licence a database may go out that data under several licences went into. What the
 * built-in licences say stands in {@code licence/compatibility.yml} in the words of their texts; of
 * others their terms tell. Immutable and safe for use by many threads.
 */
final class Compatibility {

  /** What a licence must grant to be one under which anything open may go out. */
  private static final Set<String> OPEN =
      Set.of("use", "reproduce", "distribute", "derive", "commercialize");

  private static final String ATTRIBUTE = "attribute";

  private final Map<String, Row> rows;

  /** All built-in licences: the result might be under any of them. */
  private final List<Part> open;

  private Compatibility(Map<String, Row> rows, List<Part> open) {
    this.rows = rows;
    this.open = open;
  }

  /** Which licences of a territory's own the result may be under. */
  enum Own {
    ANY,
    ATTRIBUTING,
    NONE
  }

  /**
   * What the text of a built-in licence says of it.
   *
   * @param results the built-in licences that the result may be under
   * @param own the territories' own that it may be under
   * @param quotes the words that say so, in the text that binds
   * @param section where they stand
   */
  record Row(String licence, List<String> results, Own own, String quotes, Bilingual section) {}

  /**
   * A licence that data came under.
   *
   * @param builtIn whether it comes with Octroi
   */
  record Part(String licence, boolean builtIn, Terms terms) {}

  /**
   * Whether they may be combined.
   *
   * @param results the licences that the result may be under, the first those asked about
   * @param because what each licence says
   */
  record Combination(boolean allowed, List<String> results, Bilingual says, List<Reason> because) {}

  /**
   * What one of the licences says.
   *
   * @param results those that it lets the result be under, of all that come into question
   * @param quotes its own words, where its text was read
   * @param terms the terms that tell, where only those were
   * @param conditions the circumstances under which alone some of its terms hold, which the result
   *     of another licence would not keep
   */
  record Reason(
      String licence,
      List<String> results,
      @Nullable String quotes,
      @Nullable Bilingual section,
      List<Cited> terms,
      List<Condition> conditions) {}

  /** What is known of the licences that come with Octroi. */
  static Compatibility builtIn() {
    return new Compatibility(
        LicenceFiles.entries("compatibility.yml", Row.class, Row::licence),
        BuiltInLicences.all().entrySet().stream()
            .map(one -> new Part(one.getKey(), true, one.getValue()))
            .toList());
  }

  /** Every row of the table. */
  Iterable<Row> rows() {
    return rows.values();
  }

  /** Whether data under these licences may go into one database. */
  Combination combine(List<Part> parts) {
    Map<String, Part> candidates = new LinkedHashMap<>();
    parts.forEach(part -> candidates.put(part.licence(), part));
    open.forEach(part -> candidates.putIfAbsent(part.licence(), part));
    List<Reason> because = new ArrayList<>();
    List<String> results = new ArrayList<>(candidates.keySet());
    for (Part part : new LinkedHashSet<>(parts)) {
      Reason reason = reason(part, candidates.values());
      because.add(reason);
      results.retainAll(reason.results());
    }
    return new Combination(
        !results.isEmpty(), List.copyOf(results), says(results), List.copyOf(because));
  }

  private Reason reason(Part part, Iterable<Part> candidates) {
    @Nullable Row row = rows.get(part.licence());
    List<String> results = new ArrayList<>();
    for (Part candidate : candidates) {
      if (row == null ? lets(part, candidate) : lets(row, candidate)) {
        results.add(candidate.licence());
      }
    }
    return new Reason(
        part.licence(),
        List.copyOf(results),
        row == null ? null : row.quotes(),
        row == null ? null : row.section(),
        row == null ? telling(part.terms()) : List.of(),
        row == null ? conditions(part.terms()) : List.of());
  }

  private static boolean lets(Row row, Part result) {
    if (result.builtIn()) {
      return row.results().contains(result.licence());
    }
    return switch (row.own()) {
      case ANY -> true;
      case ATTRIBUTING -> result.terms().demandsAttribution();
      case NONE -> false;
    };
  }

  /** Where no text was read only what is plain counts: itself, or no condition that others lack. */
  private static boolean lets(Part part, Part result) {
    Terms terms = part.terms();
    if (LicenceAnswer.decides(terms, List.of("derive")).kind() != LicenceAnswer.Kind.PERMISSION) {
      return false;
    }
    if (part.licence().equals(result.licence())) {
      return true;
    }
    boolean open =
        terms.permissions().containsAll(OPEN)
            && terms.prohibitions().isEmpty()
            && terms.constraints().isEmpty();
    SortedSet<String> duties = terms.duties();
    return open
        && (duties.isEmpty()
            || (duties.equals(Set.of(ATTRIBUTE)) && result.terms().demandsAttribution()));
  }

  private static List<Cited> telling(Terms terms) {
    List<Cited> telling = new ArrayList<>();
    if (!terms.permissions().contains("derive")) {
      telling.add(Cited.of(LicenceAnswer.Kind.SILENCE, "derive"));
    }
    terms.prohibitions().forEach(one -> telling.add(Cited.of(LicenceAnswer.Kind.PROHIBITION, one)));
    terms.duties().forEach(one -> telling.add(Cited.of(LicenceAnswer.Kind.DUTY, one)));
    return telling;
  }

  private static List<Condition> conditions(Terms terms) {
    return terms.constraints().stream().map(one -> Condition.of(terms, one)).toList();
  }

  private static Bilingual says(List<String> results) {
    if (results.isEmpty()) {
      return new Bilingual(
          "Non, pas en une seule base de données : aucune licence ne satisfait à toutes les"
              + " conditions. Côte à côte, chaque base garde la sienne.",
          "No, not into one database: no licence meets all their conditions. Side by side, each"
              + " database keeps its own.");
    }
    String some = String.join(", ", results);
    return new Bilingual(
        "Oui, en une base de données qui peut être diffusée sous : " + some + ".",
        "Yes, into one database, which may go out under: " + some + ".");
  }
}
