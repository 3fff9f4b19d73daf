package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.SignedIn;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who holds which role, and so what a caller may do. Safe for use by many threads. */
@Component
class RoleGrants {

  private final JdbcClient jdbc;
  private final Clock clock;

  RoleGrants(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * A grant as it is kept.
   *
   * @param id its id
   * @param person who holds it
   * @param grant the role and its reach
   */
  record Kept(UUID id, PersonId person, Caller.Grant grant) {}

  /** The person as a caller, with all that their reach depends on as of now. */
  Caller caller(PersonId person, SignedIn signedIn) {
    List<Caller.Grant> grants =
        jdbc
            .sql(
                """
                select id, person_id, role, territory_id, holder_id
                from role_grant where person_id = :person
                """)
            .param("person", person.toString())
            .query(RoleGrants::read)
            .list()
            .stream()
            .map(Kept::grant)
            .toList();
    Set<OrganisationId> organisations =
        jdbc
            .sql("select organisation_id from membership where person_id = :person")
            .param("person", person.toString())
            .query((row, n) -> OrganisationId.of(row.getString("organisation_id")))
            .list()
            .stream()
            .collect(Collectors.toUnmodifiableSet());
    return new Caller(person, grants, organisations, signedIn);
  }

  Optional<Kept> find(UUID id) {
    return jdbc.sql(
            "select id, person_id, role, territory_id, holder_id from role_grant where id = :id")
        .param("id", id.toString())
        .query(RoleGrants::read)
        .optional();
  }

  /** A territory's grants, by id. */
  List<Kept> of(TerritoryId territory, String after, int limit) {
    return jdbc.sql(
            """
            select id, person_id, role, territory_id, holder_id
            from role_grant
            where territory_id = :territory and id > :after
            order by id
            limit :limit
            """)
        .param("territory", territory.toString())
        .param("after", after)
        .param("limit", limit)
        .query(RoleGrants::read)
        .list();
  }

  /** Everybody's grants, by id. */
  List<Kept> all(String after, int limit) {
    return jdbc.sql(
            """
            select id, person_id, role, territory_id, holder_id
            from role_grant
            where id > :after
            order by id
            limit :limit
            """)
        .param("after", after)
        .param("limit", limit)
        .query(RoleGrants::read)
        .list();
  }

  /** Adds a grant, or finds the same one; in a transaction. */
  Kept add(PersonId person, Caller.Grant grant) {
    // The person's row first, so that of two equal grants at once the second finds the first's; the
    // grants are then read locked, as they are now and not as when the transaction first looked.
    jdbc.sql("select id from person where id = :id for update")
        .param("id", person.toString())
        .query(String.class)
        .single();
    Optional<Kept> same =
        jdbc
            .sql(
                """
                select id, person_id, role, territory_id, holder_id
                from role_grant where person_id = :person for update
                """)
            .param("person", person.toString())
            .query(RoleGrants::read)
            .list()
            .stream()
            .filter(kept -> kept.grant().equals(grant))
            .findFirst();
    if (same.isPresent()) {
      return same.get();
    }
    UUID id = Id.next();
    jdbc.sql(
            """
            insert into role_grant (id, person_id, role, territory_id, holder_id, granted_at)
            values (:id, :person, :role, :territory, :holder, :now)
            """)
        .param("id", id.toString())
        .param("person", person.toString())
        .param("role", grant.role().word())
        .param("territory", grant.territory().map(TerritoryId::toString).orElse(null))
        .param("holder", grant.holder().map(HolderId::toString).orElse(null))
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    return new Kept(id, person, grant);
  }

  /** Whether it was there to be removed. */
  boolean remove(UUID id) {
    return jdbc.sql("delete from role_grant where id = :id").param("id", id.toString()).update()
        == 1;
  }

  /**
   * How many people are operators by other grants than this one; locks them, so that two can't
   * remove each other at once.
   */
  long lockOperatorsBeside(UUID grant) {
    return jdbc
        .sql(
            """
            select id, person_id, role, territory_id, holder_id
            from role_grant where role = 'operator' for update
            """)
        .query(RoleGrants::read)
        .list()
        .stream()
        .filter(kept -> !kept.id().equals(grant))
        .map(Kept::person)
        .distinct()
        .count();
  }

  boolean anyOperator() {
    return jdbc.sql("select count(*) from role_grant where role = 'operator'")
            .query(Long.class)
            .single()
        > 0;
  }

  private static Kept read(ResultSet row, int number) throws SQLException {
    return new Kept(
        UUID.fromString(row.getString("id")),
        PersonId.of(row.getString("person_id")),
        new Caller.Grant(
            Role.of(row.getString("role")),
            Optional.ofNullable(row.getString("territory_id")).map(TerritoryId::of),
            Optional.ofNullable(row.getString("holder_id")).map(HolderId::of)));
  }
}
