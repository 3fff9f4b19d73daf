package org.octroi.territory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The holders of each territory. Safe for use by many threads. */
@Service
public class Holders {

  private static final String COLUMNS =
      "id, territory_id, slug, name, kind, siren, fictitious, contact, retired_at, revision";

  private final JdbcClient jdbc;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  Holders(JdbcClient jdbc, AuditTrail trail, ApplicationEventPublisher events, Clock clock) {
    this.jdbc = jdbc;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  /** The holder with this id, retired or not. */
  public Optional<Holder> find(TerritoryId territory, HolderId id) {
    return jdbc.sql(
            "select " + COLUMNS + " from holder where territory_id = :territory and id = :id")
        .param("territory", territory.toString())
        .param("id", id.toString())
        .query(Holders::read)
        .optional();
  }

  /** The holder with this name in addresses, retired or not; any text may be asked for. */
  public Optional<Holder> find(TerritoryId territory, String slug) {
    return jdbc.sql(
            "select " + COLUMNS + " from holder where territory_id = :territory and slug = :slug")
        .param("territory", territory.toString())
        .param("slug", slug)
        .query(Holders::read)
        .optional();
  }

  /** A page of those not retired, by slug. */
  public Page<Holder> list(TerritoryId territory, PageAsk ask) {
    return Page.of(
        jdbc.sql(
                """
                select %s from holder
                where territory_id = :territory and retired_at is null and slug > :after
                order by slug
                limit :most
                """
                    .formatted(COLUMNS))
            .param("territory", territory.toString())
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(Holders::read)
            .list(),
        ask.limit(),
        holder -> holder.slug().value());
  }

  /** All those not retired, by slug. */
  public List<Holder> all(TerritoryId territory) {
    return jdbc.sql(
            """
            select %s from holder
            where territory_id = :territory and retired_at is null
            order by slug
            """
                .formatted(COLUMNS))
        .param("territory", territory.toString())
        .query(Holders::read)
        .list();
  }

  /** Sees to it that the territory has this holder; a retired one of the slug comes back. */
  @Transactional
  public Kept<Holder> keep(TerritoryId territory, HolderDraft draft, Actor by) {
    Optional<Holder> before = find(territory, draft.slug().value());
    if (before.isPresent()
        && before.get().retiredAt().isEmpty()
        && before.get().draft().equals(draft)) {
      return new Kept<>(before.get(), Kept.Outcome.UNCHANGED);
    }
    HolderId id = before.map(Holder::id).orElseGet(HolderId::create);
    jdbc.sql(
            before.isEmpty()
                ? """
                insert into holder (id, territory_id, slug, name, kind, siren, fictitious, contact,
                  revision, created_at, updated_at)
                values (:id, :territory, :slug, :name, :kind, :siren, :fictitious, :contact, 1, :now, :now)
                """
                : """
                update holder
                set slug = :slug, name = :name, kind = :kind, siren = :siren, fictitious = :fictitious,
                  contact = :contact, retired_at = null, revision = revision + 1, updated_at = :now
                where territory_id = :territory and id = :id
                """)
        .param("id", id.toString())
        .param("territory", territory.toString())
        .param("slug", draft.slug().value())
        .param("name", draft.name())
        .param("kind", draft.kind().word())
        .param("siren", draft.siren().map(Siren::value).orElse(null))
        .param("fictitious", draft.fictitious())
        .param("contact", draft.contact().orElse(null))
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    tell(by, before.isEmpty() ? "holder.added" : "holder.changed", territory, id, draft.slug());
    return new Kept<>(
        find(territory, id).orElseThrow(),
        before.isEmpty() ? Kept.Outcome.ADDED : Kept.Outcome.CHANGED);
  }

  /** Shows the holder no more; its row, slug and history stay. Does nothing the second time. */
  @Transactional
  public void retire(TerritoryId territory, HolderId id, Actor by) {
    int retired =
        jdbc.sql(
                """
                update holder
                set retired_at = :now, revision = revision + 1, updated_at = :now
                where territory_id = :territory and id = :id and retired_at is null
                """)
            .param("territory", territory.toString())
            .param("id", id.toString())
            .param("now", UtcTimes.column(clock.instant()))
            .update();
    if (retired > 0) {
      tell(by, "holder.retired", territory, id, find(territory, id).orElseThrow().slug());
    }
  }

  private void tell(Actor by, String action, TerritoryId territory, HolderId id, Slug slug) {
    trail.record(
        by, action, Optional.of(territory), "holder", id.toString(), Map.of("slug", slug.value()));
    events.publishEvent(new CatalogueChanged(territory));
  }

  private static Holder read(ResultSet row, int number) throws SQLException {
    return new Holder(
        HolderId.of(row.getString("id")),
        TerritoryId.of(row.getString("territory_id")),
        new Slug(row.getString("slug")),
        row.getString("name"),
        HolderKind.of(row.getString("kind")),
        Optional.ofNullable(row.getString("siren")).map(Siren::new),
        row.getBoolean("fictitious"),
        Optional.ofNullable(row.getString("contact")),
        UtcTimes.read(row, "retired_at"),
        row.getInt("revision"));
  }
}
