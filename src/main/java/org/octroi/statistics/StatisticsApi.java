package org.octroi.statistics;

import java.security.Principal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Slug;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.CacheControl;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Usage of one territory, as JSON, or as CSV where {@code Accept} or {@code format=csv} asks for
 * it. Days are those of the territory; without {@code from} and {@code to} the last 30 of them.
 *
 * @refuses authentication-required when nobody is signed in
 * @refuses invalid-field when a parameter is missing or wrong
 * @refuses not-acceptable when neither JSON nor CSV will do
 */
@RestController
@RequestMapping("/api/v1/statistics")
final class StatisticsApi {

  private static final MediaType CSV = MediaType.parseMediaType("text/csv;charset=UTF-8");

  /** Bounds that databases and calendars can reckon from, whatever the zone. */
  private static final LocalDate FIRST = LocalDate.of(2000, 1, 1);

  private static final LocalDate LAST = LocalDate.of(2999, 12, 31);
  private static final int DAYS = 30;
  private static final int MOST_DAYS = 400;
  private static final int MOST_DAYS_BY_HOUR = 62;

  private final Statistics statistics;
  private final ReadersReach readers;
  private final Clock clock;

  StatisticsApi(Statistics statistics, ReadersReach readers, ObjectProvider<Clock> clock) {
    this.statistics = statistics;
    this.readers = readers;
    this.clock = clock.getIfAvailable(Clock::systemUTC);
  }

  /**
   * The query parameters, as they came.
   *
   * @param territory the territory's name; needed
   * @param by for a series: {@code day} or {@code hour}
   * @param group for a series: the dimension that tells its lines apart
   * @param dimension for a breakdown: the dimension; needed there
   * @param from the first local day
   * @param to the last local day
   * @param dataset only this dataset's, by id
   * @param application only this application's, by id
   * @param limit the most items
   * @param format {@code json} or {@code csv}
   */
  record Asked(
      @Nullable String territory,
      @Nullable String by,
      @Nullable String group,
      @Nullable String dimension,
      @Nullable String from,
      @Nullable String to,
      @Nullable String dataset,
      @Nullable String application,
      @Nullable String limit,
      @Nullable String format) {}

  /** Usage over time, by day or by hour, told apart by {@code group} where given. */
  @GetMapping("/series")
  ResponseEntity<Object> readUsageSeries(
      @Nullable Principal caller,
      Locale locale,
      @RequestHeader(name = "Accept", required = false) @Nullable String accept,
      @ParameterObject Asked asked) {
    Principal reader = signedIn(caller);
    Parameters parameters = new Parameters();
    Statistics.Step step =
        parameters
            .read("by", asked.by(), "must be day or hour", StatisticsApi::step)
            .orElse(Statistics.Step.DAY);
    Optional<Dimension> dimension = parameters.dimension("group", asked.group());
    boolean csv = parameters.wantsCsv(asked.format(), accept);
    StatisticsReach reach = readers.of(reader, parameters.territory(asked.territory()));
    int most = step == Statistics.Step.HOUR ? MOST_DAYS_BY_HOUR : MOST_DAYS;
    UsageQuestion question = parameters.question(reach, asked, 1000, most);
    return answer(statistics.series(reach, question, step, dimension, locale), csv);
  }

  /** Usage told apart by a dimension, most requests first. */
  @GetMapping("/breakdown")
  ResponseEntity<Object> readUsageBreakdown(
      @Nullable Principal caller,
      Locale locale,
      @RequestHeader(name = "Accept", required = false) @Nullable String accept,
      @ParameterObject Asked asked) {
    return apart(signedIn(caller), locale, accept, asked, 1000);
  }

  /** The first few of a breakdown: ten where {@code limit} says nothing. */
  @GetMapping("/top")
  ResponseEntity<Object> readTopUsage(
      @Nullable Principal caller,
      Locale locale,
      @RequestHeader(name = "Accept", required = false) @Nullable String accept,
      @ParameterObject Asked asked) {
    return apart(signedIn(caller), locale, accept, asked, 10);
  }

  private ResponseEntity<Object> apart(
      Principal reader, Locale locale, @Nullable String accept, Asked asked, int usualLimit) {
    Parameters parameters = new Parameters();
    Optional<Dimension> by = parameters.dimension("dimension", asked.dimension());
    if (asked.dimension() == null) {
      parameters.wrong("dimension", "must be one of " + Dimension.words());
    }
    boolean csv = parameters.wantsCsv(asked.format(), accept);
    StatisticsReach reach = readers.of(reader, parameters.territory(asked.territory()));
    UsageQuestion question = parameters.question(reach, asked, usualLimit, MOST_DAYS);
    return answer(statistics.breakdown(reach, question, by.orElseThrow(), locale), csv);
  }

  private static Principal signedIn(@Nullable Principal caller) {
    if (caller == null) {
      throw RefusedException.of(ProblemType.AUTHENTICATION_REQUIRED);
    }
    return caller;
  }

