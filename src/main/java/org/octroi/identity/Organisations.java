package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.octroi.audit.AuditTrail;
import org.octroi.territory.Siren;
import org.octroi.territory.Siret;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Organisations that people act for. That their numbers can exist is checked, whether they are
 * theirs is not: a reviewer sees the SIREN and judges. Safe for use by many threads.
 */
@Component
public class Organisations {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final AuditTrail trail;

  Organisations(JdbcClient jdbc, Clock clock, AuditTrail trail) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.trail = trail;
  }

  /**
   * An organisation.
   *
   * @param id its id
   * @param name its name
   * @param siren its number, where it has one
   * @param siret the number of its establishment, where it said which
   * @param kind as what it reuses data
   */
  public record Organisation(
      OrganisationId id,
      String name,
      Optional<Siren> siren,
      Optional<Siret> siret,
      ReuserKind kind) {}

  /** The organisation with this id. */
  public Optional<Organisation> find(OrganisationId id) {
    return jdbc.sql("select id, name, siren, siret, kind from organisation where id = :id")
        .param("id", id.toString())
        .query(Organisations::read)
        .optional();
  }

  /** The names of these organisations. */
  public Map<OrganisationId, String> names(Collection<OrganisationId> ids) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return jdbc
        .sql("select id, name, siren, siret, kind from organisation where id in (:ids)")
        .param("ids", ids.stream().map(OrganisationId::toString).toList())
        .query(Organisations::read)
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableMap(Organisation::id, Organisation::name));
  }

  /** Whether one of these organisations has the SIREN of the first. */
  public boolean sharesSiren(OrganisationId first, Collection<OrganisationId> others) {
    return !others.isEmpty()
        && jdbc.sql(
                    """
                    select count(*)
                    from organisation a join organisation b on b.siren = a.siren
                    where a.id = :first and b.id in (:others)
                    """)
                .param("first", first.toString())
                .param("others", others.stream().map(OrganisationId::toString).toList())
                .query(Long.class)
                .single()
            > 0;
  }

  /** Those that a person acts for, by id. */
  public List<Organisation> of(PersonId person) {
    return jdbc.sql(
            """
            select o.id, o.name, o.siren, o.siret, o.kind
            from membership m join organisation o on o.id = m.organisation_id
            where m.person_id = :person
            order by o.id
            """)
        .param("person", person.toString())
        .query(Organisations::read)
        .list();
  }

  /** Registers an organisation, with the caller as its first member. */
  @Transactional
  Organisation register(
      String name, Optional<Siren> siren, Optional<Siret> siret, ReuserKind kind, Caller by) {
    Organisation organisation =
        new Organisation(OrganisationId.create(), name.strip(), siren, siret, kind);
    jdbc.sql(
            """
            insert into organisation (id, name, siren, siret, kind, created_at)
            values (:id, :name, :siren, :siret, :kind, :now)
            """)
        .param("id", organisation.id().toString())
        .param("name", organisation.name())
        .param("siren", siren.map(Siren::value).orElse(null))
        .param("siret", siret.map(Siret::value).orElse(null))
        .param("kind", kind.word())
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    jdbc.sql(
            """
            insert into membership (organisation_id, person_id, since)
            values (:organisation, :person, :now)
            """)
        .param("organisation", organisation.id().toString())
        .param("person", by.person().toString())
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    trail.record(
        by.actor(),
        "organisation.register",
        Optional.empty(),
        "organisation",
        organisation.id().toString(),
        Map.of());
    return organisation;
  }

  private static Organisation read(ResultSet row, int number) throws SQLException {
    return new Organisation(
        OrganisationId.of(row.getString("id")),
        row.getString("name"),
        Optional.ofNullable(row.getString("siren")).map(Siren::new),
        Optional.ofNullable(row.getString("siret")).map(Siret::new),
        ReuserKind.of(row.getString("kind")));
  }
}
