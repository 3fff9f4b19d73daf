package org.octroi.territory;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Page;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Public reading of territories and their holders. */
@RestController
@RequestMapping("/api/v1/territories")
@Tag(name = "Territories", description = "The cities of this instance and the holders in them")
class TerritoryApi {

  private final Territories territories;
  private final Holders holders;

  TerritoryApi(Territories territories, Holders holders) {
    this.territories = territories;
    this.holders = holders;
  }

  /** A territory as the public reads it. */
  record TerritoryView(
      String id, String slug, Bilingual name, String timeZone, Instant createdAt) {}

  /** A holder as the public reads it. */
  record HolderView(
      String id,
      String slug,
      String name,
      String kind,
      @Nullable String siren,
      boolean fictitious,
      @Nullable String contact) {}

  @GetMapping
  @Operation(
      operationId = "listTerritories",
      summary = "List the territories",
      description = "Every city or agglomeration of this instance, by slug, a page at a time.")
  Page<TerritoryView> list(
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return territories.list(PageAsk.of(limit, after)).map(TerritoryApi::view);
  }

  @GetMapping("/{territory}")
  @Operation(
      operationId = "readTerritory",
      summary = "Read a territory",
      description = "Its names and the time zone in which its days begin and end.")
  ResponseEntity<TerritoryView> read(@PathVariable String territory) {
    Territory found = find(territory);
    return ResponseEntity.ok().eTag("\"" + found.revision() + "\"").body(view(found));
  }

  @GetMapping("/{territory}/holders")
  @Operation(
      operationId = "listHolders",
      summary = "List a territory's holders",
      description =
          "The public bodies, State services and companies that set the conditions on its data.")
  Page<HolderView> listHolders(
      @PathVariable String territory,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return holders.list(find(territory).id(), PageAsk.of(limit, after)).map(TerritoryApi::view);
  }

  private Territory find(String slug) {
    return territories
        .find(slug)
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, slug));
  }

  private static TerritoryView view(Territory territory) {
    return new TerritoryView(
        territory.id().toString(),
        territory.slug().value(),
        territory.name(),
        territory.zone().getId(),
        territory.createdAt());
  }

  private static HolderView view(Holder holder) {
    return new HolderView(
        holder.id().toString(),
        holder.slug().value(),
        holder.name(),
        holder.kind().word(),
        holder.siren().map(Siren::value).orElse(null),
        holder.fictitious(),
        holder.contact().orElse(null));
  }
}
