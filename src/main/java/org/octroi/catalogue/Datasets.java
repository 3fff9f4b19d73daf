package org.octroi.catalogue;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Catalogue;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.quota.Limits;
import org.octroi.store.StoreTarget.Parameter;
import org.octroi.territory.CatalogueChanged;
import org.octroi.territory.Kept;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The datasets of each territory, with their distributions. Safe for use by many threads. */
@Service
public class Datasets {

  private static final JsonMapper JSON = StoredJson.MAPPER;

  private static final TypeReference<List<Parameter>> PARAMETERS = new TypeReference<>() {};

  private static final String DATASET =
      """
      select d.id, d.territory_id, d.holder_id, h.name as holder_name, d.slug, d.title_fr, d.title_en,
        d.description_fr, d.description_en, d.source, d.last_update, d.themes, d.classification,
        d.flags, d.licence_note, d.limits, d.paused_at, d.deprecated_at, d.sunset_at, d.deprecation_link,
        d.deprecation_note_fr, d.deprecation_note_en, d.retired_at, d.revision
      from dataset d join holder h on h.id = d.holder_id and h.territory_id = d.territory_id
      """;
  private static final String DISTRIBUTION =
      """
      select id, dataset_id, slug, title_fr, title_en, store_id, resource, catalogue, parameters,
        formats, actions, subpaths, bodies, is_default
      from distribution
      """;

  private final JdbcClient jdbc;
  private final Stores stores;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  Datasets(
      JdbcClient jdbc,
      Stores stores,
      AuditTrail trail,
      ApplicationEventPublisher events,
      Clock clock) {
    this.jdbc = jdbc;
    this.stores = stores;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  /** The dataset with this id, retired or not. */
  public Optional<Dataset> find(TerritoryId territory, DatasetId id) {
    return whole(
            territory,
            jdbc.sql(DATASET + "where d.territory_id = :territory and d.id = :id")
                .param("territory", territory.toString())
                .param("id", id.toString())
                .query(Datasets::readBare)
                .list())
        .stream()
        .findFirst();
  }

  /** Those of a territory with these ids, retired or not, by slug. */
  public List<Dataset> find(TerritoryId territory, Collection<DatasetId> ids) {
    return ids.isEmpty()
        ? List.of()
        : whole(
            territory,
            jdbc.sql(
                    DATASET
                        + "where d.territory_id = :territory and d.id in (:ids) order by d.slug")
                .param("territory", territory.toString())
                .param("ids", ids.stream().map(DatasetId::toString).distinct().toList())
                .query(Datasets::readBare)
                .list());
  }

  /** The dataset with this name in addresses, retired or not; any text may be asked for. */
  public Optional<Dataset> find(TerritoryId territory, String slug) {
    return whole(
            territory,
            jdbc.sql(DATASET + "where d.territory_id = :territory and d.slug = :slug")
                .param("territory", territory.toString())
                .param("slug", slug)
                .query(Datasets::readBare)
                .list())
        .stream()
        .findFirst();
  }

  /** In whose territory the dataset of this id is: for addresses that name no territory. */
  public Optional<TerritoryId> territoryOf(DatasetId id) {
    return jdbc.sql("select territory_id from dataset where id = :id")
        .param("id", id.toString())
        .query((row, number) -> TerritoryId.of(row.getString("territory_id")))
        .optional();
  }

  /**
   * The dataset of this id, for those who may change it.
   *
   * @param id as the caller sent it
   * @refuses not-found when there is no such dataset
   * @refuses forbidden when the caller is no editor of its holder
   */
  public Dataset editable(String id, Caller caller) {
    Dataset dataset =
        idOf(id)
            .flatMap(known -> territoryOf(known).flatMap(territory -> find(territory, known)))
            .filter(found -> found.retiredAt().isEmpty())
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id));
    if (!caller.mayEdit(dataset.holder())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return dataset;
  }

  private static Optional<DatasetId> idOf(String text) {
    try {
      return Optional.of(DatasetId.of(text));
    } catch (IllegalArgumentException e) {
      // An id is opaque: one that is not of our form names nothing.
      return Optional.empty();
    }
  }

