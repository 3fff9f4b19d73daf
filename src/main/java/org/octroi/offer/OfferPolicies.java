package org.octroi.offer;

import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.octroi.catalogue.Datasets;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.licence.OdrlPolicy;
import org.octroi.licence.OdrlPolicy.Constraint;
import org.octroi.licence.OdrlPolicy.Duty;
import org.octroi.problem.PublicAddresses;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.springframework.stereotype.Component;

/**
 * Offers, and the agreements made of them, as ODRL policies. What a tier holds back is not among
 * their rules, since ODRL has no words for it; the offer's own page has it. Safe for use by many
 * threads.
 */
@Component
public class OfferPolicies {

  /** Where DPV's terms have their addresses. */
  private static final String DPV = "https://w3id.org/dpv#";

  private final Licences licences;
  private final Datasets datasets;
  private final PublicAddresses addresses;

  OfferPolicies(Licences licences, Datasets datasets, PublicAddresses addresses) {
    this.licences = licences;
    this.datasets = datasets;
    this.addresses = addresses;
  }

  /** What is offered, and to whom. */
  public OdrlPolicy offered(PublishedOffer offer) {
    List<Constraint> constraints = new ArrayList<>(purposes(offer.purposes()));
    if (!offer.reuserKinds().isEmpty()) {
      constraints.add(
          Constraint.recipients(
              offer.reuserKinds().stream().map(ReuserKind::word).sorted().toList()));
    }
    offer.validity().map(Constraint::lasting).ifPresent(constraints::add);
    return OdrlPolicy.offer(grant(offer, addresses.offer(offer.id()), constraints));
  }

  /**
   * What an agreement on an offer grants.
   *
   * @param reuser the id of the reuser that it was granted to
   * @param number what people quote
   */
  public OdrlPolicy agreed(
      PublishedOffer offer,
      AgreementId agreement,
      String reuser,
      String number,
      Collection<Purpose> agreed,
      Instant grantedAt,
      Instant validFrom,
      Optional<Instant> validUntil) {
    List<Constraint> constraints = new ArrayList<>(purposes(agreed));
    constraints.add(Constraint.from(validFrom));
    validUntil.map(Constraint::before).ifPresent(constraints::add);
    return OdrlPolicy.agreement(
        grant(offer, addresses.agreement(agreement), constraints),
        OdrlPolicy.party(reuser),
        number,
        grantedAt);
  }

  private OdrlPolicy.Grant grant(
      PublishedOffer offer, String address, List<Constraint> constraints) {
    LicenceVersion licence = licences.version(offer.licence().version()).orElseThrow();
    return new OdrlPolicy.Grant(
        address,
        OdrlPolicy.party(offer.holder().toString()),
        offer.covered(datasets).stream()
            .map(dataset -> addresses.dataset(offer.territorySlug(), dataset.slug()))
            .toList(),
        addresses.licenceVersion(licence.licence().name(), licence.number()),
        licence.terms(),
        List.copyOf(constraints),
        offer.fee().map(OfferPolicies::duty).stream().toList());
  }

  private static List<Constraint> purposes(Collection<Purpose> purposes) {
    return purposes.isEmpty()
        ? List.of()
        : List.of(
            Constraint.purposes(
                purposes.stream().map(purpose -> DPV + purpose.term()).sorted().toList()));
  }

  private static Duty duty(Fee fee) {
    return switch (fee) {
      case Fee.Price price -> Duty.paying(price.amount(), price.currency(), every(price.per()));
      case Fee.AtCost atCost ->
          Duty.paying(atCost.amount(), atCost.currency(), every(atCost.per()));
      case Fee.ShareAboveAudience share ->
          (share.share().currency().isPresent()
                  ? Duty.paying(
                      share.share().value(), share.share().currency().get(), every(share.per()))
                  : Duty.payingPercent(share.share().value(), every(share.per())))
              .above(share.audience().threshold());
    };
  }

  private static Optional<Period> every(Fee.Per per) {
    return switch (per) {
      case ONCE -> Optional.empty();
      case MONTH -> Optional.of(Period.ofMonths(1));
      case YEAR -> Optional.of(Period.ofYears(1));
    };
  }
}
