package org.octroi.offer;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.offer.LawFinding.Severity;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Slug;

/**
 * A rule of {@code law/publication.yml}, for as long as its text is in force.
 *
 * @param id its name
 * @param article where the law says so
 * @param from the first day on which it holds
 * @param until the first day on which it no longer holds
 * @param severity how much a finding weighs
 * @param looksAt the member of an offer that it is about
 * @param raised whether it is found only when something happens to an offer that is published
 * @param when the values of each fact that it speaks against
 * @param sentence what is found
 * @param change what to change
 */
record LawRule(
    String id,
    String article,
    LocalDate from,
    Optional<LocalDate> until,
    Severity severity,
    String looksAt,
    boolean raised,
    Map<Fact, Set<String>> when,
    Bilingual sentence,
    Bilingual change) {

  boolean holdsOn(LocalDate day) {
    return !day.isBefore(from) && until.map(day::isBefore).orElse(true);
  }

  boolean isAboutDatasets() {
    return when.keySet().stream().anyMatch(Fact::ofDataset);
  }

  boolean speaksAgainst(Fact.Question question) {
    return when.entrySet().stream()
        .allMatch(fact -> fact.getValue().contains(fact.getKey().answer(question)));
  }

  LawFinding found(List<Slug> datasets, String lawVersion, boolean reviewed) {
    return new LawFinding(
        id, severity, article, looksAt, sentence, change, datasets, lawVersion, reviewed);
  }
}