  /** A page of those not retired, by slug. */
  public Page<Dataset> list(TerritoryId territory, PageAsk ask) {
    return Page.of(
        whole(
            territory,
            jdbc.sql(
                    DATASET
                        + """
                        where d.territory_id = :territory and d.retired_at is null and d.slug > :after
                        order by d.slug
                        limit :most
                        """)
                .param("territory", territory.toString())
                .param("after", ask.after())
                .param("most", ask.fetch())
                .query(Datasets::readBare)
                .list()),
        ask.limit(),
        dataset -> dataset.slug().value());
  }

  /** All those not retired, by slug. */
  public List<Dataset> all(TerritoryId territory) {
    return whole(
        territory,
        jdbc.sql(
                DATASET
                    + """
                    where d.territory_id = :territory and d.retired_at is null
                    order by d.slug
                    """)
            .param("territory", territory.toString())
            .query(Datasets::readBare)
            .list());
  }

  /** All those retired, by slug, without their distributions. */
  public List<Dataset> retired(TerritoryId territory) {
    return jdbc.sql(
            DATASET
                + """
                where d.territory_id = :territory and d.retired_at is not null
                order by d.slug
                """)
        .param("territory", territory.toString())
        .query(Datasets::readBare)
        .list();
  }

  /** The ids of all those not retired, by slug: they can be told where the rest can't be read. */
  public List<String> ids(TerritoryId territory) {
    return jdbc.sql(
            """
            select id from dataset
            where territory_id = :territory and retired_at is null
            order by slug
            """)
        .param("territory", territory.toString())
        .query((row, number) -> row.getString("id"))
        .list();
  }

  /**
   * What the gate must know of the distributions of some datasets of one territory, by the dataset
   * and the distribution's slug. The stores are read once for all.
   */
  public Map<DatasetId, Map<String, Snapshot.Distribution>> targets(
      TerritoryId territory, Collection<Dataset> datasets) {
    Map<StoreId, Store> byId =
        stores.all(territory).stream().collect(toMap(Store::id, Function.identity()));
    Map<DatasetId, Map<String, Snapshot.Distribution>> targets = new LinkedHashMap<>();
    for (Dataset dataset : datasets) {
      targets.put(dataset.id(), bySlug(dataset, byId::get));
    }
    return targets;
  }

  /** The same for one dataset: no store is read but its own. */
  public Map<String, Snapshot.Distribution> targets(TerritoryId territory, Dataset dataset) {
    return bySlug(
        dataset,
        id -> stores.find(territory, id).filter(s -> s.retiredAt().isEmpty()).orElse(null));
  }

  private static Map<String, Snapshot.Distribution> bySlug(
      Dataset dataset, Function<StoreId, @Nullable Store> stores) {
    Map<String, Snapshot.Distribution> bySlug = new LinkedHashMap<>();
    for (Distribution distribution : dataset.distributions()) {
      @Nullable Store store = stores.apply(distribution.is().store());
      if (store != null) {
        bySlug.put(distribution.is().slug().value(), distribution.snapshot(store));
      }
    }
    return bySlug;
  }

