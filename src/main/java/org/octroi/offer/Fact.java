package org.octroi.offer;

import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.octroi.licence.Terms;
import org.octroi.offer.OfferCase.Covered;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.Level;

/**
 * What the rules of {@code law/publication.yml} may ask of an offer and of one of its datasets: the
 * whole closed list. Which of them speak against an offer is for the rules to say.
 */
enum Fact {
  HOLDER_KIND(false, words(HolderKind.values(), HolderKind::word), q -> q.offer.holder().word()),
  LEVEL(
      false,
      words(Level.values(), Level::word),
      q -> q.offer.eligibility().level(q.offer.fee().isPresent()).word()),
  LICENCE_ON_LIST(false, q -> q.licenceOnList),
  LICENCE_AS_FREE_AS_CC_BY(false, q -> asFreeAsCcBy(q.offer.terms())),
  HOMOLOGATION(false, q -> q.offer.stated().homologation().isPresent()),
  FEE(
      false,
      Stream.concat(Stream.of("free"), Arrays.stream(Fee.Kind.values()).map(Fee.Kind::word))
          .toList(),
      q -> q.offer.fee().map(fee -> fee.kind().word()).orElse("free")),
  PUBLISHED_CALCULATION(false, q -> q.offer.fee().flatMap(Fee::calculation).isPresent()),
  REDUCED_CATEGORIES(false, q -> q.offer.fee().filter(f -> !f.reduced().isEmpty()).isPresent()),
  EXCLUSIVE(false, q -> q.offer.stated().exclusive()),
  SOLE_REUSER_KIND(false, q -> q.offer.reuserKinds().size() == 1),
  LONGER_THAN_TWELVE_MONTHS(
      false,
      q ->
          q.offer.eligibility() == Eligibility.IDENTIFIED
              && isLongerThanTwelveMonths(q.offer.validity())),
  PURPOSES_LIMITED(false, q -> !q.offer.purposes().isEmpty()),
  BASIS_STATED(false, q -> q.offer.stated().basis().isPresent()),

  CLASSIFICATION(
      true,
      words(Classification.values(), Classification::word),
      q -> q.dataset.classification().word()),
  HIGH_VALUE(true, q -> q.dataset.flags().contains("high-value")),
  PERSONAL_DATA(true, q -> q.dataset.flags().contains("personal-data")),
  PERSONAL_COLUMNS_SHOWN(true, q -> q.dataset.showsPersonalColumns()),
  BULK(true, q -> q.dataset.bulk()),
  ALSO_OPEN(true, q -> q.dataset.alsoOpen()),
  RESTRICTED(true, q -> !q.offer.restrictions(q.dataset).isEmpty()),
  BASIS_COVERS(true, q -> q.basis.filter(basis -> basis.covers(q.offer, q.dataset)).isPresent());

  private final boolean ofDataset;
  private final List<String> possible;
  private final Function<Question, String> answer;

  Fact(boolean ofDataset, List<String> possible, Function<Question, String> answer) {
    this.ofDataset = ofDataset;
    this.possible = possible;
    this.answer = answer;
  }

  Fact(boolean ofDataset, Function<Question, Boolean> holds) {
    this(ofDataset, List.of("true", "false"), holds.andThen(String::valueOf));
  }

  /**
   * Whom a fact is asked of.
   *
   * @param offer the offer
   * @param dataset one of its datasets
   * @param licenceOnList whether its licence is on the French list
   * @param basis what its holder restricts it on
   */
  record Question(
      OfferCase offer, Covered dataset, boolean licenceOnList, Optional<LegalBasis> basis) {}

  /** Whether it can differ from one dataset of an offer to the next. */
  boolean ofDataset() {
    return ofDataset;
  }

  /** All that it can be. */
  List<String> possible() {
    return possible;
  }

  String answer(Question question) {
    return answer.apply(question);
  }

  /** The word as it stands in the file of the rules, such as {@code licenceOnList}. */
  String word() {
    StringBuilder word = new StringBuilder();
    for (String part : name().toLowerCase(Locale.ROOT).split("_")) {
      word.append(
          word.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return word.toString();
  }

  private static <T> List<String> words(T[] values, Function<T, String> word) {
    return Arrays.stream(values).map(word).toList();
  }

  /** CC BY 4.0 permits all of these and demands the source's name only. */
  private static boolean asFreeAsCcBy(Terms terms) {
    return terms.prohibitions().isEmpty()
        && terms
            .permissions()
            .containsAll(List.of("use", "reproduce", "distribute", "derive", "commercialize"))
        && new TreeSet<>(List.of("attribute")).containsAll(terms.duties());
  }

  private static boolean isLongerThanTwelveMonths(Optional<Period> validity) {
    return validity
        .map(
            period ->
                period.toTotalMonths() > 12
                    || (period.toTotalMonths() == 12 && period.getDays() > 0)
                    || period.toTotalMonths() * 28 + period.getDays() > 366)
        .orElse(true);
  }
}
