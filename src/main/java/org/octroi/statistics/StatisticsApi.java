package org.octroi.statistics;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Slug;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
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
@Tag(name = "Statistics", description = "What became of the data")
final class StatisticsApi {

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9:._-]{1,80}");
  private static final String STATUS_EXPECTED = "must be a status such as 200 or 4xx";
  private static final int DAYS = 30;
  private static final int MOST_DAYS = 400;
  private static final int MOST_DAYS_BY_HOUR = 62;
  private static final int MOST_DAYS_BY_MONTH = 3660;
  private static final int USUAL_ITEMS = 1000;
  private static final int TOP_ITEMS = 10;

  private final Statistics statistics;
  private final UnmetDemands unmet;
  private final ReadersReach readers;
  private final Clock clock;

  StatisticsApi(
      Statistics statistics,
      UnmetDemands unmet,
      ReadersReach readers,
      ObjectProvider<Clock> clock) {
    this.statistics = statistics;
    this.unmet = unmet;
    this.readers = readers;
    this.clock = clock.getIfAvailable(Clock::systemUTC);
  }

  /**
   * The query parameters, as they came. Those from {@code holder} to {@code dataFormat} keep only
   * what is about that one.
   *
   * @param territory the territory's name; needed
   * @param by for a series: {@code month}, {@code day} or {@code hour}
   * @param group for a series: the dimension that tells its lines apart
   * @param dimension for a breakdown: the dimension; needed there
   * @param from the first local day
   * @param to the last local day
   * @param compare {@code previous}: beside the days before, as many or as many whole months
   * @param compareFrom beside the days from this one on
   * @param compareTo up to this one; as many days where it is not given
   * @param status a status such as 200, or a class of them such as 4xx
   * @param limit the most items
   * @param dataFormat a format that the data went out in, such as {@code geojson}
   * @param format {@code json} or {@code csv}: how the answer is written
   */
  record Asked(
      @Nullable String territory,
      @Nullable String by,
      @Nullable String group,
      @Nullable String dimension,
      @Nullable String from,
      @Nullable String to,
      @Nullable String compare,
      @Nullable String compareFrom,
      @Nullable String compareTo,
      @Nullable String holder,
      @Nullable String dataset,
      @Nullable String distribution,
      @Nullable String offer,
      @Nullable String agreement,
      @Nullable String application,
      @Nullable String reuser,
      @Nullable String licence,
      @Nullable String tier,
      @Nullable String purpose,
      @Nullable String action,
      @Nullable String channel,
      @Nullable String status,
      @Nullable String reason,
      @Nullable String outcome,
      @Nullable String dataFormat,
      @Nullable String limit,
      @Nullable String format) {

    /** What is asked for only one of. */
    Map<Dimension, @Nullable String> only() {
      Map<Dimension, @Nullable String> only = new EnumMap<>(Dimension.class);
      only.put(Dimension.HOLDER, holder);
      only.put(Dimension.DATASET, dataset);
      only.put(Dimension.DISTRIBUTION, distribution);
      only.put(Dimension.OFFER, offer);
      only.put(Dimension.AGREEMENT, agreement);
      only.put(Dimension.APPLICATION, application);
      only.put(Dimension.REUSER, reuser);
      only.put(Dimension.LICENCE, licence);
      only.put(Dimension.TIER, tier);
      only.put(Dimension.PURPOSE, purpose);
      only.put(Dimension.ACTION, action);
      only.put(Dimension.CHANNEL, channel);
      only.put(Dimension.REASON, reason);
      only.put(Dimension.OUTCOME, outcome);
      only.put(Dimension.FORMAT, dataFormat);
      return only;
    }
  }

  /** Usage over time, told apart by {@code group} where given. */
  @GetMapping("/series")
  @Operation(
      operationId = "readUsageSeries",
      summary = "Read usage over time",
      description =
          "By `month`, `day` (the default) or `hour`, the raw count and COUNTER's reading side by"
              + " side. Uniques and quantiles come with a series of days or months of all, or of"
              + " one holder, dataset, distribution, offer, agreement or application, without"
              + " `group`. `compare=previous`, or `compareFrom` and `compareTo`, put the line of an"
              + " earlier period beside each line.")
  ResponseEntity<Object> readUsageSeries(
      @Nullable Principal caller,
      Locale locale,
      @RequestHeader(name = "Accept", required = false) @Nullable String accept,
      @ParameterObject Asked asked) {
    Principal reader = signedIn(caller);
    Parameters parameters = new Parameters();
    Statistics.Step step =
        parameters
            .read("by", asked.by(), "must be month, day or hour", StatisticsApi::step)
            .orElse(Statistics.Step.DAY);
    Optional<Dimension> group = parameters.dimension("group", asked.group());
    boolean csv = parameters.wantsCsv(asked.format(), accept);
    StatisticsReach reach = readers.of(reader, territory(parameters, asked));
    int most =
        switch (step) {
          case MONTH -> MOST_DAYS_BY_MONTH;
          case DAY -> MOST_DAYS;
          case HOUR -> MOST_DAYS_BY_HOUR;
        };
    UsageQuestion question = question(parameters, reach, asked, USUAL_ITEMS, most);
    Optional<UsageQuestion> before = earlier(parameters, asked, question, most);
    parameters.refuseWrong();
    if (before.isEmpty()) {
      return answer(statistics.series(reach, question, step, group, locale), csv);
    }
    UsageQuestion all = question.during(question.from(), question.to());
    return answer(
        Comparison.ofSeries(
            statistics.series(reach, all, step, group, locale),
            statistics.series(reach, before.get(), step, group, locale),
            step,
            question.from(),
            before.get().from(),
            question.limit()),
        csv);
  }

  /** Usage told apart by a dimension, most requests first. */
  @GetMapping("/breakdown")
  @Operation(
      operationId = "readUsageBreakdown",
      summary = "Read usage told apart",
      description =
          "By `dimension`, most requests first. Uniques come with up to a hundred holders,"
              + " datasets, distributions, offers, agreements or applications, where nothing"
              + " narrows the question. Takes `compare` as a series does.")
  ResponseEntity<Object> readUsageBreakdown(
      @Nullable Principal caller,
      Locale locale,
      @RequestHeader(name = "Accept", required = false) @Nullable String accept,
      @ParameterObject Asked asked) {
    return apart(signedIn(caller), locale, accept, asked, USUAL_ITEMS);
  }

  /** The first few of a breakdown: ten where {@code limit} says nothing. */
  @GetMapping("/top")
  @Operation(
      operationId = "readTopUsage",
      summary = "Read what is used most",
      description = "The first ten of a breakdown by `dimension`, or as many as `limit` says.")
  ResponseEntity<Object> readTopUsage(
      @Nullable Principal caller,
      Locale locale,
      @RequestHeader(name = "Accept", required = false) @Nullable String accept,
      @ParameterObject Asked asked) {
    return apart(signedIn(caller), locale, accept, asked, TOP_ITEMS);
  }

  private ResponseEntity<Object> apart(
      Principal reader, Locale locale, @Nullable String accept, Asked asked, int usualLimit) {
    Parameters parameters = new Parameters();
    Optional<Dimension> by = parameters.dimension("dimension", asked.dimension());
    if (asked.dimension() == null) {
      parameters.wrong("dimension", "must be one of " + Dimension.words());
    }
    boolean csv = parameters.wantsCsv(asked.format(), accept);
    StatisticsReach reach = readers.of(reader, territory(parameters, asked));
    UsageQuestion question = question(parameters, reach, asked, usualLimit, MOST_DAYS_BY_MONTH);
    Optional<UsageQuestion> before = earlier(parameters, asked, question, MOST_DAYS_BY_MONTH);
    parameters.refuseWrong();
    Dimension dimension = by.orElseThrow();
    if (before.isEmpty()) {
      return answer(statistics.breakdown(reach, question, dimension, locale), csv);
    }
    UsageQuestion all = question.during(question.from(), question.to());
    return answer(
        Comparison.ofBreakdown(
            statistics.breakdown(reach, all, dimension, locale),
            statistics.breakdown(reach, before.get(), dimension, locale),
            question.limit()),
        csv);
  }

  /** What was refused, and what nobody has answered. */
  @GetMapping("/unmet")
  @Operation(
      operationId = "readUnmetDemand",
      summary = "Read what was asked for and not given",
      description =
          "Refusals by reason, dataset and the offer that would have served, most first; and the"
              + " demands for data that no holder has answered yet.")
  ResponseEntity<Object> readUnmetDemand(
      @Nullable Principal caller,
      Locale locale,
      @RequestHeader(name = "Accept", required = false) @Nullable String accept,
      @ParameterObject Asked asked) {
    Principal reader = signedIn(caller);
    Parameters parameters = new Parameters();
    boolean csv = parameters.wantsCsv(asked.format(), accept);
    StatisticsReach reach = readers.of(reader, territory(parameters, asked));
    UsageQuestion question = question(parameters, reach, asked, USUAL_ITEMS, MOST_DAYS_BY_MONTH);
    parameters.refuseWrong();
    UnmetDemand answer = unmet.read(reach, question, locale);
    return csv
        ? uncached().contentType(UsageCsv.TYPE).body(UsageCsv.of(answer))
        : uncached().contentType(MediaType.APPLICATION_JSON).body(answer);
  }

  private static Principal signedIn(@Nullable Principal caller) {
    if (caller == null) {
      throw RefusedException.of(ProblemType.AUTHENTICATION_REQUIRED);
    }
    return caller;
  }

  private static ResponseEntity<Object> answer(UsageAnswer answer, boolean csv) {
    return csv
        ? uncached().contentType(UsageCsv.TYPE).body(UsageCsv.of(answer))
        : uncached().contentType(MediaType.APPLICATION_JSON).body(answer);
  }

  private static ResponseEntity.BodyBuilder uncached() {
    return ResponseEntity.ok().cacheControl(CacheControl.noStore().cachePrivate());
  }

  /** The territory; everything read so far must have been right. */
  private static Slug territory(Parameters parameters, Asked asked) {
    Optional<Slug> territory =
        parameters.read(
            "territory",
            asked.territory(),
            "must be a territory's name, such as rennes",
            Slug::new);
    if (asked.territory() == null) {
      parameters.wrong("territory", "must be given: a territory's name, such as rennes");
    }
    parameters.refuseWrong();
    return territory.orElseThrow();
  }

  private UsageQuestion question(
      Parameters parameters, StatisticsReach reach, Asked asked, int usualLimit, int mostDays) {
    LocalDate last =
        parameters
            .date("to", asked.to())
            .orElseGet(() -> LocalDate.ofInstant(clock.instant(), reach.zone()));
    LocalDate first =
        parameters.date("from", asked.from()).orElseGet(() -> last.minusDays(DAYS - 1));
    parameters.checkDays(first, last, mostDays);
    Map<Dimension, String> only = new EnumMap<>(Dimension.class);
    asked
        .only()
        .forEach(
            (dimension, text) ->
                parameters
                    .read(
                        name(dimension),
                        text,
                        dimension.isSketched() ? "must be an id" : "must be a word",
                        one -> dimension.isSketched() ? id(one) : word(one))
                    .ifPresent(one -> only.put(dimension, one)));
    Optional<Integer> statusClass = Optional.empty();
    if (asked.status() != null && asked.status().endsWith("xx")) {
      statusClass =
          parameters.read("status", asked.status(), STATUS_EXPECTED, StatisticsApi::statusClass);
    } else {
      parameters
          .read("status", asked.status(), STATUS_EXPECTED, StatisticsApi::status)
          .ifPresent(one -> only.put(Dimension.STATUS, one));
    }
    int most =
        parameters
            .read(
                "limit",
                asked.limit(),
                "must be 1 to " + UsageQuestion.MOST_ITEMS,
                StatisticsApi::limit)
            .orElse(usualLimit);
    parameters.refuseWrong();
    return new UsageQuestion(first, last, only, statusClass, most);
  }

  /** The period to compare with, if any. */
  private static Optional<UsageQuestion> earlier(
      Parameters parameters, Asked asked, UsageQuestion question, int mostDays) {
    if (asked.compare() != null) {
      if (!asked.compare().equals("previous")) {
        parameters.wrong("compare", "must be previous");
      }
      if (asked.compareFrom() != null || asked.compareTo() != null) {
        parameters.wrong("compare", "must not be given beside compareFrom or compareTo");
      }
      return Optional.of(
          question.during(
              Comparison.previousFrom(question.from(), question.to()),
              question.from().minusDays(1)));
    }
    Optional<LocalDate> from = parameters.date("compareFrom", asked.compareFrom());
    Optional<LocalDate> to = parameters.date("compareTo", asked.compareTo());
    if (asked.compareFrom() == null && asked.compareTo() != null) {
      parameters.wrong("compareFrom", "must be given beside compareTo");
    }
    if (from.isEmpty()) {
      return Optional.empty();
    }
    LocalDate last =
        to.orElseGet(
            () -> from.get().plusDays(ChronoUnit.DAYS.between(question.from(), question.to())));
    if (last.isBefore(from.get())) {
      parameters.wrong("compareTo", "must not be before compareFrom");
      return Optional.empty();
    }
    if (ChronoUnit.DAYS.between(from.get(), last) >= mostDays) {
      parameters.wrong("compareFrom", "must be at most " + mostDays + " days before compareTo");
    }
    return Optional.of(question.during(from.get(), last));
  }

  private static Statistics.Step step(String word) {
    return switch (word) {
      case "month" -> Statistics.Step.MONTH;
      case "day" -> Statistics.Step.DAY;
      case "hour" -> Statistics.Step.HOUR;
      default -> throw new IllegalArgumentException(word);
    };
  }

  /** {@code format} says how the answer is written; that of the data has another name. */
  private static String name(Dimension dimension) {
    return dimension == Dimension.FORMAT ? "dataFormat" : dimension.word();
  }

  private static String id(String text) {
    return UUID.fromString(text).toString();
  }

  private static String word(String text) {
    if (!WORD.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static int statusClass(String text) {
    if (!text.matches("[1-5]xx")) {
      throw new IllegalArgumentException(text);
    }
    return text.charAt(0) - '0';
  }

  private static String status(String text) {
    if (!text.matches("[1-5][0-9][0-9]")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static int limit(String text) {
    int limit = Integer.parseInt(text);
    if (limit < 1 || limit > UsageQuestion.MOST_ITEMS) {
      throw new IllegalArgumentException(text);
    }
    return limit;
  }
}