  /**
   * Sees to it that the territory has this dataset; a retired one of the slug comes back, and is
   * not deprecated; otherwise a pause and a deprecation go on. A distribution that is not in the
   * draft is retired.
   *
   * @refuses invalid-field when the dataset is another holder's already, or one of the stores is
   */
  @Transactional
  public Kept<Dataset> keep(TerritoryId territory, DatasetDraft draft, Actor by) {
    Optional<Dataset> before = find(territory, draft.slug().value());
    if (before.isPresent()
        && before.get().retiredAt().isEmpty()
        && before.get().draft().equals(draft)) {
      return new Kept<>(before.get(), Kept.Outcome.UNCHANGED);
    }
    if (before.isPresent() && !before.get().holder().equals(draft.holder())) {
      throw new RefusedException(
          Refusal.field("/holder", "must stay the same: agreements were made with this holder"));
    }
    for (DistributionDraft distribution : draft.distributions()) {
      if (!stores
          .find(territory, distribution.store())
          .map(store -> store.holder().equals(draft.holder()))
          .orElse(false)) {
        throw new RefusedException(
            Refusal.field("/distributions", "must be in stores of the dataset's holder"));
      }
    }
    DatasetId id = before.map(Dataset::id).orElseGet(DatasetId::create);
    jdbc.sql(
            before.isEmpty()
                ? """
                insert into dataset (id, territory_id, holder_id, slug, title_fr, title_en,
                  description_fr, description_en, source, last_update, themes, classification,
                  flags, licence_note, limits, revision, created_at, updated_at)
                values (:id, :territory, :holder, :slug, :titleFr, :titleEn,
                  :descriptionFr, :descriptionEn, :source, :lastUpdate, :themes, :classification,
                  :flags, :licenceNote, :limits, 1, :now, :now)
                """
                : """
                update dataset
                set holder_id = :holder, slug = :slug, title_fr = :titleFr, title_en = :titleEn,
                  description_fr = :descriptionFr, description_en = :descriptionEn,
                  source = :source, last_update = :lastUpdate, themes = :themes,
                  classification = :classification, flags = :flags, licence_note = :licenceNote,
                  limits = :limits, retired_at = null, revision = revision + 1, updated_at = :now
                where territory_id = :territory and id = :id
                """)
        .param("id", id.toString())
        .param("territory", territory.toString())
        .param("holder", draft.holder().toString())
        .param("slug", draft.slug().value())
        .param("titleFr", draft.title().fr())
        .param("titleEn", draft.title().en())
        .param("descriptionFr", draft.description().fr())
        .param("descriptionEn", draft.description().en())
        .param("source", draft.source())
        .param("lastUpdate", UtcTimes.column(draft.lastUpdate()))
        .param("themes", String.join(" ", draft.themes()))
        .param("classification", draft.classification().word())
        .param("flags", String.join(" ", draft.flags()))
        .param("licenceNote", draft.licenceNote().orElse(null))
        .param("limits", draft.limits().limit() ? JSON.writeValueAsString(draft.limits()) : null)
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    if (before.isPresent() && before.get().retiredAt().isPresent()) {
      setDeprecation(territory, id, Optional.empty());
    }
    keepDistributions(territory, id, draft.distributions());
    tell(by, before.isEmpty() ? "dataset.added" : "dataset.changed", territory, id, draft.slug());
    return new Kept<>(
        find(territory, id).orElseThrow(),
        before.isEmpty() ? Kept.Outcome.ADDED : Kept.Outcome.CHANGED);
  }

  /**
   * Lets nothing of the dataset out until it is resumed. Does nothing the second time.
   *
   * @param note what those who hold agreements are told of it
   */
  @Transactional
  public void pause(TerritoryId territory, DatasetId id, Optional<Bilingual> note, Actor by) {
    int paused =
        jdbc.sql(
                """
                update dataset
                set paused_at = :now, revision = revision + 1, updated_at = :now
                where territory_id = :territory and id = :id and paused_at is null
                """)
            .param("territory", territory.toString())
            .param("id", id.toString())
            .param("now", UtcTimes.column(clock.instant()))
            .update();
    if (paused > 0) {
      tell(by, "dataset.paused", territory, id, find(territory, id).orElseThrow().slug());
      events.publishEvent(new DatasetPaused(territory, id, note));
    }
  }

  /** Lets the dataset out again. Does nothing where it is not paused. */
  @Transactional
  public void resume(TerritoryId territory, DatasetId id, Actor by) {
    int resumed =
        jdbc.sql(
                """
                update dataset
                set paused_at = null, revision = revision + 1, updated_at = :now
                where territory_id = :territory and id = :id and paused_at is not null
                """)
            .param("territory", territory.toString())
            .param("id", id.toString())
            .param("now", UtcTimes.column(clock.instant()))
            .update();
    if (resumed > 0) {
      tell(by, "dataset.resumed", territory, id, find(territory, id).orElseThrow().slug());
      events.publishEvent(new DatasetResumed(territory, id));
    }
  }

