package org.octroi.charter;

import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.octroi.charter.DatasetReader.ReadDataset;
import org.octroi.charter.OfferReader.KnownLicence;
import org.octroi.charter.TierReader.ReadTier;
import org.octroi.obligation.Obligations;
import org.octroi.offer.Eligibility;
import org.octroi.offer.Fee;
import org.octroi.offer.Ground;
import org.octroi.offer.LawFinding;
import org.octroi.offer.LegalStatement;
import org.octroi.offer.OfferCase;
import org.octroi.offer.PublicationGuard;
import org.octroi.offer.TierRules.Reach;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;

/**
 * Holds the offers of a charter against the law, when all of them are read: one may be what makes
 * another lawful. What the law has against them stands apart from what is wrong in the charter,
 * since an offer that is published already in this form is not judged again.
 */
final class LawReader {

  private final PublicationGuard guard;
  private final Set<Finding> law;
  private final List<ReadOffer> offers = new ArrayList<>();

  LawReader(PublicationGuard guard, Set<Finding> law) {
    this.guard = guard;
    this.law = law;
  }

  /** An offer as it was read, whose datasets have no ids yet. */
  record ReadOffer(
      Entry entry,
      HolderKind holder,
      KnownLicence licence,
      ReadTier tier,
      Map<Slug, ReadDataset> datasets,
      Eligibility eligibility,
      Set<ReuserKind> reusers,
      SortedSet<Purpose> purposes,
      Approval approval,
      Optional<Fee> fee,
      Optional<Period> validity,
      LegalStatement stated,
      List<Ground> grounds) {

    ReadOffer {
      datasets = new LinkedHashMap<>(datasets);
    }

    boolean givesWhole(Slug dataset) {
      return eligibility == Eligibility.ANYONE
          && datasets.containsKey(dataset)
          && !demanded(dataset).shapesContent();
    }

    private Obligations demanded(Slug dataset) {
      return tier.obligationsFor(dataset);
    }
  }

  void add(ReadOffer offer) {
    offers.add(offer);
  }

  /** Says what the law has against each offer, at its place. */
  void judge(ZoneId zone) {
    for (ReadOffer offer : offers) {
      for (LawFinding finding : guard.findings(caseOf(offer), zone)) {
        boolean grounded =
            finding.severity() == LawFinding.Severity.WARNING
                && offer.grounds.stream().anyMatch(g -> g.rule().equals(finding.rule()));
        if (!grounded) {
          String member = finding.looksAt().equals("reuserKinds") ? "reusers" : finding.looksAt();
          Entry at = offer.entry.below(member);
          law.add(new Finding(at.file(), at.line(), at.path(), sentence(finding)));
        }
      }
    }
  }

  private static String sentence(LawFinding finding) {
    StringBuilder sentence = new StringBuilder();
    sentence.append(
        finding.severity() == LawFinding.Severity.BLOCKING
            ? "the law forbids this ("
            : "the law warns of this (");
    sentence.append(finding.rule()).append("; ").append(finding.article()).append("): ");
    sentence.append(finding.sentence().en());
    if (!finding.datasets().isEmpty()) {
      sentence.append(
          " It is about "
              + String.join(", ", finding.datasets().stream().map(Slug::value).toList())
              + ".");
    }
    sentence.append(' ').append(finding.change().en());
    if (finding.severity() == LawFinding.Severity.WARNING) {
      sentence.append(" Or give a ground for the rule in grounds.");
    }
    return sentence.toString();
  }

  private OfferCase caseOf(ReadOffer offer) {
    return new OfferCase(
        offer.holder,
        offer.licence.name(),
        offer.licence.terms(),
        offer.eligibility,
        offer.reusers,
        offer.purposes,
        offer.approval,
        offer.fee,
        offer.validity,
        offer.stated,
        offer.datasets.entrySet().stream()
            .map(dataset -> covered(offer, dataset.getKey(), dataset.getValue()))
            .toList());
  }

  private OfferCase.Covered covered(ReadOffer offer, Slug slug, ReadDataset dataset) {
    return new OfferCase.Covered(
        slug,
        dataset.classification(),
        dataset.flags(),
        dataset.reach().stream().map(Reach::catalogue).toList(),
        dataset.download(),
        offer.demanded(slug),
        offers.stream()
            .filter(other -> !other.entry.path().equals(offer.entry.path()))
            .anyMatch(other -> other.givesWhole(slug)));
  }
}
