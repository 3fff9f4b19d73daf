package org.octroi.statistics;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Slug;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A dataset's usage for everybody, by day or by month.
 *
 * @refuses not-found when there is no such dataset
 * @refuses invalid-field when a parameter is wrong
 * @refuses not-acceptable when neither JSON nor CSV will do
 */
@RestController
@RequestMapping("/api/v1/territories/{territory}/datasets/{dataset}/statistics")
@Tag(name = "Statistics", description = "What became of the data")
final class PublicUsageApi {

  private static final int MONTHS = 12;
  private static final int DAYS = 30;
  private static final int MOST_DAYS = 800;

  private final Territories territories;
  private final Datasets datasets;
  private final ReadersReach readers;
  private final PublicCells cells;
  private final Clock clock;

  PublicUsageApi(
      Territories territories,
      Datasets datasets,
      ReadersReach readers,
      PublicCells cells,
      Clock clock) {
    this.territories = territories;
    this.datasets = datasets;
    this.readers = readers;
    this.cells = cells;
    this.clock = clock;
  }

  /** The usage of a dataset, raw and by COUNTER's reading. */
  @GetMapping
  @Operation(
      operationId = "readDatasetStatistics",
      summary = "Read a dataset's usage",
      description =
          "By month (the last twelve) or by day (the last thirty), raw and by COUNTER's reading,"
              + " side by side. Days on which fewer reusers and anonymous callers came than"
              + " `smallestCell` are suppressed, and left out of their month where it would tell"
              + " what passed on them; days and months that are not over are not shown. Staff of"
              + " the holder, auditors and the territory's administrators see all.")
  ResponseEntity<Object> readDatasetStatistics(
      @PathVariable String territory,
      @PathVariable String dataset,
      @RequestHeader(name = "Accept", required = false) @Nullable String accept,
      @RequestParam(required = false) @Nullable String by,
      @RequestParam(required = false) @Nullable String from,
      @RequestParam(required = false) @Nullable String to,
      @RequestParam(required = false) @Nullable String format,
      @Nullable Principal caller) {
    Territory in =
        territories
            .find(territory)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, territory));
    Dataset found =
        datasets
            .find(in.id(), dataset)
            .filter(d -> d.retiredAt().isEmpty())
            .orElseThrow(
                () -> RefusedException.of(ProblemType.NOT_FOUND, territory + "/" + dataset));
    LocalDate today = LocalDate.ofInstant(clock.instant(), in.zone());
    Parameters parameters = new Parameters();
    boolean months =
        parameters.read("by", by, "must be day or month", PublicUsageApi::isMonth).orElse(true);
    LocalDate last = parameters.date("to", to).orElse(today);
    LocalDate first =
        parameters
            .date("from", from)
            .orElseGet(
                () -> months ? last.withDayOfMonth(1).minusMonths(MONTHS) : last.minusDays(DAYS));
    parameters.checkDays(first, last, MOST_DAYS);
    boolean csv = parameters.wantsCsv(format, accept);
    parameters.refuseWrong();
    boolean insider = caller != null && seesAll(caller, in.slug(), found);
    StatisticsReach reach = StatisticsReach.whole(in.id(), in.zone());
    PublicUsage usage =
        insider
            ? cells.whole(reach, found.id(), first, last, months)
            : cells.shown(reach, found.id(), first, last, months, today);
    ResponseEntity.BodyBuilder ok =
        ResponseEntity.ok()
            .cacheControl(
                insider
                    ? CacheControl.noStore().cachePrivate()
                    : CacheControl.maxAge(Duration.ofHours(1)).cachePublic())
            .varyBy("Authorization", "Accept");
    return csv
        ? ok.contentType(UsageCsv.TYPE).body(UsageCsv.of(usage))
        : ok.contentType(MediaType.APPLICATION_JSON).body(usage);
  }

  private boolean seesAll(Principal caller, Slug territory, Dataset dataset) {
    StatisticsReach reach = readers.of(caller, territory);
    return reach.whole() || reach.holders().contains(dataset.holder());
  }

  private static boolean isMonth(String word) {
    return switch (word) {
      case "month" -> true;
      case "day" -> false;
      default -> throw new IllegalArgumentException(word);
    };
  }
}
