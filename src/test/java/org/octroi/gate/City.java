package org.octroi.gate;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.octroi.entitlement.Entitlements;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Obligations;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Unit;
import org.octroi.quota.Window;
import org.octroi.store.StoreAddress;
import org.octroi.store.StoreTarget;
import org.octroi.token.ApiKey;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.KeyId;
import org.octroi.vocabulary.Level;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;

/** A small city whose datasets lie in one HTTP store, as the desk would tell the gate of it. */
final class City {

  static final Instant LONG_AGO = Instant.parse("2026-01-05T09:00:00Z");

  final TerritoryId id = TerritoryId.create();
  private final Snapshot.Territory territory =
      new Snapshot.Territory(id, new Slug("rennes"), ZoneId.of("Europe/Paris"));
  private final Entitlements entitlements;
  private final List<Snapshot.Dataset> datasets = new ArrayList<>();
  private final StoreAddress store;
  private long revision;

  City(Entitlements entitlements, StoreAddress store) {
    this.entitlements = entitlements;
    this.store = store;
  }

  /** What a test may want different of a dataset. */
  final class DatasetBuilder {
    private final Slug slug;
    private final DatasetId dataset = DatasetId.create();
    private Classification classification = Classification.PUBLIC;
    private Limits limits = unlimited();
    private Limits inAll = Limits.NONE;
    private Obligations obligations = Obligations.NONE;
    private boolean anonymous = true;
    private boolean paused;
    private boolean retired;
    private Optional<Snapshot.Deprecation> deprecation = Optional.empty();
    private String path;
    private Catalogue catalogue = Catalogue.NONE;
    private List<StoreTarget.Parameter> parameters = List.of();
    private StoreAddress address = store;
    private Set<Action> actions = Set.of(Action.READ);
    private String licence = "licence-ouverte";
    private boolean bodies;
    private boolean forgotten;

    private DatasetBuilder(String slug) {
      this.slug = new Slug(slug);
      this.path = "/" + slug;
    }

    DatasetBuilder controlled() {
      classification = Classification.CONTROLLED;
      anonymous = false;
      return this;
    }

    DatasetBuilder paused() {
      paused = true;
      return this;
    }

    /** Gone for good. */
    DatasetBuilder retired() {
      retired = true;
      return this;
    }

    DatasetBuilder deprecated(Snapshot.Deprecation said) {
      deprecation = Optional.of(said);
      return this;
    }

    /** What is let through of it in all. */
    DatasetBuilder inAll(Limits most) {
      inAll = most;
      return this;
    }

    DatasetBuilder with(Limits tierLimits) {
      limits = tierLimits;
      return this;
    }

    DatasetBuilder with(Obligations tierObligations) {
      obligations = tierObligations;
      return this;
    }

    DatasetBuilder from(String upstreamPath) {
      path = upstreamPath;
      return this;
    }

    DatasetBuilder rows(String... columns) {
      catalogue =
          new Catalogue(
              List.of(columns).stream()
                  .map(c -> new Catalogue.Column(c, Catalogue.Type.TEXT, false))
                  .toList(),
              Optional.of(""),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      parameters =
          List.of(columns).stream()
              .map(c -> new StoreTarget.Parameter(c, Optional.of(c), Obligations.Operator.EQ))
              .toList();
      return this;
    }

    /** In a store of its own, instead of the city's. */
    DatasetBuilder in(StoreAddress other) {
      address = other;
      return this;
    }

    /** A file of the folder that the gate may read. */
    DatasetBuilder file(String name) {
      address = new StoreAddress.Folder(GateHouse.FILES, "");
      path = name;
      return this;
    }

    /** A table that no server has: good for what is refused before it is asked. */
    DatasetBuilder table(Action... offered) {
      address =
          new StoreAddress.Sql(StoreAddress.SqlEngine.H2, "db.invalid", 9092, "town", "reader");
      path = "parks";
      actions = Set.of(offered);
      return this;
    }

    /** Callers may ask in a body. */
    DatasetBuilder askedInBodies() {
      bodies = true;
      actions = Set.of(Action.READ, Action.QUERY);
      return this;
    }

    DatasetBuilder licence(String licenceSlug) {
      licence = licenceSlug;
      return this;
    }

    /** Its tier says nothing of it. */
    DatasetBuilder forgottenByItsTier() {
      forgotten = true;
      return this;
    }

    Snapshot.Dataset published() {
      Snapshot.Offer offer =
          offer(
              anonymous ? Level.OPEN : Level.ENGAGED,
              forgotten ? DatasetId.create() : dataset,
              limits,
              obligations,
              licence);
      Snapshot.Distribution api =
          new Snapshot.Distribution(
              DistributionId.create(),
              new Slug("api"),
              actions,
              new StoreTarget(
                  StoreId.create(),
                  address,
                  Optional.empty(),
                  path,
                  catalogue,
                  parameters,
                  true,
                  List.of(Format.JSON),
                  bodies,
                  true));
      Snapshot.Dataset whole =
          new Snapshot.Dataset(
              dataset,
              territory,
              HolderId.create(),
              "Ville de Rennes",
              slug,
              new Bilingual("Parcs et jardins", "Parks and gardens"),
              classification,
              new TreeSet<>(),
              new TreeSet<>(),
              "Ville de Rennes",
              LONG_AGO,
              paused,
              retired,
              deprecation,
              inAll,
              retired ? Map.of() : Map.of("api", api),
              "api",
              anonymous ? Optional.of(offer) : Optional.empty(),
              List.of(offer));
      datasets.add(whole);
      entitlements.territory(++revision, id, datasets);
      return whole;
    }
  }

