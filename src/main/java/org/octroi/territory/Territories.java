package org.octroi.territory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The territories of this instance. Safe for use by many threads. */
@Service
public class Territories {

  private static final String COLUMNS =
      "id, slug, name_fr, name_en, time_zone, revision, created_at";

  private final JdbcClient jdbc;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  Territories(JdbcClient jdbc, AuditTrail trail, ApplicationEventPublisher events, Clock clock) {
    this.jdbc = jdbc;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  /** The territory with this id. */
  public Optional<Territory> find(TerritoryId id) {
    return jdbc.sql("select " + COLUMNS + " from territory where id = :id")
        .param("id", id.toString())
        .query(Territories::read)
        .optional();
  }

  /** The territory with this name in addresses; any text may be asked for. */
  public Optional<Territory> find(String slug) {
    return jdbc.sql("select " + COLUMNS + " from territory where slug = :slug")
        .param("slug", slug)
        .query(Territories::read)
        .optional();
  }

  /** A page of them, by slug. */
  public Page<Territory> list(PageAsk ask) {
    return Page.of(
        jdbc.sql(
                """
                select %s from territory
                where slug > :after
                order by slug
                limit :most
                """
                    .formatted(COLUMNS))
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(Territories::read)
            .list(),
        ask.limit(),
        territory -> territory.slug().value());
  }

  /** All of them, by slug: an instance has tens of territories, not thousands. */
  public List<Territory> all() {
    return jdbc.sql("select " + COLUMNS + " from territory order by slug")
        .query(Territories::read)
        .list();
  }

  /** The ids of all of them: they can be told where the rest can't be read. */
  public List<String> ids() {
    return jdbc.sql("select id from territory order by slug")
        .query((row, number) -> row.getString("id"))
        .list();
  }

  /** Sees to it that there is a territory of this slug with this name and zone. */
  @Transactional
  public Kept<Territory> keep(Slug slug, Bilingual name, ZoneId zone, Actor by) {
    Optional<Territory> before = find(slug.value());
    if (before.isEmpty()) {
      Instant now = clock.instant();
      TerritoryId id = TerritoryId.create();
      jdbc.sql(
              """
              insert into territory (id, slug, name_fr, name_en, time_zone, revision, created_at, updated_at)
              values (:id, :slug, :fr, :en, :zone, 1, :now, :now)
              """)
          .param("id", id.toString())
          .param("slug", slug.value())
          .param("fr", name.fr())
          .param("en", name.en())
          .param("zone", zone.getId())
          .param("now", UtcTimes.column(now))
          .update();
      tell(by, "territory.added", id, slug);
      return new Kept<>(find(id).orElseThrow(), Kept.Outcome.ADDED);
    }
    Territory territory = before.get();
    if (territory.name().equals(name) && territory.zone().equals(zone)) {
      return new Kept<>(territory, Kept.Outcome.UNCHANGED);
    }
    jdbc.sql(
            """
            update territory
            set name_fr = :fr, name_en = :en, time_zone = :zone, revision = revision + 1, updated_at = :now
            where id = :id
            """)
        .param("id", territory.id().toString())
        .param("fr", name.fr())
        .param("en", name.en())
        .param("zone", zone.getId())
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    tell(by, "territory.changed", territory.id(), slug);
    return new Kept<>(find(territory.id()).orElseThrow(), Kept.Outcome.CHANGED);
  }

  private void tell(Actor by, String action, TerritoryId id, Slug slug) {
    trail.record(
        by, action, Optional.of(id), "territory", id.toString(), Map.of("slug", slug.value()));
    events.publishEvent(new CatalogueChanged(id));
  }

  private static Territory read(ResultSet row, int number) throws SQLException {
    return new Territory(
        TerritoryId.of(row.getString("id")),
        new Slug(row.getString("slug")),
        new Bilingual(row.getString("name_fr"), row.getString("name_en")),
        ZoneId.of(row.getString("time_zone")),
        UtcTimes.instant(row.getObject("created_at", LocalDateTime.class)),
        row.getInt("revision"));
  }
}
