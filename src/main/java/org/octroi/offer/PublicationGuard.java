package org.octroi.offer;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.octroi.audit.AuditTrail;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.Distribution;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.territory.Holders;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Tells a holder before it publishes where an offer restricts more than the law lets it, and keeps
 * what is found later. The law is data ({@code law/}); what it may ask of an offer is {@link Fact}.
 * Safe for use by many threads.
 */
@Component
public class PublicationGuard {

  /** The rule that a refusal raises. */
  public static final String REFUSED_TO_OTHERS = "exclusivity-refused";

  private final PublicationLaw law = PublicationLaw.ofOctroi();
  private final Datasets datasets;
  private final Licences licences;
  private final Holders holders;
  private final Offers offers;
  private final OfferFindings findings;
  private final AuditTrail trail;
  private final Clock clock;

  PublicationGuard(
      Datasets datasets,
      Licences licences,
      Holders holders,
      Offers offers,
      OfferFindings findings,
      AuditTrail trail,
      Clock clock) {
    this.datasets = datasets;
    this.licences = licences;
    this.holders = holders;
    this.offers = offers;
    this.findings = findings;
    this.trail = trail;
    this.clock = clock;
  }

  /** The ids of the legal bases that an offer may name. */
  public SortedSet<String> bases() {
    return new TreeSet<>(law.bases().keySet());
  }

  /** The ids of the rules that an offer may be published against, with a ground. */
  public SortedSet<String> rules() {
    SortedSet<String> ids = new TreeSet<>();
    law.rules().stream().filter(rule -> !rule.raised()).forEach(rule -> ids.add(rule.id()));
    return ids;
  }

  /**
   * All that the law has against an offer today.
   *
   * @param zone where the territory's days begin
   */
  public List<LawFinding> findings(OfferCase offer, ZoneId zone) {
    return law.findings(offer, licences.isOnFrenchList(offer.licence()), today(zone));
  }

  /** The same for a draft, with what is known of its datasets and of the other offers now. */
  List<LawFinding> findings(TerritoryId territory, ZoneId zone, OfferDraft draft) {
    return findings(caseOf(territory, draft), zone);
  }

  private OfferCase caseOf(TerritoryId territory, OfferDraft draft) {
    LicenceVersion licence = licences.version(draft.licence()).orElseThrow();
    List<PublishedOffer> open = offers.openOffers(territory, draft.datasets());
    return new OfferCase(
        holders.find(territory, draft.holder()).orElseThrow().kind(),
        licence.licence().name(),
        licence.terms(),
        draft.eligibility(),
        draft.reuserKinds(),
        draft.purposes(),
        draft.approval(),
        draft.fee(),
        draft.validity(),
        draft.stated(),
        datasets.find(territory, draft.datasets()).stream()
            .map(
                dataset ->
                    covered(
                        dataset,
                        draft,
                        open.stream()
                            .filter(other -> !other.slug().equals(draft.slug()))
                            .anyMatch(other -> other.givesWhole(dataset.id()))))
            .toList());
  }

  private static OfferCase.Covered covered(Dataset dataset, OfferDraft draft, boolean alsoOpen) {
    List<Distribution> distributions = dataset.distributions();
    return new OfferCase.Covered(
        dataset.slug(),
        dataset.classification(),
        dataset.flags(),
        distributions.stream().map(d -> d.is().catalogue()).toList(),
        distributions.stream().anyMatch(d -> d.is().actions().contains(Action.DOWNLOAD)),
        draft.tier().obligationsFor(dataset.id()),
        alsoOpen);
  }

  /**
   * Raises a finding on an offer that is published: a request was refused on terms that another
   * reuser was granted, which may amount to an exclusive right (DGA art. 4(1)). Does nothing for
   * holders that the rule is not for, and nothing the second time for one request. Whoever calls it
   * knows that another reuser has an agreement on this offer.
   *
   * @param refused the request
   * @param by who refused it
   */
  @Transactional
  public void refusedToOthers(OfferId offer, AccessRequestId refused, Actor by) {
    PublishedOffer found = offers.find(offer).orElseThrow();
    boolean on = licences.isOnFrenchList(found.licence().slug());
    OfferCase offered = caseOf(found.territory(), found.draft());
    if (law.raises(REFUSED_TO_OTHERS, offered, on, today(found.zone()))
        && findings.raise(found, REFUSED_TO_OTHERS, refused.toString())) {
      trail.record(
          by,
          "offer.finding-raised",
          Optional.of(found.territory()),
          "offer",
          offer.toString(),
          Map.of("rule", REFUSED_TO_OTHERS, "request", refused.toString()));
    }
  }

  /**
   * What a rule says, as it was on a day; as it is known otherwise, where it was not in force then.
   */
  Optional<LawFinding> asOf(String rule, LocalDate day) {
    return law.rule(rule, day)
        .or(() -> law.rules().stream().filter(r -> r.id().equals(rule)).findFirst())
        .map(found -> law.found(found, List.of()));
  }

  /** The legal basis of this id. */
  Optional<LegalBasis> basis(String id) {
    return Optional.ofNullable(law.bases().get(id));
  }

  private LocalDate today(ZoneId zone) {
    return LocalDate.ofInstant(clock.instant(), zone);
  }
}
