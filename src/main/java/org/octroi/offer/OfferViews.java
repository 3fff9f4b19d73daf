package org.octroi.offer;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.licence.Terms;
import org.octroi.offer.OfferFindings.GivenGround;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;

/** Offers as the API shows them; what stands beside them is read once for all that are shown. */
@Component
class OfferViews {

  private final Datasets datasets;
  private final Licences licences;
  private final OfferFindings findings;
  private final PublicationGuard guard;

  OfferViews(Datasets datasets, Licences licences, OfferFindings findings, PublicationGuard guard) {
    this.datasets = datasets;
    this.licences = licences;
    this.findings = findings;
    this.guard = guard;
  }

  /**
   * An offer as the public reads it.
   *
   * @param version of the offer; a version never changes
   * @param inForce whether it can be used or asked for now
   * @param purposes DPV terms; none means any
   * @param reuserKinds who may ask; none means anybody
   * @param validity how long an agreement lasts, ISO 8601; absent where it has no end
   * @param form what is asked of whoever requests it
   * @param basis the legal basis of what it restricts
   * @param homologation the decision that approved a licence off the French list
   * @param exclusive whether it is granted to one reuser at a time
   * @param grounds why it was published against warnings of the law
   */
  record OfferView(
      String id,
      String territory,
      String slug,
      int version,
      String holderId,
      Bilingual title,
      String level,
      String eligibility,
      String approval,
      List<String> reuserKinds,
      List<String> purposes,
      @Nullable String validity,
      Wire.@Nullable Owed fee,
      LicenceView licence,
      TierView tier,
      List<DatasetView> datasets,
      List<Wire.Asked> form,
      @Nullable BasisView basis,
      @Nullable String homologation,
      boolean exclusive,
      List<GroundView> grounds,
      boolean inForce) {}

  /** The licence version, with the hash of the text that a reuser accepts. */
  record LicenceView(
      String id, int version, Bilingual name, String address, String textSha256, Terms terms) {}

  /** A dataset that the offer covers. */
  record DatasetView(String id, String slug, Bilingual title) {}

  /** A legal basis. */
  record BasisView(String id, String article, Bilingual title) {}

  /** Why an offer was published against a warning: who wrote it is for its holder to see. */
  record GroundView(String rule, String article, Bilingual warning, String ground, Instant at) {}

  /** One offer. */
  OfferView view(PublishedOffer offer) {
    return views(List.of(offer)).getFirst();
  }

  /** Some offers, in their order. */
  List<OfferView> views(List<PublishedOffer> offers) {
    Map<LicenceVersionId, LicenceVersion> texts =
        licences.versions(offers.stream().map(o -> o.licence().version()).toList());
    Map<DatasetId, Dataset> covered = new HashMap<>();
    Map<OfferId, List<GivenGround>> grounds = new HashMap<>();
    Map<TerritoryId, List<PublishedOffer>> byTerritory =
        offers.stream().collect(groupingBy(PublishedOffer::territory));
    byTerritory.forEach(
        (territory, some) -> {
          covered.putAll(
              datasets
                  .find(territory, some.stream().flatMap(o -> o.datasets().stream()).toList())
                  .stream()
                  .collect(toMap(Dataset::id, Function.identity())));
          grounds.putAll(
              findings.grounds(territory, some.stream().map(PublishedOffer::id).toList()));
        });
    List<OfferView> views = new ArrayList<>();
    for (PublishedOffer offer : offers) {
      views.add(
          view(
              offer,
              Optional.ofNullable(texts.get(offer.licence().version())).orElseThrow(),
              offer.datasets().stream().filter(covered::containsKey).map(covered::get).toList(),
              grounds.getOrDefault(offer.id(), List.of())));
    }
    return views;
  }

