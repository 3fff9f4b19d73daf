package org.octroi.agreement;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The law that a request is answered under: data, read from {@code agreement/legal-bases.yaml}.
 *
 * @param id its name in the table
 * @param appliesTo the classifications that it is for
 * @param article where it stands
 * @param term how long the holder has
 * @param redress where to turn after a refusal
 */
record LegalBasis(
    String id, Set<Classification> appliesTo, String article, Period term, Bilingual redress) {

  private static final String RESOURCE = "/agreement/legal-bases.yaml";
  private static final List<LegalBasis> ALL = read();

  /** The basis of a request for data so classified: the strictest of them decides. */
  static LegalBasis forData(Collection<Classification> classifications) {
    Classification strictest =
        classifications.stream().max(Classification::compareTo).orElse(Classification.PUBLIC);
    return ALL.stream()
        .filter(basis -> basis.appliesTo().contains(strictest))
        .findFirst()
        .orElseThrow();
  }

  /** The basis of this name. */
  static LegalBasis named(String id) {
    return ALL.stream().filter(basis -> basis.id().equals(id)).findFirst().orElseThrow();
  }

  /**
   * The moment by which an answer is due, exclusive: the day of the submission does not count, and
   * a term that would end on a Saturday or Sunday ends with the next Monday (Reg. 1182/71 art. 3).
   * Public holidays are not looked at, so an answer may be shown as due a working day too early,
   * never too late.
   */
  Instant due(Instant submitted, ZoneId zone) {
    LocalDate last = submitted.atZone(zone).toLocalDate().plus(term);
    while (last.getDayOfWeek() == DayOfWeek.SATURDAY || last.getDayOfWeek() == DayOfWeek.SUNDAY) {
      last = last.plusDays(1);
    }
    return last.plusDays(1).atStartOfDay(zone).toInstant();
  }

  private static List<LegalBasis> read() {
    try (InputStream file =
        Objects.requireNonNull(LegalBasis.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      List<Map<String, Object>> entries =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
      return entries.stream().map(LegalBasis::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The legal bases " + RESOURCE + " can't be read", e);
    }
  }

  private static LegalBasis of(Map<String, Object> entry) {
    Map<?, ?> redress = (Map<?, ?>) Objects.requireNonNull(entry.get("redress"));
    Set<Classification> appliesTo =
        ((List<?>) Objects.requireNonNull(entry.get("appliesTo")))
            .stream()
                .map(word -> Classification.of(String.valueOf(word)))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Classification.class)));
    return new LegalBasis(
        text(entry, "id"),
        appliesTo,
        text(entry, "article"),
        Period.parse(text(entry, "term")),
        new Bilingual(text(redress, "fr"), text(redress, "en")));
  }

  private static String text(Map<?, ?> entry, String member) {
    return String.valueOf(Objects.requireNonNull(entry.get(member), member));
  }
}
