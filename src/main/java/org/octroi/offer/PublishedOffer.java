package org.octroi.offer;

import java.time.Period;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.entitlement.Snapshot;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Level;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;

/**
 * One published version of an offer. All but {@code withdrawn} is frozen.
 *
 * @param id of this version
 * @param territory its territory
 * @param territorySlug the territory's name in addresses
 * @param zone where the territory's days begin and end
 * @param holder whose it is
 * @param slug the offer's name, unique in the territory
 * @param number the version, from 1
 * @param title its title
 * @param level how much it asks
 * @param approval how a request is decided
 * @param reuserKinds who may ask; empty where anybody may
 * @param purposes the purposes that may be asked for; empty where any may
 * @param validity how long an agreement lasts; empty where it has no end
 * @param fee what is owed
 * @param form what is asked of whoever requests it
 * @param stated what its holder states about the law
 * @param licence the frozen text
 * @param tier what it gives
 * @param datasets what it covers
 * @param withdrawn whether it can be asked for no longer: its holder withdrew it, or a newer
 *     version took its place; agreements made before keep it
 */
public record PublishedOffer(
    OfferId id,
    TerritoryId territory,
    Slug territorySlug,
    ZoneId zone,
    HolderId holder,
    Slug slug,
    int number,
    Bilingual title,
    Level level,
    Approval approval,
    Set<ReuserKind> reuserKinds,
    SortedSet<Purpose> purposes,
    Optional<Period> validity,
    Optional<Fee> fee,
    Form form,
    LegalStatement stated,
    Snapshot.Licence licence,
    Snapshot.Tier tier,
    List<DatasetId> datasets,
    boolean withdrawn) {

  public PublishedOffer {
    reuserKinds = Set.copyOf(reuserKinds);
    purposes = Collections.unmodifiableSortedSet(new TreeSet<>(purposes));
    datasets = List.copyOf(datasets);
  }

  /** What the gate must know of it. */
  public Snapshot.Offer snapshot() {
    return new Snapshot.Offer(
        id, slug, title, level, approval, licence, tier, purposes, reuserKinds);
  }

  /** The datasets that it covers, as they are now, in its order. */
  List<Dataset> covered(Datasets all) {
    return all.find(territory, datasets).stream()
        .sorted(Comparator.comparing(dataset -> datasets.indexOf(dataset.id())))
        .toList();
  }

  /** Whether anybody may use it. */
  public Eligibility eligibility() {
    return level == Level.OPEN ? Eligibility.ANYONE : Eligibility.IDENTIFIED;
  }

  /** What its holder said of it, without what the house adds. */
  OfferDraft draft() {
    return new OfferDraft(
        slug,
        holder,
        title,
        datasets,
        licence.version(),
        tier,
        eligibility(),
        reuserKinds,
        purposes,
        approval,
        fee,
        validity,
        form,
        stated);
  }

  /** Whether it gives a dataset to anybody, with nothing of its content held back. */
  boolean givesWhole(DatasetId dataset) {
    return level == Level.OPEN
        && datasets.contains(dataset)
        && !tier.obligationsFor(dataset).shapesContent();
  }

  /** Whether publishing the draft would change nothing. */
  boolean is(OfferDraft draft) {
    return !withdrawn && draft().equals(draft);
  }
}