  private OfferView view(
      PublishedOffer offer,
      LicenceVersion licence,
      List<Dataset> covered,
      List<GivenGround> grounds) {
    return new OfferView(
        offer.id().toString(),
        offer.territorySlug().value(),
        offer.slug().value(),
        offer.number(),
        offer.holder().toString(),
        offer.title(),
        offer.level().word(),
        offer.eligibility().word(),
        offer.approval().word(),
        offer.reuserKinds().stream().map(ReuserKind::word).sorted().toList(),
        offer.purposes().stream().map(Purpose::term).toList(),
        offer.validity().map(Period::toString).orElse(null),
        offer.fee().map(OfferViews::view).orElse(null),
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
        offer.form().questions().stream().map(OfferViews::view).toList(),
        offer
            .stated()
            .basis()
            .flatMap(guard::basis)
            .map(basis -> new BasisView(basis.id(), basis.article(), basis.title()))
            .orElse(null),
        offer.stated().homologation().orElse(null),
        offer.stated().exclusive(),
        grounds.stream().flatMap(ground -> view(ground, offer.zone()).stream()).toList(),
        !offer.withdrawn());
  }

  private Optional<GroundView> view(GivenGround ground, ZoneId zone) {
    return guard
        .asOf(ground.rule(), ground.at().atZone(zone).toLocalDate())
        .map(
            warning ->
                new GroundView(
                    ground.rule(),
                    warning.article(),
                    warning.sentence(),
                    ground.text(),
                    ground.at()));
  }

  private static Wire.Owed view(Fee fee) {
    return switch (fee) {
      case Fee.Price price ->
          owed(
              fee, new Wire.Money(price.amount(), price.currency().getCurrencyCode()), price.per());
      case Fee.AtCost atCost ->
          owed(
              fee,
              new Wire.Money(atCost.amount(), atCost.currency().getCurrencyCode()),
              atCost.per());
      case Fee.ShareAboveAudience share ->
          new Wire.Owed(
              fee.kind().word(),
              share
                  .share()
                  .currency()
                  .map(c -> new Wire.Money(share.share().value(), c.getCurrencyCode()))
                  .orElse(null),
              share.share().currency().isPresent() ? null : share.share().value(),
              new Wire.Audience(share.audience().threshold(), Wire.Text.of(share.audience().of())),
              share.per().word(),
              view(fee.calculation()),
              reduced(fee, share.share().currency().isEmpty()),
              fee.note().map(Wire.Text::of).orElse(null));
    };
  }

  private static Wire.Owed owed(Fee fee, Wire.Money price, Fee.Per per) {
    return new Wire.Owed(
        fee.kind().word(),
        price,
        null,
        null,
        per.word(),
        view(fee.calculation()),
        reduced(fee, false),
        fee.note().map(Wire.Text::of).orElse(null));
  }

  private static Wire.@Nullable Calculation view(Optional<Fee.Calculation> calculation) {
    return calculation
        .map(
            of ->
                new Wire.Calculation(
                    of.address().orElse(null), of.text().map(Wire.Text::of).orElse(null)))
        .orElse(null);
  }

  private static @Nullable List<Wire.@Nullable Reduction> reduced(Fee fee, boolean ofPercentage) {
    if (fee.kind() == Fee.Kind.PRICE) {
      return null;
    }
    List<Wire.@Nullable Reduction> reduced = new ArrayList<>();
    for (Fee.Reduction one : fee.reduced()) {
      reduced.add(
          new Wire.Reduction(
              one.reuserKind().word(),
              ofPercentage ? null : one.value(),
              ofPercentage ? one.value() : null));
    }
    return reduced;
  }

  private static Wire.Asked view(Question question) {
    List<Wire.@Nullable Choice> options = new ArrayList<>();
    question
        .options()
        .forEach(
            option -> options.add(new Wire.Choice(option.value(), Wire.Text.of(option.title()))));
    return new Wire.Asked(
        question.id(),
        Wire.Text.of(question.title()),
        question.kind().word(),
        question.required(),
        options,
        question.maxLength().isPresent() ? question.maxLength().getAsInt() : null,
        question.least().orElse(null),
        question.most().orElse(null),
        question.earliest().orElse(null),
        question.latest().orElse(null));
  }
}
