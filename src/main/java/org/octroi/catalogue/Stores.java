package org.octroi.catalogue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.secret.Seal;
import org.octroi.store.StoreAddress;
import org.octroi.store.StoreTarget.SealedCredential;
import org.octroi.territory.CatalogueChanged;
import org.octroi.territory.Kept;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The stores of each territory. Safe for use by many threads. */
@Service
public class Stores {

  /** Jackson's defaults, so that what is stored does not follow the API's settings. */
  private static final JsonMapper JSON = JsonMapper.shared();

  private static final String COLUMNS =
      "id, territory_id, holder_id, slug, kind, secure, host, port, base_path, engine,"
          + " database_name, database_user, root_name, folder_path, credential, names_agreement,"
          + " retired_at, revision";

  private final JdbcClient jdbc;
  private final Seal seal;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  Stores(
      JdbcClient jdbc, Seal seal, AuditTrail trail, ApplicationEventPublisher events, Clock clock) {
    this.jdbc = jdbc;
    this.seal = seal;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  /** The store with this id, retired or not. */
  public Optional<Store> find(TerritoryId territory, StoreId id) {
    return jdbc.sql(
            "select " + COLUMNS + " from store where territory_id = :territory and id = :id")
        .param("territory", territory.toString())
        .param("id", id.toString())
        .query(Stores::read)
        .optional();
  }

  /** The store with this name, retired or not. */
  public Optional<Store> find(TerritoryId territory, Slug slug) {
    return jdbc.sql(
            "select " + COLUMNS + " from store where territory_id = :territory and slug = :slug")
        .param("territory", territory.toString())
        .param("slug", slug.value())
        .query(Stores::read)
        .optional();
  }

  /** All those in use, by slug. */
  public List<Store> all(TerritoryId territory) {
    return jdbc.sql(
            """
            select %s from store
            where territory_id = :territory and retired_at is null
            order by slug
            """
                .formatted(COLUMNS))
        .param("territory", territory.toString())
        .query(Stores::read)
        .list();
  }

  /**
   * Sees to it that the territory has this store; a retired one of the slug comes back. A
   * credential that is the same as before keeps its seal.
   */
  @Transactional
  public Kept<Store> keep(TerritoryId territory, StoreDraft draft, Actor by) {
    Optional<Store> before = find(territory, draft.slug());
    if (before.isPresent() && isSame(before.get(), draft)) {
      return new Kept<>(before.get(), Kept.Outcome.UNCHANGED);
    }
    StoreId id = before.map(Store::id).orElseGet(StoreId::create);
    jdbc.sql(
            before.isEmpty()
                ? """
                insert into store (id, territory_id, holder_id, slug, kind, secure, host, port,
                  base_path, engine, database_name, database_user, root_name, folder_path,
                  credential, names_agreement, revision, created_at, updated_at)
                values (:id, :territory, :holder, :slug, :kind, :secure, :host, :port,
                  :basePath, :engine, :database, :databaseUser, :root, :path,
                  :credential, :namesAgreement, 1, :now, :now)
                """
                : """
                update store
                set holder_id = :holder, slug = :slug, kind = :kind, secure = :secure, host = :host,
                  port = :port, base_path = :basePath, engine = :engine, database_name = :database,
                  database_user = :databaseUser, root_name = :root, folder_path = :path,
                  credential = :credential, names_agreement = :namesAgreement, retired_at = null, revision = revision + 1,
                  updated_at = :now
                where territory_id = :territory and id = :id
                """)
        .param("id", id.toString())
        .param("territory", territory.toString())
        .param("holder", draft.holder().toString())
        .param("slug", draft.slug().value())
        .params(columns(draft.address()))
        .param("credential", draft.credential().map(this::sealed).orElse(null))
        .param("namesAgreement", draft.namesAgreement())
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    tell(by, before.isEmpty() ? "store.added" : "store.changed", territory, id, draft.slug());
    return new Kept<>(
        find(territory, id).orElseThrow(),
        before.isEmpty() ? Kept.Outcome.ADDED : Kept.Outcome.CHANGED);
  }

  /** Takes the store out of use; its row and slug stay. Does nothing the second time. */
  @Transactional
  public void retire(TerritoryId territory, StoreId id, Actor by) {
    int retired =
        jdbc.sql(
                """
                update store
                set retired_at = :now, revision = revision + 1, updated_at = :now
                where territory_id = :territory and id = :id and retired_at is null
                """)
            .param("territory", territory.toString())
            .param("id", id.toString())
            .param("now", UtcTimes.column(clock.instant()))
            .update();
    if (retired > 0) {
      tell(by, "store.retired", territory, id, find(territory, id).orElseThrow().slug());
    }
  }

  private boolean isSame(Store store, StoreDraft draft) {
    return store.retiredAt().isEmpty()
        && store.holder().equals(draft.holder())
        && store.address().equals(draft.address())
        && store.namesAgreement() == draft.namesAgreement()
        && store.credential().map(this::opened).equals(draft.credential());
  }

  private String sealed(Credential credential) {
    return seal.seal(
        Credential.USE, JSON.writerFor(Credential.class).writeValueAsString(credential));
  }

  private Credential opened(SealedCredential credential) {
    return JSON.readValue(seal.openText(Credential.USE, credential.sealed()), Credential.class);
  }

  private void tell(Actor by, String action, TerritoryId territory, StoreId id, Slug slug) {
    trail.record(
        by, action, Optional.of(territory), "store", id.toString(), Map.of("slug", slug.value()));
    events.publishEvent(new CatalogueChanged(territory));
  }

  private static Map<String, @Nullable Object> columns(StoreAddress address) {
    Map<String, @Nullable Object> columns = new HashMap<>();
    for (String column :
        List.of(
            "secure",
            "host",
            "port",
            "basePath",
            "engine",
            "database",
            "databaseUser",
            "root",
            "path")) {
      columns.put(column, null);
    }
    switch (address) {
      case StoreAddress.Http http -> {
        columns.put("kind", "http");
        columns.put("secure", http.secure());
        columns.put("host", http.host());
        columns.put("port", http.port());
        columns.put("basePath", http.basePath());
      }
      case StoreAddress.Sql sql -> {
        columns.put("kind", "sql");
        columns.put("engine", sql.engine().name().toLowerCase(Locale.ROOT));
        columns.put("host", sql.host());
        columns.put("port", sql.port());
        columns.put("database", sql.database());
        columns.put("databaseUser", sql.user());
      }
      case StoreAddress.Folder folder -> {
        columns.put("kind", "folder");
        columns.put("root", folder.root());
        columns.put("path", folder.path());
      }
    }
    return columns;
  }

  private static StoreAddress address(ResultSet row) throws SQLException {
    String kind = row.getString("kind");
    return switch (kind) {
      case "http" ->
          new StoreAddress.Http(
              row.getBoolean("secure"),
              row.getString("host"),
              row.getInt("port"),
              row.getString("base_path"));
      case "sql" ->
          new StoreAddress.Sql(
              StoreAddress.SqlEngine.valueOf(row.getString("engine").toUpperCase(Locale.ROOT)),
              row.getString("host"),
              row.getInt("port"),
              row.getString("database_name"),
              row.getString("database_user"));
      case "folder" ->
          new StoreAddress.Folder(row.getString("root_name"), row.getString("folder_path"));
      default -> throw new IllegalStateException("a store in the database is of kind " + kind);
    };
  }

  private static Store read(ResultSet row, int number) throws SQLException {
    return new Store(
        StoreId.of(row.getString("id")),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        new Slug(row.getString("slug")),
        address(row),
        Optional.ofNullable(row.getString("credential")).map(SealedCredential::new),
        row.getBoolean("names_agreement"),
        UtcTimes.read(row, "retired_at"),
        row.getInt("revision"));
  }
}
