package org.octroi.entitlement;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.KeyHash;
import org.octroi.vocabulary.TerritoryId;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * A snapshot on persistent maps: a change makes a new one that shares all but the changed path with
 * the old, so that a million agreements cost a change no more than ten do.
 */
record PersistentSnapshot(
    long revision,
    PMap<Address, Dataset> datasets,
    PMap<TerritoryId, Set<Address>> addresses,
    PMap<Client, Holding> holdings,
    PMap<ApplicationId, Client> clients,
    PMap<KeyHash, HeldKey> keys,
    PMap<String, Integer> origins,
    PMap<String, Instant> revokedTokens,
    PMap<Client, ApplicationId> elsewhere,
    PMap<String, Set<TerritoryId>> issuers)
    implements Snapshot {

  static final PersistentSnapshot EMPTY =
      new PersistentSnapshot(
          0,
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty());

  /** Where a dataset is found. */
  record Address(String territory, String dataset) {}

  /** An application with its agreements by dataset, and which clients of other issuers it is. */
  record Holding(
      Application application, Map<DatasetId, List<Agreement>> agreements, Set<Client> elsewhere) {}

  @Override
  public Optional<Dataset> dataset(String territory, String dataset) {
    return Optional.ofNullable(datasets.get(new Address(territory, dataset)));
  }

  @Override
  public Optional<Application> application(String issuer, String clientId) {
    Client client = new Client(issuer, clientId);
    @Nullable Holding holding = holdings.get(client);
    if (holding == null && issuers.containsKey(issuer)) {
      @Nullable ApplicationId known = elsewhere.get(client);
      holding = known == null ? null : holding(known);
    }
    return holding == null ? Optional.empty() : Optional.of(holding.application());
  }

  @Override
  public boolean trusts(String issuer, TerritoryId territory) {
    @Nullable Set<TerritoryId> territories = issuers.get(issuer);
    return territories == null || territories.contains(territory);
  }

  @Override
  public List<Agreement> agreements(ApplicationId application, DatasetId dataset) {
    @Nullable Holding holding = holding(application);
    return holding == null ? List.of() : holding.agreements().getOrDefault(dataset, List.of());
  }

  @Override
  public boolean tokenRevoked(String issuer, String tokenId) {
    return revokedTokens.containsKey(
        issuers.containsKey(issuer) ? Snapshot.foreignToken(issuer, tokenId) : tokenId);
  }

  @Override
  public Optional<HeldKey> key(KeyHash hash) {
    return Optional.ofNullable(keys.get(hash));
  }

  @Override
  public boolean originRegistered(String origin) {
    return origins.containsKey(origin);
  }

  private @Nullable Holding holding(ApplicationId application) {
    @Nullable Client client = clients.get(application);
    return client == null ? null : holdings.get(client);
  }

  /** The keys of all applications, after one of them changed. */
  private PMap<KeyHash, HeldKey> keysWith(
      ApplicationId changed, @Nullable Application application) {
    PMap<KeyHash, HeldKey> known = keys;
    @Nullable Holding before = holding(changed);
    if (before != null) {
      known = known.minusAll(before.application().keys().stream().map(Key::hash).toList());
    }
    if (application != null) {
      for (Key key : application.keys()) {
        known = known.plus(key.hash(), new HeldKey(key, application));
      }
    }
    return known;
  }

  /** How many active applications registered each origin, after one of them changed. */
  private PMap<String, Integer> originsWith(
      ApplicationId changed, @Nullable Application application) {
    PMap<String, Integer> counts = origins;
    @Nullable Holding before = holding(changed);
    if (before != null && before.application().active()) {
      for (String origin : before.application().origins()) {
        int count = counts.getOrDefault(origin, 0);
        counts = count <= 1 ? counts.minus(origin) : counts.plus(origin, count - 1);
      }
    }
    if (application != null && application.active()) {
      for (String origin : application.origins()) {
        counts = counts.plus(origin, counts.getOrDefault(origin, 0) + 1);
      }
    }
    return counts;
  }

  PersistentSnapshot withTerritory(long next, TerritoryId territory, Collection<Dataset> now) {
    @Nullable Set<Address> before = addresses.get(territory);
    PMap<Address, Dataset> changed = before == null ? datasets : datasets.minusAll(before);
    Map<Address, Dataset> added = new HashMap<>();
    for (Dataset dataset : now) {
      added.put(new Address(dataset.territory().slug().value(), dataset.slug().value()), dataset);
    }
    return new PersistentSnapshot(
        Math.max(revision, next),
        changed.plusAll(added),
        addresses.plus(territory, Set.copyOf(added.keySet())),
        holdings,
        clients,
        keys,
        origins,
        revokedTokens,
        elsewhere,
        issuers);
  }

  PersistentSnapshot withApplication(
      long next,
      String issuer,
      String clientId,
      Set<Client> clientsElsewhere,
      Application application,
      List<Agreement> agreements) {
    Map<DatasetId, List<Agreement>> byDataset = new HashMap<>();
    for (Agreement agreement :
        agreements.stream()
            .sorted(Comparator.comparing(Agreement::validFrom).reversed())
            .toList()) {
      for (DatasetId dataset : agreement.datasets()) {
        byDataset.computeIfAbsent(dataset, d -> new ArrayList<>()).add(agreement);
      }
    }
    Client client = new Client(issuer, clientId);
    return new PersistentSnapshot(
        Math.max(revision, next),
        datasets,
        addresses,
        holdings.plus(
            client,
            new Holding(
                application,
                byDataset.entrySet().stream()
                    .collect(
                        Collectors.toUnmodifiableMap(
                            Map.Entry::getKey, e -> List.copyOf(e.getValue()))),
                clientsElsewhere)),
        clients.plus(application.id(), client),
        keysWith(application.id(), application),
        originsWith(application.id(), application),
        revokedTokens,
        elsewhereWith(application.id(), clientsElsewhere),
        issuers);
  }

  PersistentSnapshot withoutApplication(long next, ApplicationId application) {
    @Nullable Client client = clients.get(application);
    return new PersistentSnapshot(
        Math.max(revision, next),
        datasets,
        addresses,
        client == null ? holdings : holdings.minus(client),
        clients.minus(application),
        keysWith(application, null),
        originsWith(application, null),
        revokedTokens,
        elsewhereWith(application, Set.of()),
        issuers);
  }

  /** The clients of other issuers, after one application changed: a client may have moved. */
  private PMap<Client, ApplicationId> elsewhereWith(ApplicationId changed, Set<Client> now) {
    PMap<Client, ApplicationId> known = elsewhere;
    @Nullable Holding before = holding(changed);
    if (before != null) {
      for (Client client : before.elsewhere()) {
        if (changed.equals(known.get(client))) {
          known = known.minus(client);
        }
      }
    }
    for (Client client : now) {
      known = known.plus(client, changed);
    }
    return known;
  }

  /** With these issuers besides our own and no others. */
  private PersistentSnapshot trusting(long next, Map<String, Set<TerritoryId>> now) {
    return new PersistentSnapshot(
        Math.max(revision, next),
        datasets,
        addresses,
        holdings,
        clients,
        keys,
        origins,
        revokedTokens,
        elsewhere,
        HashTreePMap.from(now));
  }

  /** With these tokens refused and no others. */
  private PersistentSnapshot refusing(long next, Map<String, Instant> tokens) {
    return new PersistentSnapshot(
        Math.max(revision, next),
        datasets,
        addresses,
        holdings,
        clients,
        keys,
        origins,
        HashTreePMap.from(tokens),
        elsewhere,
        issuers);
  }

  /**
   * With these tokens besides, by when each ends.
   *
   * @param ended those that ended before are forgotten
   */
  PersistentSnapshot withRevokedTokens(long next, Map<String, Instant> tokens, Instant ended) {
    List<String> past =
        revokedTokens.entrySet().stream()
            .filter(token -> token.getValue().isBefore(ended))
            .map(Map.Entry::getKey)
            .toList();
    return refusing(next, revokedTokens.minusAll(past).plusAll(tokens));
  }

  PersistentSnapshot with(EntitlementChange change) {
    return switch (change) {
      case EntitlementChange.OfTerritory(var next, var territory, var now) ->
          withTerritory(next, territory, now);
      case EntitlementChange.OfApplication(
              var next,
              var issuer,
              var clientId,
              var clientsElsewhere,
              var application,
              var agreements) ->
          withApplication(next, issuer, clientId, clientsElsewhere, application, agreements);
      case EntitlementChange.WithoutApplication(var next, var application) ->
          withoutApplication(next, application);
      case EntitlementChange.OfRevokedTokens(var next, var tokens) -> refusing(next, tokens);
      case EntitlementChange.OfIssuers(var next, var now) -> trusting(next, now);
    };
  }

  /** All that there is, as the changes that bring an empty snapshot to it. */
  List<EntitlementChange> changes() {
    List<EntitlementChange> changes = new ArrayList<>(addresses.size() + holdings.size());
    addresses.keySet().forEach(territory -> changes.add(changeOf(territory)));
    clients.keySet().forEach(application -> changes.add(changeOf(application)));
    changes.add(changeOfTokens());
    changes.add(changeOfIssuers());
    return changes;
  }

  /** The tokens that are refused here. */
  EntitlementChange changeOfTokens() {
    return new EntitlementChange.OfRevokedTokens(revision, revokedTokens);
  }

  /** The issuers that are trusted here besides our own. */
  EntitlementChange changeOfIssuers() {
    return new EntitlementChange.OfIssuers(revision, issuers);
  }

  /** One territory or application, as it is here. */
  EntitlementChange changeOf(Id subject) {
    if (subject instanceof TerritoryId territory) {
      return new EntitlementChange.OfTerritory(
          revision,
          territory,
          addresses.getOrDefault(territory, Set.of()).stream().map(datasets::get).toList());
    }
    if (!(subject instanceof ApplicationId application)) {
      throw new IllegalArgumentException(subject + " is neither a territory nor an application");
    }
    @Nullable Client client = clients.get(application);
    @Nullable Holding holding = client == null ? null : holdings.get(client);
    return client == null || holding == null
        ? new EntitlementChange.WithoutApplication(revision, application)
        : new EntitlementChange.OfApplication(
            revision,
            client.issuer(),
            client.clientId(),
            holding.elsewhere(),
            holding.application(),
            held(holding));
  }

  /** Once each, though one that covers several datasets stands under each of them. */
  private static List<Agreement> held(Holding holding) {
    Map<AgreementId, Agreement> byId = new LinkedHashMap<>();
    holding.agreements().values().forEach(all -> all.forEach(one -> byId.put(one.id(), one)));
    return List.copyOf(byId.values());
  }
}
