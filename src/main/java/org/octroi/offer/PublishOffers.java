package org.octroi.offer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.offer.LawFinding.Severity;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Kept;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Publishes offers past the guard: whoever publishes for people does it here, so that no offer is
 * published against the law, nor against a warning of it without a ground that is kept. Offers that
 * stand already as they are written are not judged again.
 *
 * @refuses invalid-field when a draft breaks a rule of {@link OfferRules} or {@link TierRules}
 * @refuses offer-unlawful when the law forbids one of them
 * @refuses ground-needed when the law warns of one of them, and no ground is given
 */
@Component
@Transactional
public class PublishOffers {

  private final Offers offers;
  private final PublicationGuard guard;
  private final OfferFindings findings;
  private final Territories territories;
  private final AuditTrail trail;

  PublishOffers(
      Offers offers,
      PublicationGuard guard,
      OfferFindings findings,
      Territories territories,
      AuditTrail trail) {
    this.offers = offers;
    this.guard = guard;
    this.findings = findings;
    this.territories = territories;
    this.trail = trail;
  }

  /**
   * Sees to it that these offers are in force in this form.
   *
   * @return in the order of the proposals
   */
  public List<Kept<PublishedOffer>> handle(
      TerritoryId territory, List<OfferProposal> proposals, Actor by) {
    Territory in = territories.find(territory).orElseThrow();
    List<Kept<PublishedOffer>> kept =
        offers.publish(territory, proposals.stream().map(OfferProposal::draft).toList(), by);
    // Judged when all of them stand: one may be what makes another lawful. A refusal undoes it all.
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i).outcome() != Kept.Outcome.UNCHANGED) {
        judge(in, kept.get(i).kept().id(), proposals.get(i), by);
      }
    }
    return kept;
  }

  private void judge(Territory in, OfferId id, OfferProposal proposal, Actor by) {
    List<LawFinding> found = guard.findings(in.id(), in.zone(), proposal.draft());
    List<LawFinding> blocking =
        found.stream().filter(finding -> finding.severity() == Severity.BLOCKING).toList();
    if (!blocking.isEmpty()) {
      throw new RefusedException(
          Refusal.of(ProblemType.OFFER_UNLAWFUL, proposal.draft().slug().value())
              .with("findings", FindingView.of(found)));
    }
    List<LawFinding> without = new ArrayList<>();
    for (LawFinding warning : found) {
      Optional<Ground> ground =
          proposal.grounds().stream().filter(g -> g.rule().equals(warning.rule())).findFirst();
      if (ground.isEmpty()) {
        without.add(warning);
        continue;
      }
      findings.keep(in.id(), id, warning, ground.get(), by);
      // The text may name people, so the record has its hash: the text itself is in its table.
      trail.record(
          by,
          "offer.ground-given",
          Optional.of(in.id()),
          "offer",
          id.toString(),
          Map.of(
              "rule", warning.rule(),
              "law", warning.lawVersion(),
              "groundSha256", ground.get().sha256()));
    }
    if (!without.isEmpty()) {
      throw new RefusedException(
          Refusal.of(ProblemType.GROUND_NEEDED, proposal.draft().slug().value())
              .with("findings", FindingView.of(without)));
    }
  }
}
