package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.identity.Owner;
import org.octroi.identity.web.Fields;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.Holders;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Purpose;
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

/** Asking a holder for data that no offer covers yet. */
@RestController
@RequestMapping("/api/v1/demands")
@Tag(name = "Demands", description = "Asking for data that no offer covers yet")
class DemandApi {

  private final DataDemands demands;
  private final Territories territories;
  private final Holders holders;
  private final Datasets datasets;
  private final LegalClock legal;

  DemandApi(
      DataDemands demands,
      Territories territories,
      Holders holders,
      Datasets datasets,
      LegalClock legal) {
    this.demands = demands;
    this.territories = territories;
    this.holders = holders;
    this.datasets = datasets;
    this.legal = legal;
  }

  /**
   * What is asked for.
   *
   * @param holder its name in addresses; may be left out where a dataset is named
   * @param dataset its name in addresses, where it is about one that is there
   * @param organisation for which organisation of the caller's; for themselves where it is left out
   */
  record Asked(
      @NotBlank String territory,
      @Nullable String holder,
      @Nullable String dataset,
      @Nullable String organisation,
      @NotBlank @Size(max = 5000) @Pattern(regexp = Fields.TEXT) String wanted,
      @NotEmpty @Size(max = 20) List<@NotNull String> purposes) {}

  /** Why no offer is made. */
  record Answer(
      @NotNull String ground,
      @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {}

  /** The offer that came of it. */
  record Made(
      @NotNull String offer,
      @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {}

  /** A demand as its readers see it. */
  record DemandView(
      String id,
      String territory,
      String holder,
      AskerView asker,
      @Nullable String dataset,
      String wanted,
      List<String> purposes,
      String status,
      Instant askedAt,
      Instant dueAt,
      String legalBasis,
      @Nullable Instant answeredAt,
      @Nullable String ground,
      @Nullable String note,
      @Nullable String redress,
      @Nullable String offer) {}

  /** Who asks. */
  record AskerView(String kind, String id) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "askForData",
      summary = "Ask for data that no offer covers",
      description = "It goes to the holder, who answers with a ground or makes an offer of it.")
  ResponseEntity<DemandView> ask(@Valid @RequestBody Asked body, Caller caller, Locale reader) {
    Territory territory =
        territories
            .find(body.territory())
            .orElseThrow(() -> wrong("/territory", "there is no such territory"));
    Optional<Dataset> dataset =
        Optional.ofNullable(body.dataset())
            .map(
                slug ->
                    datasets
                        .find(territory.id(), slug)
                        .filter(found -> found.retiredAt().isEmpty())
                        .orElseThrow(() -> wrong("/dataset", "there is no such dataset")));
    Holder holder =
        body.holder() == null
            ? dataset
                .flatMap(found -> holders.find(territory.id(), found.holder()))
                .orElseThrow(() -> wrong("/holder", "must be named where no dataset is"))
            : holders
                .find(territory.id(), body.holder())
                .filter(found -> found.retiredAt().isEmpty())
                .orElseThrow(() -> wrong("/holder", "there is no such holder"));
    if (dataset.filter(found -> !found.holder().equals(holder.id())).isPresent()) {
      throw wrong("/dataset", "is of another holder");
    }
    DataDemands.Demand demand =
        demands.ask(
            territory,
            holder,
            owner(body.organisation(), caller),
            dataset,
            body.wanted().strip(),
            RequestApi.purposes(body.purposes()),
            caller);
    return ResponseEntity.created(URI.create("/api/v1/demands/" + demand.id()))
        .body(view(demand, reader));
  }

  @GetMapping
  @Operation(
      operationId = "listDemands",
      summary = "List demands",
      description = "Newest first: the caller's own, and those of the holders that they work for.")
  Page<DemandView> list(
      Caller caller,
      Locale reader,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return demands.list(caller, PageAsk.of(limit, after)).map(demand -> view(demand, reader));
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "readDemand",
      summary = "Read a demand",
      description = "With its deadline and, where it was answered, the ground or the offer.")
  DemandView read(@PathVariable String id, Caller caller, Locale reader) {
    return view(demands.see(id, caller), reader);
  }

  @PostMapping("/{id}/answer")
  @Operation(
      operationId = "answerDemand",
      summary = "Say why no offer is made",
      description = "For the holder's reviewers and editors; on a ground from the list.")
  DemandView answer(
      @PathVariable String id, @Valid @RequestBody Answer body, Caller caller, Locale reader) {
    return view(
        demands.answer(
            id,
            Fields.word("/ground", body.ground(), RefusalGround.values(), RefusalGround::word),
            RequestApi.note(body.note()),
            caller),
        reader);
  }

  @PostMapping("/{id}/offer")
  @Operation(
      operationId = "answerDemandWithOffer",
      summary = "Say which offer came of a demand",
      description = "For the holder's reviewers and editors; an offer of the holder in force.")
  DemandView offer(
      @PathVariable String id, @Valid @RequestBody Made body, Caller caller, Locale reader) {
    return view(
        demands.offered(
            id,
            Fields.id("/offer", body.offer(), OfferId::of),
            RequestApi.note(body.note()),
            caller),
        reader);
  }

  @PostMapping("/{id}/withdraw")
  @Operation(
      operationId = "withdrawDemand",
      summary = "Take a demand back",
      description = "For whoever asked, before it is answered.")
  DemandView withdraw(@PathVariable String id, Caller caller, Locale reader) {
    return view(demands.withdraw(id, caller), reader);
  }

  private static Owner owner(@Nullable String organisation, Caller caller) {
    if (organisation == null) {
      return new Owner.OfPerson(caller.person());
    }
    OrganisationId of = Fields.id("/organisation", organisation, OrganisationId::of);
    if (!caller.organisations().contains(of)) {
      throw wrong("/organisation", "must be an organisation that you act for");
    }
    return new Owner.OfOrganisation(of);
  }

  private static RefusedException wrong(String pointer, String detail) {
    return new RefusedException(Refusal.field(pointer, detail));
  }

  private DemandView view(DataDemands.Demand demand, Locale reader) {
    LegalClock.Basis basis = legal.basis(demand.legalBasis());
    return new DemandView(
        demand.id(),
        demand.territory().toString(),
        demand.holder().toString(),
        new AskerView(demand.owner().kind(), demand.owner().id()),
        demand.dataset().map(DatasetId::toString).orElse(null),
        demand.wanted(),
        demand.purposes().stream().map(Purpose::term).toList(),
        demand.status().word(),
        demand.askedAt(),
        demand.dueAt(),
        basis.article().in(reader),
        demand.answeredAt().orElse(null),
        demand.ground().orElse(null),
        demand.note().orElse(null),
        demand.status() == DataDemands.Status.ANSWERED ? basis.redress().in(reader) : null,
        demand.offer().map(OfferId::toString).orElse(null));
  }
}
