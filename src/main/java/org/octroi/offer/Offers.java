package org.octroi.offer;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.Deprecation;
import org.octroi.entitlement.Snapshot;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.problem.RefusedException;
import org.octroi.territory.CatalogueChanged;
import org.octroi.territory.Kept;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Level;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The published offers of each territory, every version of each. Safe for use by many threads.
 *
 * <p>A version is never changed after publication: another form of the offer is another version,
 * and the one before is superseded. Agreements keep the version that they were made under.
 */
@Service
public class Offers {

  private static final JsonMapper JSON = StoredJson.MAPPER;

  private static final TypeReference<List<String>> TERMS = new TypeReference<>() {};

  private static final String OFFER =
      """
      select o.id, o.territory_id, o.holder_id, o.slug, o.number, o.title_fr, o.title_en,
        o.licence_version_id, o.tier, o.purposes, o.reuser_kinds, o.eligibility, o.approval,
        o.fee_kind, o.fee_amount, o.fee_currency, o.fee_per, o.fee_note_fr, o.fee_note_en,
        o.fee_terms, o.validity, o.level, o.form, o.basis, o.homologation, o.is_exclusive,
        o.superseded_at, o.withdrawn_at
      from offer o
      """;

  private final JdbcClient jdbc;
  private final Territories territories;
  private final Licences licences;
  private final Datasets datasets;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  Offers(
      JdbcClient jdbc,
      Territories territories,
      Licences licences,
      Datasets datasets,
      AuditTrail trail,
      ApplicationEventPublisher events,
      Clock clock) {
    this.jdbc = jdbc;
    this.territories = territories;
    this.licences = licences;
    this.datasets = datasets;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  /**
   * The version with this id: in force, superseded or withdrawn. Offers are public reading, so this
   * asks for no territory.
   */
  public Optional<PublishedOffer> find(OfferId id) {
    return jdbc.sql("select territory_id from offer where id = :id")
        .param("id", id.toString())
        .query((row, number) -> TerritoryId.of(row.getString("territory_id")))
        .optional()
        .flatMap(
            territory ->
                read(
                        territory,
                        jdbc.sql(OFFER + "where o.territory_id = :territory and o.id = :id")
                            .param("territory", territory.toString())
                            .param("id", id.toString()))
                    .stream()
                    .findFirst());
  }

  /** The newest version of the offer with this name, in force or not. */
  public Optional<PublishedOffer> newest(TerritoryId territory, Slug slug) {
    return read(
            territory,
            jdbc.sql(
                    OFFER
                        + """
                        where o.territory_id = :territory and o.slug = :slug
                        order by o.number desc
                        limit 1
                        """)
                .param("territory", territory.toString())
                .param("slug", slug.value()))
        .stream()
        .findFirst();
  }

  /** A page of the versions of the offer with this name, newest first. */
  Page<PublishedOffer> versions(TerritoryId territory, Slug slug, int limit, int before) {
    return Page.of(
        read(
            territory,
            jdbc.sql(
                    OFFER
                        + """
                        where o.territory_id = :territory and o.slug = :slug and o.number < :before
                        order by o.number desc
                        limit :most
                        """)
                .param("territory", territory.toString())
                .param("slug", slug.value())
                .param("before", before)
                .param("most", limit + 1)),
        limit,
        offer -> Integer.toString(offer.number()));
  }

  /** One version of the offer with this name. */
  Optional<PublishedOffer> version(TerritoryId territory, Slug slug, int number) {
    return read(
            territory,
            jdbc.sql(
                    OFFER
                        + """
                        where o.territory_id = :territory and o.slug = :slug and o.number = :number
                        """)
                .param("territory", territory.toString())
                .param("slug", slug.value())
                .param("number", number))
        .stream()
        .findFirst();
  }

  /** A page of the offers in force, by slug. */
  Page<PublishedOffer> published(TerritoryId territory, PageAsk ask) {
    return Page.of(
        read(
            territory,
            jdbc.sql(
                    OFFER
                        + """
                        where o.territory_id = :territory and o.slug > :after
                          and o.superseded_at is null and o.withdrawn_at is null
                        order by o.slug
                        limit :most
                        """)
                .param("territory", territory.toString())
                .param("after", ask.after())
                .param("most", ask.fetch())),
        ask.limit(),
        offer -> offer.slug().value());
  }

  /** The offers to anyone that are in force for some of these datasets. */
  List<PublishedOffer> openOffers(TerritoryId territory, Collection<DatasetId> datasets) {
    return read(
        territory,
        jdbc.sql(
                OFFER
                    + """
                    where o.territory_id = :territory and o.id in (
                      select d.offer_id from offer_dataset d
                      where d.territory_id = :territory and d.anonymous_of in (:datasets))
                    order by o.slug
                    """)
            .param("territory", territory.toString())
            .param("datasets", datasets.stream().map(DatasetId::toString).toList()));
  }

  /** The offers in force, by slug. */
  public List<PublishedOffer> published(TerritoryId territory) {
    return read(
        territory,
        jdbc.sql(
                OFFER
                    + """
                    where o.territory_id = :territory
                      and o.superseded_at is null and o.withdrawn_at is null
                    order by o.slug
                    """)
            .param("territory", territory.toString()));
  }

  /** The offers in force that cover a dataset, by slug. */
  public List<PublishedOffer> published(TerritoryId territory, DatasetId dataset) {
    return read(
        territory,
        jdbc.sql(
                OFFER
                    + """
                    join offer_dataset d on d.offer_id = o.id and d.territory_id = o.territory_id
                    where o.territory_id = :territory and d.dataset_id = :dataset
                      and o.superseded_at is null and o.withdrawn_at is null
                    order by o.slug
                    """)
            .param("territory", territory.toString())
            .param("dataset", dataset.toString()));
  }

  /**
   * All that the gates must know of a territory's datasets: with their distributions and the offers
   * in force. What can't be read is not among them.
   */
  @Transactional(readOnly = true)
  public Collection<Snapshot.Dataset> entitlements(TerritoryId territory) {
    return entitlements(territory, (what, why) -> {});
  }

  /**
   * The same.
   *
   * @param closed told of each dataset and each offer that can't be read, and why not: a dataset
   *     without such an offer is as if it were not offered so
   */
  @Transactional(readOnly = true)
  public Collection<Snapshot.Dataset> entitlements(
      TerritoryId territory, BiConsumer<String, RuntimeException> closed) {
    Optional<Territory> found = territories.find(territory);
    if (found.isEmpty()) {
      return List.of();
    }
    Snapshot.Territory in =
        new Snapshot.Territory(territory, found.get().slug(), found.get().zone());
    try {
      List<Dataset> all = datasets.all(territory);
      Map<DatasetId, Map<String, Snapshot.Distribution>> targets = datasets.targets(territory, all);
      List<PublishedOffer> offers = published(territory);
      List<Snapshot.Dataset> entitlements = new ArrayList<>(gone(in));
      for (Dataset dataset : all) {
        entitlements.add(
            entitlement(in, dataset, targets.getOrDefault(dataset.id(), Map.of()), offers));
      }
      return entitlements;
    } catch (TransientDataAccessException | NonTransientDataAccessResourceException e) {
      throw e;
    } catch (RuntimeException unreadable) {
      return oneByOne(in, closed);
    }
  }

  /** The long way, where something can't be read: all else still must be served. */
  private List<Snapshot.Dataset> oneByOne(
      Snapshot.Territory in, BiConsumer<String, RuntimeException> closed) {
    TerritoryId territory = in.id();
    List<PublishedOffer> offers = new ArrayList<>();
    for (String id : publishedIds(territory)) {
      unlessUnreadable("offer " + id, () -> find(OfferId.of(id)).ifPresent(offers::add), closed);
    }
    List<Snapshot.Dataset> entitlements = new ArrayList<>();
    unlessUnreadable(
        "retired datasets of " + territory, () -> entitlements.addAll(gone(in)), closed);
    for (String id : datasets.ids(territory)) {
      unlessUnreadable(
          "dataset " + id,
          () ->
              datasets
                  .find(territory, DatasetId.of(id))
                  .map(
                      dataset ->
                          entitlement(in, dataset, datasets.targets(territory, dataset), offers))
                  .ifPresent(entitlements::add),
          closed);
    }
    return entitlements;
  }

  /** The retired, which have nothing to give: whoever asks is to learn that they are gone. */
  private List<Snapshot.Dataset> gone(Snapshot.Territory in) {
    return datasets.retired(in.id()).stream()
        .map(dataset -> entitlement(in, dataset, Map.of(), List.of()))
        .toList();
  }

  private static void unlessUnreadable(
      String what, Runnable reading, BiConsumer<String, RuntimeException> closed) {
    try {
      reading.run();
    } catch (TransientDataAccessException | NonTransientDataAccessResourceException e) {
      throw e;
    } catch (RuntimeException unreadable) {
      closed.accept(what, unreadable);
    }
  }

  /** The ids of the offers in force. */
  private List<String> publishedIds(TerritoryId territory) {
    return jdbc.sql(
            """
            select id from offer
            where territory_id = :territory and superseded_at is null and withdrawn_at is null
            order by slug
            """)
        .param("territory", territory.toString())
        .query((row, number) -> row.getString("id"))
        .list();
  }

  private static Snapshot.Dataset entitlement(
      Snapshot.Territory in,
      Dataset dataset,
      Map<String, Snapshot.Distribution> targets,
      List<PublishedOffer> offers) {
    List<PublishedOffer> covering =
        offers.stream().filter(o -> o.datasets().contains(dataset.id())).toList();
    return new Snapshot.Dataset(
        dataset.id(),
        in,
        dataset.holder(),
        dataset.holderName(),
        dataset.slug(),
        dataset.title(),
        dataset.classification(),
        dataset.themes(),
        dataset.flags(),
        dataset.source(),
        dataset.lastUpdate(),
        dataset.pausedAt().isPresent(),
        dataset.retiredAt().isPresent(),
        dataset.deprecation().map(Offers::deprecation),
        dataset.limits(),
        targets,
        dataset.retiredAt().isPresent() ? "" : dataset.defaultDistribution().is().slug().value(),
        covering.stream()
            .filter(o -> o.level() == Level.OPEN)
            .findFirst()
            .map(PublishedOffer::snapshot),
        covering.stream()
            .filter(o -> o.level() != Level.OPEN)
            .map(PublishedOffer::snapshot)
            .toList());
  }

  private static Snapshot.Deprecation deprecation(Deprecation deprecation) {
    Optional<Deprecation.Link> link = deprecation.link();
    return new Snapshot.Deprecation(
        deprecation.since(),
        deprecation.sunset(),
        link.flatMap(
            to ->
                to instanceof Deprecation.Link.Page page
                    ? Optional.of(page.text())
                    : Optional.empty()),
        link.flatMap(
            to ->
                to instanceof Deprecation.Link.Successor(Slug dataset)
                    ? Optional.of(dataset)
                    : Optional.empty()));
  }

  /**
   * Sees to it that these offers are in force in this form; one that differs from its version in
   * force, or has none, gets a new version. Others are left alone.
   *
   * <p>It does not ask the {@link PublicationGuard}: what people want to publish goes through
   * {@link PublishOffers}.
   *
   * @return in the order of the drafts
   * @refuses invalid-field when a draft breaks a rule of {@link OfferRules} or {@link TierRules}
   */
  @Transactional
  public List<Kept<PublishedOffer>> publish(
      TerritoryId territory, List<OfferDraft> drafts, Actor by) {
    Instant now = clock.instant();
    Map<Slug, PublishedOffer> newest = new HashMap<>();
    for (OfferDraft draft : drafts) {
      newest(territory, draft.slug()).ifPresent(offer -> newest.put(draft.slug(), offer));
    }
    List<OfferDraft> differing =
        drafts.stream()
            .filter(
                draft -> !newest.containsKey(draft.slug()) || !newest.get(draft.slug()).is(draft))
            .toList();
    // All that makes way does so first: two offers may change places as anonymous offers.
    for (OfferDraft draft : differing) {
      PublishedOffer before = newest.get(draft.slug());
      if (before != null && !before.withdrawn()) {
        end(territory, before.id(), "superseded_at", now);
      }
    }
    for (OfferDraft draft : differing) {
      check(territory, draft);
      PublishedOffer before = newest.get(draft.slug());
      insert(territory, draft, before == null ? 1 : before.number() + 1, now, by);
    }
    List<Kept<PublishedOffer>> kept = new ArrayList<>();
    for (OfferDraft draft : drafts) {
      PublishedOffer before = newest.get(draft.slug());
      kept.add(
          new Kept<>(
              newest(territory, draft.slug()).orElseThrow(),
              !differing.contains(draft)
                  ? Kept.Outcome.UNCHANGED
                  : before == null ? Kept.Outcome.ADDED : Kept.Outcome.CHANGED));
    }
    if (!differing.isEmpty()) {
      events.publishEvent(new CatalogueChanged(territory));
    }
    return kept;
  }

  /** Takes an offer back; agreements made under it go on. Does nothing the second time. */
  @Transactional
  public void withdraw(TerritoryId territory, OfferId id, Actor by) {
    if (end(territory, id, "withdrawn_at", clock.instant())) {
      trail.record(by, "offer.withdrawn", Optional.of(territory), "offer", id.toString(), Map.of());
      events.publishEvent(new CatalogueChanged(territory));
    }
  }

  private void check(TerritoryId territory, OfferDraft draft) {
    List<FieldError> errors = errors(territory, draft);
    if (!errors.isEmpty()) {
      throw new RefusedException(Refusal.fields(errors));
    }
  }

  /** All that speaks against publishing a draft now, by the fields of the API. */
  List<FieldError> errors(TerritoryId territory, OfferDraft draft) {
    Map<DatasetId, Dataset> covered =
        datasets.find(territory, draft.datasets()).stream()
            .filter(d -> d.retiredAt().isEmpty())
            .collect(toMap(Dataset::id, d -> d));
    List<FieldError> errors =
        new ArrayList<>(OfferRules.objections(territory, draft, covered, licences));
    if (draft.eligibility() == Eligibility.ANYONE) {
      openOffers(territory, draft.datasets()).stream()
          .map(PublishedOffer::slug)
          .filter(other -> !other.equals(draft.slug()))
          .forEach(
              other ->
                  errors.add(
                      new FieldError(
                          "/datasets",
                          "the offer " + other + " is the anonymous offer of one of these")));
    }
    return errors;
  }

  private void insert(TerritoryId territory, OfferDraft draft, int number, Instant now, Actor by) {
    OfferId id = OfferId.create();
    FeeColumns fee = FeeColumns.of(draft.fee());
    jdbc.sql(
            """
            insert into offer (id, territory_id, holder_id, slug, number, title_fr, title_en,
              licence_version_id, tier, purposes, reuser_kinds, eligibility, approval, fee_kind,
              fee_amount, fee_currency, fee_per, fee_note_fr, fee_note_en, fee_terms, validity,
              level, form, basis, homologation, is_exclusive, published_at)
            values (:id, :territory, :holder, :slug, :number, :titleFr, :titleEn,
              :licence, :tier, :purposes, :reuserKinds, :eligibility, :approval, :feeKind,
              :feeAmount, :feeCurrency, :feePer, :feeNoteFr, :feeNoteEn, :feeTerms, :validity,
              :level, :form, :basis, :homologation, :isExclusive, :now)
            """)
        .param("id", id.toString())
        .param("territory", territory.toString())
        .param("holder", draft.holder().toString())
        .param("slug", draft.slug().value())
        .param("number", number)
        .param("titleFr", draft.title().fr())
        .param("titleEn", draft.title().en())
        .param("licence", draft.licence().toString())
        .param("tier", TierColumn.write(draft.tier()))
        .param(
            "purposes",
            JSON.writeValueAsString(draft.purposes().stream().map(Purpose::term).toList()))
        .param(
            "reuserKinds",
            draft.reuserKinds().stream()
                .map(ReuserKind::word)
                .sorted()
                .collect(Collectors.joining(" ")))
        .param("eligibility", draft.eligibility().word())
        .param("approval", draft.approval().word())
        .param("feeKind", fee.kind())
        .param("feeAmount", fee.price().map(Fee.Price::amount).orElse(null))
        .param("feeCurrency", fee.price().map(p -> p.currency().getCurrencyCode()).orElse(null))
        .param("feePer", fee.price().map(p -> p.per().word()).orElse(null))
        .param("feeNoteFr", fee.price().flatMap(Fee::note).map(Bilingual::fr).orElse(null))
        .param("feeNoteEn", fee.price().flatMap(Fee::note).map(Bilingual::en).orElse(null))
        .param("feeTerms", fee.terms())
        .param("form", JSON.writeValueAsString(draft.form()))
        .param("basis", draft.stated().basis().orElse(null))
        .param("homologation", draft.stated().homologation().orElse(null))
        .param("isExclusive", draft.stated().exclusive())
        .param("validity", draft.validity().map(Period::toString).orElse(null))
        .param("level", draft.eligibility().level(draft.fee().isPresent()).word())
        .param("now", UtcTimes.column(now))
        .update();
    for (int position = 0; position < draft.datasets().size(); position++) {
      String dataset = draft.datasets().get(position).toString();
      jdbc.sql(
              """
              insert into offer_dataset (offer_id, dataset_id, territory_id, position, anonymous_of)
              values (:offer, :dataset, :territory, :position, :anonymousOf)
              """)
          .param("offer", id.toString())
          .param("dataset", dataset)
          .param("territory", territory.toString())
          .param("position", position)
          .param("anonymousOf", draft.eligibility() == Eligibility.ANYONE ? dataset : null)
          .update();
    }
    trail.record(
        by,
        "offer.published",
        Optional.of(territory),
        "offer",
        id.toString(),
        Map.of("slug", draft.slug().value(), "number", Integer.toString(number)));
  }

  /** Ends a version that is in force; says whether it was. */
  private boolean end(TerritoryId territory, OfferId id, String column, Instant now) {
    int ended =
        jdbc.sql(
                """
                update offer set %s = :now
                where territory_id = :territory and id = :id
                  and superseded_at is null and withdrawn_at is null
                """
                    .formatted(column))
            .param("territory", territory.toString())
            .param("id", id.toString())
            .param("now", UtcTimes.column(now))
            .update();
    jdbc.sql(
            """
            update offer_dataset set anonymous_of = null
            where territory_id = :territory and offer_id = :id
            """)
        .param("territory", territory.toString())
        .param("id", id.toString())
        .update();
    return ended > 0;
  }

  /** A row of the offer table, with what stands in other tables still to be found. */
  private record Row(OfferId id, LicenceVersionId licence, ResultReader reader) {}

  /** Makes the offer once its licence and datasets are known. */
  private interface ResultReader {
    PublishedOffer with(Territory territory, Snapshot.Licence licence, List<DatasetId> datasets);
  }

  private List<PublishedOffer> read(TerritoryId territory, JdbcClient.StatementSpec statement) {
    List<Row> rows = statement.query(Offers::row).list();
    if (rows.isEmpty()) {
      return List.of();
    }
    Territory in = territories.find(territory).orElseThrow();
    Map<String, List<DatasetId>> covered =
        jdbc
            .sql(
                """
                select offer_id, dataset_id from offer_dataset
                where territory_id = :territory and offer_id in (:offers)
                order by position
                """)
            .param("territory", territory.toString())
            .param("offers", rows.stream().map(r -> r.id().toString()).toList())
            .query(
                (row, number) ->
                    Map.entry(row.getString("offer_id"), DatasetId.of(row.getString("dataset_id"))))
            .list()
            .stream()
            .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
    Map<LicenceVersionId, LicenceVersion> texts =
        licences.versions(rows.stream().map(Row::licence).toList());
    List<PublishedOffer> offers = new ArrayList<>();
    for (Row row : rows) {
      LicenceVersion text = Optional.ofNullable(texts.get(row.licence())).orElseThrow();
      offers.add(
          row.reader()
              .with(in, text.snapshot(), covered.getOrDefault(row.id().toString(), List.of())));
    }
    return offers;
  }

  private static Row row(ResultSet row, int index) throws SQLException {
    OfferId id = OfferId.of(row.getString("id"));
    HolderId holder = HolderId.of(row.getString("holder_id"));
    Slug slug = new Slug(row.getString("slug"));
    int number = row.getInt("number");
    Bilingual title = new Bilingual(row.getString("title_fr"), row.getString("title_en"));
    Level level = Level.of(row.getString("level"));
    Eligibility eligibility = Eligibility.of(row.getString("eligibility"));
    Approval approval = Approval.of(row.getString("approval"));
    List<ReuserKind> kinds =
        Arrays.stream(row.getString("reuser_kinds").split(" "))
            .filter(word -> !word.isEmpty())
            .map(ReuserKind::of)
            .toList();
    List<Purpose> purposes =
        JSON.readValue(row.getString("purposes"), TERMS).stream().map(Purpose::new).toList();
    Optional<Period> validity = Optional.ofNullable(row.getString("validity")).map(Period::parse);
    Optional<Fee> fee = FeeColumns.read(row).fee();
    Form form = form(row);
    LegalStatement stated =
        new LegalStatement(
            Optional.ofNullable(row.getString("basis")),
            Optional.ofNullable(row.getString("homologation")),
            row.getBoolean("is_exclusive"));
    if (level != eligibility.level(fee.isPresent())) {
      throw new IllegalStateException("Offer " + id + " is " + level + " and for " + eligibility);
    }
    Snapshot.Tier tier = TierColumn.read(row.getString("tier"));
    boolean withdrawn =
        row.getObject("superseded_at") != null || row.getObject("withdrawn_at") != null;
    return new Row(
        id,
        LicenceVersionId.of(row.getString("licence_version_id")),
        (territory, licence, datasets) -> {
          if (!tier.obligations().keySet().containsAll(datasets)) {
            throw new IllegalStateException(
                "Offer " + id + " does not say what it demands of each dataset");
          }
          return new PublishedOffer(
              id,
              territory.id(),
              territory.slug(),
              territory.zone(),
              holder,
              slug,
              number,
              title,
              level,
              approval,
              Set.copyOf(kinds),
              new TreeSet<>(purposes),
              validity,
              fee,
              form,
              stated,
              licence,
              tier,
              datasets,
              withdrawn);
        });
  }

  private static Form form(ResultSet row) throws SQLException {
    @Nullable String form = row.getString("form");
    return form == null ? Form.NONE : JSON.readValue(form, Form.class);
  }
}
