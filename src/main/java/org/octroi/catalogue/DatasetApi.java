package org.octroi.catalogue;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Catalogue;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.store.StoreTarget;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Page;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Public reading of datasets, and the switch that a holder's editor has. No store is shown. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Datasets", description = "What the holders of a territory offer")
class DatasetApi {

  private final Territories territories;
  private final Datasets datasets;

  DatasetApi(Territories territories, Datasets datasets) {
    this.territories = territories;
    this.datasets = datasets;
  }

  /** A dataset as the public reads it. */
  record DatasetView(
      String id,
      String territory,
      String slug,
      String holderId,
      Bilingual title,
      Bilingual description,
      String source,
      Instant lastUpdate,
      SortedSet<String> themes,
      String classification,
      SortedSet<String> flags,
      @Nullable String licenceNote,
      boolean paused,
      String defaultDistribution,
      List<DistributionView> distributions) {}

  /**
   * A distribution as the public reads it.
   *
   * @param path where it is at the gate
   * @param postQueries whether it takes a query in the body of a POST
   */
  record DistributionView(
      String id,
      String slug,
      String path,
      Bilingual title,
      List<String> formats,
      List<String> actions,
      boolean postQueries,
      List<ParameterView> parameters,
      List<ColumnView> columns,
      @Nullable String timeColumn) {}

  /** A query parameter that callers may send. */
  record ParameterView(String name, @Nullable String column, String operator) {}

  /** A column of the rows. */
  record ColumnView(String name, String type, boolean personal) {}

  @GetMapping("/territories/{territory}/datasets")
  @Operation(
      operationId = "listDatasets",
      summary = "List a territory's datasets",
      description = "By slug, a page at a time, each with its distributions.")
  Page<DatasetView> list(
      @PathVariable String territory,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    Territory found = find(territory);
    return datasets.list(found.id(), PageAsk.of(limit, after)).map(d -> view(found, d));
  }

  @GetMapping("/territories/{territory}/datasets/{dataset}")
  @Operation(
      operationId = "readDataset",
      summary = "Read a dataset",
      description = "What it is, who holds it, and the forms in which it is reached.")
  ResponseEntity<DatasetView> read(@PathVariable String territory, @PathVariable String dataset) {
    Territory in = find(territory);
    Dataset found =
        datasets
            .find(in.id(), dataset)
            .filter(d -> d.retiredAt().isEmpty())
            .orElseThrow(
                () -> RefusedException.of(ProblemType.NOT_FOUND, territory + "/" + dataset));
    return ResponseEntity.ok().eTag("\"" + found.revision() + "\"").body(view(in, found));
  }

  /**
   * Lets nothing of a dataset out until it is resumed; the gates follow within a second.
   *
   * @refuses not-found when there is no such dataset
   * @refuses forbidden when the caller is no editor of its holder
   */
  @PostMapping("/datasets/{id}/pause")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "pauseDataset",
      summary = "Pause a dataset",
      description = "Nothing of it goes out until it is resumed. For editors of its holder.")
  void pause(@PathVariable String id, Caller caller) {
    Dataset dataset = editable(id, caller);
    datasets.pause(dataset.territory(), dataset.id(), caller.actor());
  }

  /**
   * Lets a paused dataset out again.
   *
   * @refuses not-found when there is no such dataset
   * @refuses forbidden when the caller is no editor of its holder
   */
  @PostMapping("/datasets/{id}/resume")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "resumeDataset",
      summary = "Resume a paused dataset",
      description = "It goes out again as its offers say. For editors of its holder.")
  void resume(@PathVariable String id, Caller caller) {
    Dataset dataset = editable(id, caller);
    datasets.resume(dataset.territory(), dataset.id(), caller.actor());
  }

  private Dataset editable(String id, Caller caller) {
    Dataset dataset =
        idOf(id)
            .flatMap(known -> datasets.territoryOf(known).flatMap(t -> datasets.find(t, known)))
            .filter(d -> d.retiredAt().isEmpty())
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id));
    if (!caller.mayEdit(dataset.holder())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return dataset;
  }

  private static Optional<DatasetId> idOf(String text) {
    try {
      return Optional.of(DatasetId.of(text));
    } catch (IllegalArgumentException e) {
      // An id is opaque: one that is not of our form names nothing.
      return Optional.empty();
    }
  }

  private Territory find(String slug) {
    return territories
        .find(slug)
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, slug));
  }

  private static DatasetView view(Territory territory, Dataset dataset) {
    return new DatasetView(
        dataset.id().toString(),
        territory.slug().value(),
        dataset.slug().value(),
        dataset.holder().toString(),
        dataset.title(),
        dataset.description(),
        dataset.source(),
        dataset.lastUpdate(),
        dataset.themes(),
        dataset.classification().word(),
        dataset.flags(),
        dataset.licenceNote().orElse(null),
        dataset.pausedAt().isPresent(),
        dataset.defaultDistribution().is().slug().value(),
        dataset.distributions().stream().map(d -> view(territory, dataset, d)).toList());
  }

  private static DistributionView view(Territory territory, Dataset dataset, Distribution one) {
    DistributionDraft is = one.is();
    return new DistributionView(
        one.id().toString(),
        is.slug().value(),
        "/" + territory.slug() + "/" + dataset.slug() + "/" + is.slug(),
        is.title(),
        is.formats().stream().map(Format::word).toList(),
        EnumSet.copyOf(is.actions()).stream().map(Action::word).toList(),
        is.bodies(),
        is.parameters().stream().map(DatasetApi::view).toList(),
        is.catalogue().columns().stream().map(DatasetApi::view).toList(),
        is.catalogue().timeColumn().orElse(null));
  }

  private static ParameterView view(StoreTarget.Parameter parameter) {
    return new ParameterView(
        parameter.name(),
        parameter.column().orElse(null),
        parameter.operator().name().toLowerCase(Locale.ROOT));
  }

  private static ColumnView view(Catalogue.Column column) {
    return new ColumnView(
        column.name(), column.type().name().toLowerCase(Locale.ROOT), column.personal());
  }
}
