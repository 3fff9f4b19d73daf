package org.octroi.charter;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.audit.AuditTrail;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.DatasetDraft;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.Store;
import org.octroi.catalogue.StoreDraft;
import org.octroi.catalogue.Stores;
import org.octroi.charter.CharterPlan.Planned;
import org.octroi.licence.LicenceDraft;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.offer.OfferProposal;
import org.octroi.offer.Offers;
import org.octroi.offer.PublicationGuard;
import org.octroi.offer.PublishOffers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.HolderDraft;
import org.octroi.territory.Holders;
import org.octroi.territory.Kept;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Checks and applies charters. A charter is the whole of a territory: what vanished from it is
 * withdrawn or retired (never deleted), and applying it twice changes nothing the second time.
 *
 * <p>Safe for use by many threads; two charters of one territory at the same time may fail on the
 * database's own uniqueness, in which case nothing of the later one is applied.
 */
@Service
public class Charters {

  /** The refusals of the publication guard. */
  private static final Set<ProblemType> LAW =
      Set.of(ProblemType.OFFER_UNLAWFUL, ProblemType.GROUND_NEEDED);

  private final Territories territories;
  private final Holders holders;
  private final Licences licences;
  private final Stores stores;
  private final Datasets datasets;
  private final Offers offers;
  private final PublishOffers publish;
  private final PublicationGuard guard;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;
  private final SecretNames secrets;

  Charters(
      Territories territories,
      Holders holders,
      Licences licences,
      Stores stores,
      Datasets datasets,
      Offers offers,
      PublishOffers publish,
      PublicationGuard guard,
      AuditTrail trail,
      TransactionTemplate transaction,
      Environment environment) {
    this.territories = territories;
    this.holders = holders;
    this.licences = licences;
    this.stores = stores;
    this.datasets = datasets;
    this.offers = offers;
    this.publish = publish;
    this.guard = guard;
    this.trail = trail;
    this.transaction = transaction;
    this.secrets = new SecretNames(environment);
  }

  /**
   * All that is wrong in a charter, and all that the law has against its offers, in the order of
   * the file; nothing is changed.
   */
  public List<Finding> check(Path file) {
    Set<Finding> findings = new LinkedHashSet<>();
    Set<Finding> law = new LinkedHashSet<>();
    read(file, findings, law);
    findings.addAll(law);
    return sorted(findings);
  }

  /**
   * Makes the territory what the charter says, in one transaction.
   *
   * @param by who is on the record for it
   * @throws CharterException when anything is wrong in it, or something that it needs was changed
   *     meanwhile; then nothing was changed
   */
  public Applied apply(Path file, Actor by) {
    Set<Finding> findings = new LinkedHashSet<>();
    Set<Finding> law = new LinkedHashSet<>();
    Optional<CharterPlan> plan = read(file, findings, law);
    if (plan.isEmpty() || !findings.isEmpty()) {
      throw new CharterException(file, sorted(findings));
    }
    try {
      return transaction.execute(status -> new Application(plan.get(), by).run());
    } catch (RefusedException e) {
      if (!law.isEmpty() && LAW.contains(e.refusal().type())) {
        throw new CharterException(file, sorted(law));
      }
      throw new CharterException(file, e, String.valueOf(e.getMessage()));
    } catch (DataAccessException e) {
      throw new CharterException(file, e, "the database: " + e.getMostSpecificCause().getMessage());
    }
  }

  private Optional<CharterPlan> read(Path file, Set<Finding> findings, Set<Finding> law) {
    return CharterDocument.open(file, findings)
        .map(
            document ->
                new CharterReader(file, licences, secrets, this::holderNow, guard, law)
                    .read(document));
  }

  private Optional<Slug> holderNow(Slug territory, Slug dataset) {
    return territories
        .find(territory.value())
        .map(Territory::id)
        .flatMap(
            in ->
                datasets
                    .find(in, dataset.value())
                    .flatMap(found -> holders.find(in, found.holder()))
                    .map(Holder::slug));
  }

  private static List<Finding> sorted(Set<Finding> findings) {
    return findings.stream().sorted(Comparator.comparingInt(Finding::line)).toList();
  }

  /** One charter being applied: what refers comes after what it refers to. */
  private final class Application {

    private final CharterPlan plan;
    private final Actor by;
    private final Ids ids =
        new Ids(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    private int added;
    private int changed;
    private int unchanged;
    private int withdrawn;

    Application(CharterPlan plan, Actor by) {
      this.plan = plan;
      this.by = by;
    }

    Applied run() {
      Territory in = count(territories.keep(plan.territory(), plan.name(), plan.zone(), by));
      TerritoryId territory = in.id();
      for (HolderDraft draft : plan.holders()) {
        ids.holders().put(draft.slug(), count(holders.keep(territory, draft, by)).id());
      }
      for (LicenceDraft draft : plan.licences()) {
        LicenceVersion version = count(licences.publish(in, draft, by));
        ids.ownLicences().put(draft.name(), version.id());
      }
      for (Planned<StoreDraft> store : plan.stores()) {
        Store kept = count(stores.keep(territory, store.draft().apply(ids), by));
        ids.stores().put(store.slug(), kept.id());
      }
      for (Planned<DatasetDraft> dataset : plan.datasets()) {
        Dataset kept = count(datasets.keep(territory, dataset.draft().apply(ids), by));
        ids.datasets().put(dataset.slug(), kept.id());
      }
      withdrawVanishedOffers(territory);
      List<OfferProposal> proposals =
          plan.offers().stream().map(offer -> offer.draft().apply(ids)).toList();
      publish.handle(territory, proposals, by).forEach(this::count);
      retireVanished(territory);
      if (added + changed + withdrawn > 0) {
        trail.record(
            by,
            "charter.applied",
            Optional.of(territory),
            "territory",
            territory.toString(),
            Map.of(
                "added", Integer.toString(added),
                "changed", Integer.toString(changed),
                "withdrawn", Integer.toString(withdrawn)));
      }
      return new Applied(territory, added, changed, unchanged, withdrawn);
    }

    private void withdrawVanishedOffers(TerritoryId territory) {
      Set<Slug> kept = new HashSet<>();
      plan.offers().forEach(offer -> kept.add(offer.slug()));
      for (PublishedOffer offer : offers.published(territory)) {
        if (!kept.contains(offer.slug())) {
          offers.withdraw(territory, offer.id(), by);
          withdrawn++;
        }
      }
    }

    private void retireVanished(TerritoryId territory) {
      for (Dataset dataset : datasets.all(territory)) {
        if (!ids.datasets().containsKey(dataset.slug())) {
          datasets.retire(territory, dataset.id(), by);
          withdrawn++;
        }
      }
      for (Store store : stores.all(territory)) {
        if (!ids.stores().containsKey(store.slug())) {
          stores.retire(territory, store.id(), by);
          withdrawn++;
        }
      }
      for (Holder holder : holders.all(territory)) {
        if (!ids.holders().containsKey(holder.slug())) {
          holders.retire(territory, holder.id(), by);
          withdrawn++;
        }
      }
    }

    private <T> T count(Kept<T> kept) {
      switch (kept.outcome()) {
        case ADDED -> added++;
        case CHANGED -> changed++;
        case UNCHANGED -> unchanged++;
      }
      return kept.kept();
    }
  }
}
