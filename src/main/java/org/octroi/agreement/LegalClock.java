package org.octroi.agreement;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.HolderKind;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * By when a holder must answer, and what a reuser can do about a refusal: data with its articles,
 * in {@code agreement/legal-bases.json}, the first that fits.
 *
 * <p>A term in months ends with the end of the day of the same number (Reg. 1182/71 art. 3(1) and
 * (2)(c)) in the territory's time zone; when that is a Saturday or Sunday, with the end of the next
 * working day (art. 3(4)). Public holidays are not known here yet: a deadline on one is shown a day
 * early, never late.
 */
@Component
class LegalClock {

  private static final String RESOURCE = "/agreement/legal-bases.json";

  private final List<Basis> bases = read();

  /**
   * A legal basis.
   *
   * @param id its name here
   * @param holders the kinds of holders that it binds, as words
   * @param classifications the datasets that it is for, as words
   * @param from its first day
   * @param term how long the holder has
   * @param extension for how much longer it may take, once, on a ground; absent where it may not
   * @param silence what it means when the term is over without an answer
   * @param article where it stands
   * @param redress what can be done about a refusal
   */
  record Basis(
      String id,
      Set<String> holders,
      Set<String> classifications,
      LocalDate from,
      String term,
      @Nullable String extension,
      Bilingual silence,
      Bilingual article,
      Bilingual redress) {}

  /** The basis for a request to this kind of holder for data so classified. */
  Basis basis(HolderKind holder, Classification classification, LocalDate day) {
    return bases.stream()
        .filter(basis -> basis.holders().contains(holder.word()))
        .filter(basis -> basis.classifications().contains(classification.word()))
        .filter(basis -> !day.isBefore(basis.from()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    RESOURCE + " has no basis for " + holder + " and " + classification));
  }

  /** The basis of this name. */
  Basis basis(String id) {
    return bases.stream().filter(basis -> basis.id().equals(id)).findFirst().orElseThrow();
  }

  /**
   * The first moment that is too late.
   *
   * @param extension for how much longer than the basis says
   * @param pausedDays how many days information was awaited from the applicant
   */
  static Instant dueAt(
      Basis basis, Instant submitted, ZoneId zone, Optional<Period> extension, int pausedDays) {
    LocalDate last =
        LocalDate.ofInstant(submitted, zone)
            .plus(Period.parse(basis.term()))
            .plus(extension.orElse(Period.ZERO))
            .plusDays(pausedDays);
    while (last.getDayOfWeek() == DayOfWeek.SATURDAY || last.getDayOfWeek() == DayOfWeek.SUNDAY) {
      last = last.plusDays(1);
    }
    return last.plusDays(1).atStartOfDay(zone).toInstant();
  }

  private static List<Basis> read() {
    try (InputStream file =
        Objects.requireNonNull(LegalClock.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return JsonMapper.shared().readValue(file, new TypeReference<List<Basis>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException("The legal bases in " + RESOURCE + " can't be read", e);
    }
  }
}
