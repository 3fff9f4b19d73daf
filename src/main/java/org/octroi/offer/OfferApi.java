package org.octroi.offer;

import static java.util.stream.Collectors.toMap;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.licence.OdrlPolicy;
import org.octroi.offer.OfferViews.OfferView;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Public reading of offers. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Offers", description = "Under which terms data may be had")
class OfferApi {

  private final Territories territories;
  private final Datasets datasets;
  private final Offers offers;
  private final OfferPolicies policies;
  private final OfferViews views;

  OfferApi(
      Territories territories,
      Datasets datasets,
      Offers offers,
      OfferPolicies policies,
      OfferViews views) {
    this.territories = territories;
    this.datasets = datasets;
    this.offers = offers;
    this.policies = policies;
    this.views = views;
  }

  /**
   * What is otherwise than in another version.
   *
   * @param since that version; absent for the first, which changed nothing
   */
  record ChangesView(int version, @Nullable Integer since, List<OfferChange> changes) {}

  @GetMapping("/territories/{territory}/offers")
  @Operation(
      operationId = "listOffers",
      summary = "List a territory's offers",
      description = "Every offer in force, by slug, a page at a time.")
  Page<OfferView> listOfTerritory(
      @PathVariable String territory,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    Territory in =
        territories
            .find(territory)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, territory));
    return shown(offers.published(in.id(), PageAsk.of(limit, after)));
  }

  @GetMapping("/territories/{territory}/datasets/{dataset}/offers")
  @Operation(
      operationId = "listOffersOfDataset",
      summary = "List the offers for a dataset",
      description = "Every offer in force, by slug. There are few, so they come on one page.")
  Page<OfferView> list(@PathVariable String territory, @PathVariable String dataset) {
    Territory in =
        territories
            .find(territory)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, territory));
    Dataset of =
        datasets
            .find(in.id(), dataset)
            .filter(d -> d.retiredAt().isEmpty())
            .orElseThrow(
                () -> RefusedException.of(ProblemType.NOT_FOUND, territory + "/" + dataset));
    return new Page<>(views.views(offers.published(in.id(), of.id())), Optional.empty());
  }

  @GetMapping("/offers/{id}")
  @Operation(
      operationId = "readOffer",
      summary = "Read an offer's terms",
      description =
          "One version of an offer: for whom and for what, its tier, its licence and the hash of"
              + " the text that a reuser accepts. Superseded versions stay readable.")
  ResponseEntity<OfferView> read(@PathVariable String id) {
    PublishedOffer offer = found(id);
    OfferView view = views.view(offer);
    return ResponseEntity.ok().eTag(tag(view)).body(view);
  }

  /**
   * The entity tag of a version. The version is frozen, but whether it is in force is not, nor are
   * the names beside it, those of its licence and datasets.
   */
  static String tag(OfferView view) {
    int names = view.licence().name().hashCode() + view.datasets().hashCode();
    StringBuilder letters = new StringBuilder(view.inForce() ? "in-" : "out-");
    for (char digit : Integer.toHexString(names).toCharArray()) {
      letters.append((char) ('a' + Character.digit(digit, 16)));
    }
    return ExpectedVersion.tag(view.version(), letters.toString());
  }

  @GetMapping("/offers/{id}/versions")
  @Operation(
      operationId = "listOfferVersions",
      summary = "List the versions of an offer",
      description = "Newest first, from the id of any of them.")
  Page<OfferView> versions(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    PublishedOffer offer = found(id);
    PageAsk ask = PageAsk.of(limit, after);
    return shown(
        offers.versions(offer.territory(), offer.slug(), ask.limit(), before(ask.after())));
  }

  @GetMapping("/offers/{id}/changes")
  @Operation(
      operationId = "readOfferChanges",
      summary = "Read what a version of an offer changed",
      description =
          "Against the version before it, or against an earlier one that `since` names: each member"
              + " that is otherwise, in a sentence of both languages.")
  ChangesView changes(
      @PathVariable String id, @RequestParam(required = false) @Nullable Integer since) {
    PublishedOffer now = found(id);
    if (since == null && now.number() == 1) {
      return new ChangesView(1, null, List.of());
    }
    int earlier = since == null ? now.number() - 1 : since;
    if (earlier < 1 || earlier >= now.number()) {
      throw new RefusedException(
          Refusal.field("since", "must be the number of an earlier version"));
    }
    PublishedOffer before = offers.version(now.territory(), now.slug(), earlier).orElseThrow();
    Set<DatasetId> either = new LinkedHashSet<>(before.datasets());
    either.addAll(now.datasets());
    return new ChangesView(
        now.number(),
        earlier,
        OfferChange.between(
            before,
            now,
            datasets.find(now.territory(), either).stream()
                .collect(toMap(Dataset::id, Dataset::slug))));
  }

  private static int before(String after) {
    if (after.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    try {
      return Integer.parseInt(after);
    } catch (NumberFormatException e) {
      throw new RefusedException(
          Refusal.field("after", "must be the next of the page before, as it was given"));
    }
  }

  private Page<OfferView> shown(Page<PublishedOffer> page) {
    return new Page<>(views.views(page.items()), page.next());
  }

  @GetMapping(path = "/offers/{id}", produces = OdrlPolicy.MEDIA_TYPE)
  @Operation(
      operationId = "readOfferAsOdrl",
      summary = "Read an offer as ODRL",
      description =
          "An ODRL 2.2 policy of type Offer, in JSON-LD: the terms of its licence on its datasets,"
              + " for its purposes and kinds of reusers, with its fee as a duty. What its tier"
              + " holds back is not in it.")
  ResponseEntity<OdrlPolicy> readOdrl(@PathVariable String id) {
    return ResponseEntity.ok()
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
        .body(policies.offered(found(id)));
  }

  private PublishedOffer found(String id) {
    return idOf(id)
        .flatMap(offers::find)
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id));
  }

  private static Optional<OfferId> idOf(String text) {
    try {
      return Optional.of(OfferId.of(text));
    } catch (IllegalArgumentException e) {
      // An id is opaque: one that is not of our form names nothing.
      return Optional.empty();
    }
  }
}