  DatasetBuilder dataset(String slug) {
    return new DatasetBuilder(slug);
  }

  /** An application known by the client id that stands in its tokens. */
  final class Reuser {
    private Snapshot.Application application;
    private final String clientId;
    private final List<Snapshot.Agreement> agreements = new ArrayList<>();

    private Reuser(String clientId, boolean active, Set<String> origins) {
      this.clientId = clientId;
      this.application =
          new Snapshot.Application(
              ApplicationId.create(),
              active,
              "reuser-of-" + clientId,
              ReuserKind.COMPANY,
              origins,
              List.of());
      tell();
    }

    /** Makes it an API key. */
    ApiKey key(Optional<Instant> expires) {
      ApiKey key = ApiKey.create();
      List<Snapshot.Key> keys = new ArrayList<>(application.keys());
      keys.add(new Snapshot.Key(KeyId.create(), key.hash(), expires, Optional.empty()));
      hasKeys(keys);
      return key;
    }

    List<Snapshot.Key> keys() {
      return application.keys();
    }

    /** From now on it has these keys and no others. */
    void hasKeys(List<Snapshot.Key> keys) {
      application =
          new Snapshot.Application(
              application.id(),
              application.active(),
              application.reuser(),
              application.reuserKind(),
              application.origins(),
              keys);
      tell();
    }

    ApplicationId id() {
      return application.id();
    }

    /** Mints an agreement to the dataset's first offer. */
    Snapshot.Agreement agrees(Snapshot.Dataset dataset, String... purposes) {
      SortedSet<Purpose> agreed = new TreeSet<>();
      List.of(purposes).forEach(p -> agreed.add(new Purpose(p)));
      Snapshot.Agreement agreement =
          new Snapshot.Agreement(
              AgreementId.create(),
              AgreementNumber.create(territory.slug(), 2026),
              application.id(),
              dataset.offers().getFirst(),
              Set.of(dataset.id()),
              AgreementStatus.ACTIVE,
              agreed,
              Purposes.dpv().closure(agreed),
              LONG_AGO.plusSeconds(agreements.size()),
              Optional.empty(),
              Optional.empty(),
              "");
      agreements.add(agreement);
      tell();
      return agreement;
    }

    void becomes(Snapshot.Agreement agreement, AgreementStatus status) {
      agreements.replaceAll(
          a ->
              a.id().equals(agreement.id())
                  ? new Snapshot.Agreement(
                      a.id(),
                      a.number(),
                      a.application(),
                      a.offer(),
                      a.datasets(),
                      status,
                      a.purposes(),
                      a.purposesClosed(),
                      a.validFrom(),
                      a.validUntil(),
                      a.reacceptance(),
                      a.maskKey())
                  : a);
      tell();
    }

    /** Gives an agreement other moments. */
    void holds(Snapshot.Agreement agreement, Instant from, Optional<Instant> until) {
      agreements.replaceAll(
          a ->
              a.id().equals(agreement.id())
                  ? new Snapshot.Agreement(
                      a.id(),
                      a.number(),
                      a.application(),
                      a.offer(),
                      a.datasets(),
                      a.status(),
                      a.purposes(),
                      a.purposesClosed(),
                      from,
                      until,
                      a.reacceptance(),
                      a.maskKey())
                  : a);
      tell();
    }

    /** A newer version of its licence asks to be accepted by a moment. */
    void isAskedToAccept(Snapshot.Agreement agreement, Snapshot.Reacceptance asked) {
      agreements.replaceAll(
          a ->
              a.id().equals(agreement.id())
                  ? new Snapshot.Agreement(
                      a.id(),
                      a.number(),
                      a.application(),
                      a.offer(),
                      a.datasets(),
                      a.status(),
                      a.purposes(),
                      a.purposesClosed(),
                      a.validFrom(),
                      a.validUntil(),
                      Optional.of(asked),
                      a.maskKey())
                  : a);
      tell();
    }

    private void tell() {
      entitlements.application(
          ++revision, GateHouse.ISSUER, clientId, Set.of(), application, agreements);
    }
  }

  Reuser reuser(String clientId) {
    return new Reuser(clientId, true, Set.of());
  }

  /** An application with pages of these origins. */
  Reuser reuserWithPagesOf(String clientId, String... origins) {
    return new Reuser(clientId, true, Set.of(origins));
  }

  Reuser suspendedReuserWithPagesOf(String clientId, String... origins) {
    return new Reuser(clientId, false, Set.of(origins));
  }

  Reuser suspendedReuser(String clientId) {
    return new Reuser(clientId, false, Set.of());
  }

  static Limits unlimited() {
    return Limits.NONE;
  }

  static Limits perDay(long requests) {
    return new Limits(Limits.Rate.NONE, List.of(Quota.of(Unit.REQUESTS, Window.DAY, requests)));
  }

  static Limits perHour(long requests) {
    return new Limits(new Limits.Rate(requests, Duration.ofHours(1), requests), List.of());
  }

  private static Snapshot.Offer offer(
      Level level, DatasetId dataset, Limits limits, Obligations obligations, String licence) {
    return new Snapshot.Offer(
        OfferId.create(),
        new Slug("standard"),
        new Bilingual("Accès courant", "Standard access"),
        level,
        Approval.AUTOMATIC,
        new Snapshot.Licence(
            LicenceVersionId.create(),
            licence,
            2,
            new Bilingual("Licence Ouverte 2.0", "Open Licence 2.0"),
            "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
            "00".repeat(32)),
        new Snapshot.Tier(new TierName("standard"), limits, Map.of(dataset, obligations)),
        Collections.emptySortedSet(),
        Set.of());
  }
}
