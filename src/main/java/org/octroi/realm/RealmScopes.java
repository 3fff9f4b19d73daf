package org.octroi.realm;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.octroi.agreement.Agreements;
import org.octroi.agreement.HeldAgreement;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.entitlement.Snapshot;
import org.octroi.issuer.TrustedIssuer;
import org.octroi.issuer.TrustedIssuers;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;

/**
 * The scopes that the realm is to have: one for each dataset and what can be done with it, in the
 * territories that the realm is trusted in. A client has those that its agreements in force give.
 */
@Component
class RealmScopes {

  private final RealmProperties properties;
  private final TrustedIssuers issuers;
  private final Territories territories;
  private final Datasets datasets;
  private final Agreements agreements;
  private final Clock clock;

  RealmScopes(
      RealmProperties properties,
      TrustedIssuers issuers,
      Territories territories,
      Datasets datasets,
      Agreements agreements,
      Clock clock) {
    this.properties = properties;
    this.issuers = issuers;
    this.territories = territories;
    this.datasets = datasets;
    this.agreements = agreements;
    this.clock = clock;
  }

  /** All of them, by the dataset. */
  Map<DatasetId, Set<String>> all() {
    Map<DatasetId, Set<String>> scopes = new HashMap<>();
    Set<TerritoryId> trusted =
        issuers.find(properties.issuer()).map(TrustedIssuer::territories).orElse(Set.of());
    for (Territory territory : territories.all()) {
      if (trusted.contains(territory.id())) {
        scopes.putAll(of(territory));
      }
    }
    return scopes;
  }

  private Map<DatasetId, Set<String>> of(Territory territory) {
    Map<DatasetId, Set<String>> scopes = new HashMap<>();
    List<Dataset> all = datasets.all(territory.id());
    Map<DatasetId, Map<String, Snapshot.Distribution>> targets =
        datasets.targets(territory.id(), all);
    for (Dataset dataset : all) {
      Set<Action> actions = EnumSet.noneOf(Action.class);
      targets
          .getOrDefault(dataset.id(), Map.of())
          .values()
          .forEach(distribution -> actions.addAll(distribution.actions()));
      Set<String> names = new TreeSet<>();
      for (Action action : actions) {
        names.add("octroi:" + territory.slug() + "/" + dataset.slug() + ":" + action.word());
      }
      scopes.put(dataset.id(), names);
    }
    return scopes;
  }

  /** Those of all that an application's agreements give now. */
  Set<String> of(ApplicationId application, Map<DatasetId, Set<String>> all) {
    Instant now = clock.instant();
    List<String> unreadable = new ArrayList<>();
    Set<String> scopes = new TreeSet<>();
    for (HeldAgreement held : agreements.heldBy(application, (part, why) -> unreadable.add(part))) {
      if (held.isInForce(now)) {
        held.datasets().forEach(dataset -> scopes.addAll(all.getOrDefault(dataset, Set.of())));
      }
    }
    return scopes;
  }
}
