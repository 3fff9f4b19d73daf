package org.octroi.offer;

import java.time.Period;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Obligations;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;

/**
 * An offer as it is to be published.
 *
 * @param slug its name, unique in the territory
 * @param holder whose it is
 * @param title its title
 * @param datasets what it covers, at least one, all of this holder
 * @param licence under which text
 * @param tier what it gives; a dataset without an entry gets one that demands nothing
 * @param eligibility whether anybody may use it
 * @param reuserKinds who may ask; empty where anybody may
 * @param purposes the purposes that may be asked for; empty where any may
 * @param approval how a request is decided
 * @param fee what is owed
 * @param validity how long an agreement lasts; empty where it has no end
 * @param form what is asked of whoever requests it
 * @param stated what its holder states about the law
 */
public record OfferDraft(
    Slug slug,
    HolderId holder,
    Bilingual title,
    List<DatasetId> datasets,
    LicenceVersionId licence,
    Snapshot.Tier tier,
    Eligibility eligibility,
    Set<ReuserKind> reuserKinds,
    SortedSet<Purpose> purposes,
    Approval approval,
    Optional<Fee> fee,
    Optional<Period> validity,
    Form form,
    LegalStatement stated) {

  /** An offer that asks nothing and states nothing. */
  public OfferDraft(
      Slug slug,
      HolderId holder,
      Bilingual title,
      List<DatasetId> datasets,
      LicenceVersionId licence,
      Snapshot.Tier tier,
      Eligibility eligibility,
      Set<ReuserKind> reuserKinds,
      SortedSet<Purpose> purposes,
      Approval approval,
      Optional<Fee> fee,
      Optional<Period> validity) {
    this(
        slug,
        holder,
        title,
        datasets,
        licence,
        tier,
        eligibility,
        reuserKinds,
        purposes,
        approval,
        fee,
        validity,
        Form.NONE,
        LegalStatement.NONE);
  }

  public OfferDraft {
    datasets = List.copyOf(datasets);
    reuserKinds = Set.copyOf(reuserKinds);
    purposes = Collections.unmodifiableSortedSet(new TreeSet<>(purposes));
    if (datasets.isEmpty() || datasets.stream().distinct().count() != datasets.size()) {
      throw new IllegalArgumentException(slug + " needs datasets, each once");
    }
    tier = whole(tier, datasets);
  }

  /** That nothing is demanded is said too: what is missing where it is kept has been lost. */
  private static Snapshot.Tier whole(Snapshot.Tier tier, List<DatasetId> datasets) {
    if (tier.obligations().keySet().containsAll(datasets)) {
      return tier;
    }
    Map<DatasetId, Obligations> demanded = new HashMap<>(tier.obligations());
    datasets.forEach(dataset -> demanded.putIfAbsent(dataset, Obligations.NONE));
    return new Snapshot.Tier(tier.name(), tier.limits(), Map.copyOf(demanded));
  }
}
