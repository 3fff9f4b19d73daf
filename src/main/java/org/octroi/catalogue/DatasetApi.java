package org.octroi.catalogue;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Catalogue;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.store.StoreTarget;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Page;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Public reading of datasets, and the switches that a holder's editor has. No store is shown. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Datasets", description = "What the holders of a territory offer")
class DatasetApi {

  /** Several lines; control characters only as line ends and tabs. */
  private static final String TEXT = "[^\\p{Cntrl}]*+(?:[\\r\\n\\t][^\\p{Cntrl}]*+)*+";

  private final Territories territories;
  private final Datasets datasets;
  private final DeprecateDataset deprecate;

  DatasetApi(Territories territories, Datasets datasets, DeprecateDataset deprecate) {
    this.territories = territories;
    this.datasets = datasets;
    this.deprecate = deprecate;
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
      @Nullable DeprecationView deprecation,
      String defaultDistribution,
      List<DistributionView> distributions) {}

  /**
   * That a dataset is not to be built upon any more.
   *
   * @param deprecatedAt from when on; may be ahead
   * @param sunsetAt from when on it may be gone
   * @param link an https address, or the slug of the dataset that replaces it
   */
  record DeprecationView(
      Instant deprecatedAt,
      @Nullable Instant sunsetAt,
      @Nullable String link,
      @Nullable Bilingual note) {}

  /** What a holder says of a step, in both languages. */
  record NoteBody(
      @NotBlank @Size(max = 2000) @Pattern(regexp = TEXT) String fr,
      @NotBlank @Size(max = 2000) @Pattern(regexp = TEXT) String en) {

    Bilingual text() {
      return new Bilingual(fr.strip(), en.strip());
    }
  }

  /** What those who hold agreements are told of a pause. */
  record PauseBody(@Nullable @Valid NoteBody note) {}

  /**
   * A deprecation.
   *
   * @param link an https address, or the slug of another dataset of the territory
   */
  record DeprecationBody(
      @NotNull Instant deprecatedAt,
      @Nullable Instant sunsetAt,
      @Nullable @Size(max = 500) String link,
      @Nullable @Valid NoteBody note) {}

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
      description =
          "Nothing of it goes out until it is resumed; who holds agreements on it is told, with the"
              + " note if there is one. For editors of its holder.")
  void pause(
      @PathVariable String id,
      @Valid @RequestBody(required = false) @Nullable PauseBody body,
      Caller caller) {
    Dataset dataset = datasets.editable(id, caller);
    datasets.pause(
        dataset.territory(),
        dataset.id(),
        Optional.ofNullable(body).map(PauseBody::note).map(NoteBody::text),
        caller.actor());
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
    Dataset dataset = datasets.editable(id, caller);
    datasets.resume(dataset.territory(), dataset.id(), caller.actor());
  }

  /**
   * Deprecates a dataset.
   *
   * @refuses invalid-field when the sunset or the link is none
   */
  @PostMapping("/datasets/{id}/deprecate")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "deprecateDataset",
      summary = "Deprecate a dataset",
      description =
          "It goes out as before, and every answer says so: Deprecation (RFC 9745), Sunset (RFC"
              + " 8594) and Link. A sunset is 30 days ahead at least. Once more, with other words,"
              + " replaces what stood. For editors of its holder.")
  void deprecate(@PathVariable String id, @Valid @RequestBody DeprecationBody body, Caller caller) {
    deprecate.handle(id, deprecation(body), caller);
  }

  @PostMapping("/datasets/{id}/undeprecate")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "undeprecateDataset",
      summary = "Take a deprecation back",
      description = "It may be built upon again. For editors of its holder.")
  void undeprecate(@PathVariable String id, Caller caller) {
    deprecate.undo(id, caller);
  }

  private static Deprecation deprecation(DeprecationBody body) {
    Optional<Deprecation.Link> link = Optional.ofNullable(body.link()).map(DatasetApi::link);
    try {
      return new Deprecation(
          body.deprecatedAt(),
          Optional.ofNullable(body.sunsetAt()),
          link,
          Optional.ofNullable(body.note()).map(NoteBody::text));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Refusal.field("/sunsetAt", "must be after deprecatedAt"));
    }
  }

  private static Deprecation.Link link(String text) {
    try {
      return Deprecation.Link.of(text);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          Refusal.field("/link", "must be an https address, or another dataset of the territory"));
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
        dataset.deprecation().map(DatasetApi::view).orElse(null),
        dataset.defaultDistribution().is().slug().value(),
        dataset.distributions().stream().map(d -> view(territory, dataset, d)).toList());
  }

  private static DeprecationView view(Deprecation deprecation) {
    return new DeprecationView(
        deprecation.since(),
        deprecation.sunset().orElse(null),
        deprecation.link().map(Deprecation.Link::text).orElse(null),
        deprecation.note().orElse(null));
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
