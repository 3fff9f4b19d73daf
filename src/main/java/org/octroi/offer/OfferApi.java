package org.octroi.offer;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.licence.OdrlPolicy;
import org.octroi.licence.Terms;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Public reading of offers. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Offers", description = "Under which terms data may be had")
class OfferApi {

  private final Territories territories;
  private final Datasets datasets;
  private final Licences licences;
  private final Offers offers;
  private final OfferPolicies policies;

  OfferApi(
      Territories territories,
      Datasets datasets,
      Licences licences,
      Offers offers,
      OfferPolicies policies) {
    this.territories = territories;
    this.datasets = datasets;
    this.licences = licences;
    this.offers = offers;
    this.policies = policies;
  }

  /**
   * An offer as the public reads it.
   *
   * @param version of the offer; a version never changes
   * @param inForce whether it can be used or asked for now
   * @param purposes DPV terms; none means any
   * @param reuserKinds who may ask; none means anybody
   * @param validity how long an agreement lasts, ISO 8601; absent where it has no end
   */
  record OfferView(
      String id,
      String territory,
      String slug,
      int version,
      String holderId,
      Bilingual title,
      String level,
      String approval,
      List<String> reuserKinds,
      List<String> purposes,
      @Nullable String validity,
      @Nullable FeeView fee,
      LicenceView licence,
      TierView tier,
      List<DatasetView> datasets,
      boolean inForce) {}

  /** What is owed. */
  record FeeView(Money price, String per, @Nullable Bilingual note) {}

  /** An amount of money. */
  record Money(BigDecimal amount, String currency) {}

  /** The licence version, with the hash of the text that a reuser accepts. */
  record LicenceView(
      String id, int version, Bilingual name, String address, String textSha256, Terms terms) {}

  /** A dataset that the offer covers. */
  record DatasetView(String id, String slug, Bilingual title) {}

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
    return new Page<>(
        offers.published(in.id(), of.id()).stream().map(this::view).toList(), Optional.empty());
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
    OfferView view = view(offer);
    // A version is frozen, but the names beside it are not: those of its licence and datasets.
    String names =
        Integer.toHexString(view.licence().name().hashCode() + view.datasets().hashCode());
    return ResponseEntity.ok()
        .eTag("\"" + offer.id() + (offer.withdrawn() ? "-out-" : "-in-") + names + "\"")
        .body(view);
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

  private OfferView view(PublishedOffer offer) {
    LicenceVersion licence = licences.version(offer.licence().version()).orElseThrow();
    List<Dataset> covered = offer.covered(datasets);
    return new OfferView(
        offer.id().toString(),
        offer.territorySlug().value(),
        offer.slug().value(),
        offer.number(),
        offer.holder().toString(),
        offer.title(),
        offer.level().word(),
        offer.approval().word(),
        offer.reuserKinds().stream().map(ReuserKind::word).sorted().toList(),
        offer.purposes().stream().map(Purpose::term).toList(),
        offer.validity().map(Period::toString).orElse(null),
        offer.fee().map(OfferApi::view).orElse(null),
        new LicenceView(
            licence.licence().name(),
            licence.number(),
            licence.licence().title(),
            licence.licence().address(),
            licence.textSha256(),
            licence.terms()),
        TierView.of(offer.tier(), covered),
        covered.stream()
            .map(d -> new DatasetView(d.id().toString(), d.slug().value(), d.title()))
            .toList(),
        !offer.withdrawn());
  }

  private static FeeView view(Fee fee) {
    return new FeeView(
        new Money(fee.amount(), fee.currency().getCurrencyCode()),
        fee.per().word(),
        fee.note().orElse(null));
  }
}