  private static ResponseEntity<Object> answer(UsageAnswer answer, boolean csv) {
    ResponseEntity.BodyBuilder ok =
        ResponseEntity.ok().cacheControl(CacheControl.noStore().cachePrivate());
    return csv
        ? ok.contentType(CSV).body(UsageCsv.of(answer))
        : ok.contentType(MediaType.APPLICATION_JSON).body(answer);
  }

  private static Statistics.Step step(String word) {
    return switch (word) {
      case "day" -> Statistics.Step.DAY;
      case "hour" -> Statistics.Step.HOUR;
      default -> throw new IllegalArgumentException(word);
    };
  }

  /** Reads parameters, and remembers all that is wrong, so that it is said at once. */
  private final class Parameters {

    private final List<Refusal.FieldError> errors = new ArrayList<>();

    void wrong(String name, String expected) {
      errors.add(new Refusal.FieldError(name, expected));
    }

    <T> Optional<T> read(
        String name, @Nullable String text, String expected, Function<String, T> parse) {
      if (text == null) {
        return Optional.empty();
      }
      try {
        return Optional.of(parse.apply(text));
      } catch (IllegalArgumentException | DateTimeParseException e) {
        wrong(name, expected);
        return Optional.empty();
      }
    }

    Optional<Dimension> dimension(String name, @Nullable String text) {
      return read(
          name,
          text,
          "must be one of " + Dimension.words(),
          word -> Dimension.of(word).orElseThrow(IllegalArgumentException::new));
    }

    /** The territory; everything read so far must have been right. */
    Slug territory(@Nullable String text) {
      Optional<Slug> territory =
          read("territory", text, "must be a territory's name, such as rennes", Slug::new);
      if (text == null) {
        wrong("territory", "must be given: a territory's name, such as rennes");
      }
      refuseWrong();
      return territory.orElseThrow();
    }

    UsageQuestion question(StatisticsReach reach, Asked asked, int usualLimit, int mostDays) {
      String date = "must be a date from " + FIRST + " to " + LAST + ", such as 2026-11-24";
      LocalDate last =
          read("to", asked.to(), date, StatisticsApi::date)
              .orElseGet(() -> LocalDate.ofInstant(clock.instant(), reach.zone()));
      LocalDate first =
          read("from", asked.from(), date, StatisticsApi::date)
              .orElseGet(() -> last.minusDays(DAYS - 1));
      if (last.isBefore(first)) {
        wrong("to", "must not be before from");
      } else if (ChronoUnit.DAYS.between(first, last) >= mostDays) {
        wrong("from", "must be at most " + mostDays + " days before to");
      }
      Optional<DatasetId> ofDataset =
          read("dataset", asked.dataset(), "must be a dataset's id", DatasetId::of);
      Optional<ApplicationId> ofApplication =
          read(
              "application", asked.application(), "must be an application's id", ApplicationId::of);
      int most =
          read(
                  "limit",
                  asked.limit(),
                  "must be 1 to " + UsageQuestion.MOST_ITEMS,
                  StatisticsApi::limit)
              .orElse(usualLimit);
      refuseWrong();
      return new UsageQuestion(first, last, ofDataset, ofApplication, most);
    }

    boolean wantsCsv(@Nullable String format, @Nullable String accept) {
      if (format != null) {
        return read("format", format, "must be json or csv", StatisticsApi::csv).orElse(false);
      }
      if (accept == null || accept.isBlank()) {
        return false;
      }
      try {
        List<MediaType> wanted = MediaType.parseMediaTypes(accept);
        MimeTypeUtils.sortBySpecificity(wanted);
        for (MediaType type : wanted) {
          if (type.includes(MediaType.APPLICATION_JSON)) {
            return false;
          }
          if (type.includes(MediaType.parseMediaType("text/csv"))) {
            return true;
          }
        }
      } catch (InvalidMediaTypeException e) {
        throw RefusedException.of(ProblemType.NOT_ACCEPTABLE);
      }
      throw RefusedException.of(ProblemType.NOT_ACCEPTABLE);
    }

    private void refuseWrong() {
      if (!errors.isEmpty()) {
        throw new RefusedException(Refusal.fields(errors));
      }
    }
  }

  private static LocalDate date(String text) {
    LocalDate date = LocalDate.parse(text);
    if (date.isBefore(FIRST) || date.isAfter(LAST)) {
      throw new IllegalArgumentException(text);
    }
    return date;
  }

  private static boolean csv(String word) {
    return switch (word) {
      case "csv" -> true;
      case "json" -> false;
      default -> throw new IllegalArgumentException(word);
    };
  }

  private static int limit(String text) {
    int limit = Integer.parseInt(text);
    if (limit < 1 || limit > UsageQuestion.MOST_ITEMS) {
      throw new IllegalArgumentException(text);
    }
    return limit;
  }
}