  /** The dataset as it is at this moment, retired or not, held until the transaction ends. */
  @Transactional(propagation = Propagation.MANDATORY)
  public Dataset hold(TerritoryId territory, DatasetId id) {
    jdbc.sql("select id from dataset where territory_id = :territory and id = :id for update")
        .param("territory", territory.toString())
        .param("id", id.toString())
        .query(String.class)
        .single();
    return find(territory, id).orElseThrow();
  }

  /** Says that a dataset is not to be built upon any more, or that it may be again. */
  void deprecate(Dataset dataset, Optional<Deprecation> now, Actor by) {
    setDeprecation(dataset.territory(), dataset.id(), now);
    Map<String, String> details = new LinkedHashMap<>();
    details.put("slug", dataset.slug().value());
    details.putAll(words("before.", dataset.deprecation()));
    details.putAll(words("after.", now));
    tell(
        by,
        now.isPresent() ? "dataset.deprecated" : "dataset.undeprecated",
        dataset.territory(),
        dataset.id(),
        details);
    events.publishEvent(
        now.<Object>map(d -> new DatasetDeprecated(dataset.territory(), dataset.id(), d))
            .orElseGet(() -> new DatasetUndeprecated(dataset.territory(), dataset.id())));
  }

  /** As the audit trail keeps it: without the note, which may name people. */
  private static Map<String, String> words(String prefix, Optional<Deprecation> deprecation) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put(prefix + "deprecated", deprecation.map(d -> d.since().toString()).orElse("none"));
    deprecation
        .flatMap(Deprecation::sunset)
        .ifPresent(sunset -> words.put(prefix + "sunset", sunset.toString()));
    deprecation
        .flatMap(Deprecation::link)
        .ifPresent(link -> words.put(prefix + "link", link.text()));
    return words;
  }

  private void setDeprecation(TerritoryId territory, DatasetId id, Optional<Deprecation> now) {
    jdbc.sql(
            """
            update dataset
            set deprecated_at = :since, sunset_at = :sunset, deprecation_link = :link,
              deprecation_note_fr = :noteFr, deprecation_note_en = :noteEn,
              revision = revision + 1, updated_at = :now
            where territory_id = :territory and id = :id
            """)
        .param("since", now.map(Deprecation::since).map(UtcTimes::column).orElse(null))
        .param("sunset", now.flatMap(Deprecation::sunset).map(UtcTimes::column).orElse(null))
        .param("link", now.flatMap(Deprecation::link).map(Deprecation.Link::text).orElse(null))
        .param("noteFr", now.flatMap(Deprecation::note).map(Bilingual::fr).orElse(null))
        .param("noteEn", now.flatMap(Deprecation::note).map(Bilingual::en).orElse(null))
        .param("now", UtcTimes.column(clock.instant()))
        .param("territory", territory.toString())
        .param("id", id.toString())
        .update();
  }

  /**
   * The deprecated that may be gone before a moment, and whose reusers were not told so many days
   * before, for the clock of all territories.
   */
  List<Dataset> sunsetBefore(Instant until, int days, int most) {
    return jdbc.sql(
            DATASET
                + """
                where d.retired_at is null and d.sunset_at <= :until
                  and not exists (
                    select 1 from dataset_sunset_notice n
                    where n.dataset_id = d.id and n.sunset_at = d.sunset_at and n.days_before = :days)
                order by d.sunset_at
                limit :most
                """)
        .param("until", UtcTimes.column(until))
        .param("days", days)
        .param("most", most)
        .query(Datasets::readBare)
        .list();
  }

  /** Remembers that reusers were told of a sunset; false where they were told before. */
  boolean noticed(Dataset dataset, int days, Instant now) {
    try {
      jdbc.sql(
              """
              insert into dataset_sunset_notice
                (dataset_id, territory_id, sunset_at, days_before, told_at)
              values (:dataset, :territory, :sunset, :days, :now)
              """)
          .param("dataset", dataset.id().toString())
          .param("territory", dataset.territory().toString())
          .param(
              "sunset",
              UtcTimes.column(dataset.deprecation().flatMap(Deprecation::sunset).orElseThrow()))
          .param("days", days)
          .param("now", UtcTimes.column(now))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /** Shows the dataset no more; its row, slug and history stay. Does nothing the second time. */
  @Transactional
  public void retire(TerritoryId territory, DatasetId id, Actor by) {
    int retired =
        jdbc.sql(
                """
                update dataset
                set retired_at = :now, revision = revision + 1, updated_at = :now
                where territory_id = :territory and id = :id and retired_at is null
                """)
            .param("territory", territory.toString())
            .param("id", id.toString())
            .param("now", UtcTimes.column(clock.instant()))
            .update();
    if (retired > 0) {
      tell(by, "dataset.retired", territory, id, find(territory, id).orElseThrow().slug());
      events.publishEvent(new DatasetRetired(territory, id));
    }
  }

  private void keepDistributions(
      TerritoryId territory, DatasetId dataset, List<DistributionDraft> drafts) {
    Map<String, String> idsBySlug =
        jdbc
            .sql(
                """
                select id, slug from distribution
                where territory_id = :territory and dataset_id = :dataset
                """)
            .param("territory", territory.toString())
            .param("dataset", dataset.toString())
            .query((row, number) -> Map.entry(row.getString("slug"), row.getString("id")))
            .list()
            .stream()
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    jdbc.sql(
            """
            update distribution set retired_at = :now, is_default = false
            where territory_id = :territory and dataset_id = :dataset and retired_at is null
            """)
        .param("territory", territory.toString())
        .param("dataset", dataset.toString())
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    for (int position = 0; position < drafts.size(); position++) {
      DistributionDraft draft = drafts.get(position);
      String known = idsBySlug.get(draft.slug().value());
      jdbc.sql(
              known == null
                  ? """
                  insert into distribution (id, territory_id, dataset_id, slug, title_fr, title_en,
                    store_id, resource, catalogue, parameters, formats, actions, subpaths,
                    bodies, is_default, position)
                  values (:id, :territory, :dataset, :slug, :titleFr, :titleEn,
                    :store, :resource, :catalogue, :parameters, :formats, :actions, :subpaths,
                    :bodies, :isDefault, :position)
                  """
                  : """
                  update distribution
                  set slug = :slug, title_fr = :titleFr, title_en = :titleEn, store_id = :store,
                    resource = :resource, catalogue = :catalogue, parameters = :parameters,
                    formats = :formats, actions = :actions, subpaths = :subpaths,
                    bodies = :bodies, is_default = :isDefault, position = :position, retired_at = null
                  where territory_id = :territory and dataset_id = :dataset and id = :id
                  """)
          .param("id", known == null ? DistributionId.create().toString() : known)
          .param("territory", territory.toString())
          .param("dataset", dataset.toString())
          .param("slug", draft.slug().value())
          .param("titleFr", draft.title().fr())
          .param("titleEn", draft.title().en())
          .param("store", draft.store().toString())
          .param("resource", draft.resource())
          .param("catalogue", JSON.writeValueAsString(draft.catalogue()))
          .param("parameters", JSON.writerFor(PARAMETERS).writeValueAsString(draft.parameters()))
          .param(
              "formats",
              draft.formats().stream().map(Format::word).collect(Collectors.joining(" ")))
          .param(
              "actions",
              EnumSet.copyOf(draft.actions()).stream()
                  .map(Action::word)
                  .collect(Collectors.joining(" ")))
          .param("subpaths", draft.subpaths())
          .param("bodies", draft.bodies())
          .param("isDefault", draft.isDefault())
          .param("position", position)
          .update();
    }
  }

  /** Adds their distributions to datasets of one territory. */
  private List<Dataset> whole(TerritoryId territory, List<Dataset> bare) {
    if (bare.isEmpty()) {
      return bare;
    }
    Map<String, List<Distribution>> byDataset =
        jdbc
            .sql(
                DISTRIBUTION
                    + """
                    where territory_id = :territory and retired_at is null
                      and dataset_id in (:datasets)
                    order by position
                    """)
            .param("territory", territory.toString())
            .param("datasets", bare.stream().map(d -> d.id().toString()).toList())
            .query((row, number) -> Map.entry(row.getString("dataset_id"), readDistribution(row)))
            .list()
            .stream()
            .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
    return bare.stream()
        .map(d -> with(d, byDataset.getOrDefault(d.id().toString(), List.of())))
        .toList();
  }

  private void tell(Actor by, String action, TerritoryId territory, DatasetId id, Slug slug) {
    tell(by, action, territory, id, Map.of("slug", slug.value()));
  }

  private void tell(
      Actor by, String action, TerritoryId territory, DatasetId id, Map<String, String> details) {
    trail.record(by, action, Optional.of(territory), "dataset", id.toString(), details);
    events.publishEvent(new CatalogueChanged(territory));
  }

  private static Dataset with(Dataset d, List<Distribution> distributions) {
    return new Dataset(
        d.id(),
        d.territory(),
        d.holder(),
        d.holderName(),
        d.slug(),
        d.title(),
        d.description(),
        d.source(),
        d.lastUpdate(),
        d.themes(),
        d.classification(),
        d.flags(),
        d.licenceNote(),
        d.limits(),
        distributions,
        d.pausedAt(),
        d.deprecation(),
        d.retiredAt(),
        d.revision());
  }

  private static Dataset readBare(ResultSet row, int number) throws SQLException {
    @Nullable String limits = row.getString("limits");
    return new Dataset(
        DatasetId.of(row.getString("id")),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        row.getString("holder_name"),
        new Slug(row.getString("slug")),
        new Bilingual(row.getString("title_fr"), row.getString("title_en")),
        new Bilingual(row.getString("description_fr"), row.getString("description_en")),
        row.getString("source"),
        UtcTimes.instant(row.getObject("last_update", LocalDateTime.class)),
        words(row.getString("themes")),
        Classification.of(row.getString("classification")),
        words(row.getString("flags")),
        Optional.ofNullable(row.getString("licence_note")),
        limits == null ? Limits.NONE : JSON.readValue(limits, Limits.class),
        List.of(),
        UtcTimes.read(row, "paused_at"),
        readDeprecation(row),
        UtcTimes.read(row, "retired_at"),
        row.getInt("revision"));
  }

  private static Optional<Deprecation> readDeprecation(ResultSet row) throws SQLException {
    Optional<Instant> since = UtcTimes.read(row, "deprecated_at");
    if (since.isEmpty()) {
      return Optional.empty();
    }
    @Nullable String french = row.getString("deprecation_note_fr");
    return Optional.of(
        new Deprecation(
            since.get(),
            UtcTimes.read(row, "sunset_at"),
            Optional.ofNullable(row.getString("deprecation_link")).map(Deprecation.Link::of),
            french == null
                ? Optional.empty()
                : Optional.of(new Bilingual(french, row.getString("deprecation_note_en")))));
  }

  private static Distribution readDistribution(ResultSet row) throws SQLException {
    return new Distribution(
        DistributionId.of(row.getString("id")),
        new DistributionDraft(
            new Slug(row.getString("slug")),
            new Bilingual(row.getString("title_fr"), row.getString("title_en")),
            StoreId.of(row.getString("store_id")),
            row.getString("resource"),
            JSON.readValue(row.getString("catalogue"), Catalogue.class),
            JSON.readValue(row.getString("parameters"), PARAMETERS),
            words(row.getString("formats"), word -> Format.of(word).orElseThrow()),
            EnumSet.copyOf(words(row.getString("actions"), Action::of)),
            row.getBoolean("subpaths"),
            row.getBoolean("bodies"),
            row.getBoolean("is_default")));
  }

  private static SortedSet<String> words(String column) {
    return new TreeSet<>(words(column, Function.identity()));
  }

  private static <T> List<T> words(String column, Function<String, T> of) {
    return Arrays.stream(column.split(" ")).filter(w -> !w.isEmpty()).map(of).toList();
  }
}
