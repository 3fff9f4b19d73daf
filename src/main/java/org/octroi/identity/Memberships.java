package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who acts for which organisation, and who was asked to. Safe for use by many threads. */
@Component
class Memberships {

  private final JdbcClient jdbc;

  Memberships(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A person who acts for an organisation. */
  record Member(PersonId person, String displayName, Instant since) {}

  /** An invitation that waits for an answer. */
  record Invitation(OrganisationId organisation, String name, Instant at) {}

  /**
   * Goes on only for a member: to all others there is no such organisation.
   *
   * @refuses not-found when the caller doesn't act for it
   */
  static void check(OrganisationId organisation, Caller caller) {
    if (!caller.organisations().contains(organisation)) {
      throw RefusedException.of(ProblemType.NOT_FOUND, organisation.toString());
    }
  }

  /** A page of an organisation's members, by id. */
  Page<Member> of(OrganisationId organisation, PageAsk ask) {
    return Page.of(
        jdbc.sql(
                """
                select p.id, p.display_name, m.since
                from membership m join person p on p.id = m.person_id
                where m.organisation_id = :organisation and m.person_id > :after
                order by m.person_id
                limit :most
                """)
            .param("organisation", organisation.toString())
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(
                (row, n) ->
                    new Member(
                        PersonId.of(row.getString("id")),
                        row.getString("display_name"),
                        instant(row, "since")))
            .list(),
        ask.limit(),
        member -> member.person().toString());
  }

  /** Holds the list of an organisation's members until the transaction ends; all of them. */
  List<PersonId> hold(OrganisationId organisation) {
    jdbc.sql("select id from organisation where id = :organisation for update")
        .param("organisation", organisation.toString())
        .query(String.class)
        .single();
    return jdbc.sql("select person_id from membership where organisation_id = :organisation")
        .param("organisation", organisation.toString())
        .query((row, n) -> PersonId.of(row.getString("person_id")))
        .list();
  }

  void add(OrganisationId organisation, PersonId person, Instant now) {
    jdbc.sql(
            """
            insert into membership (organisation_id, person_id, since)
            values (:organisation, :person, :now)
            """)
        .param("organisation", organisation.toString())
        .param("person", person.toString())
        .param("now", UtcTimes.column(now))
        .update();
  }

  void remove(OrganisationId organisation, PersonId person) {
    jdbc.sql(
            """
            delete from membership where organisation_id = :organisation and person_id = :person
            """)
        .param("organisation", organisation.toString())
        .param("person", person.toString())
        .update();
  }

  /** Asks a person; false where they were asked before. */
  boolean invite(OrganisationId organisation, PersonId person, PersonId by, Instant now) {
    try {
      jdbc.sql(
              """
              insert into membership_invitation
                (organisation_id, person_id, invited_by, invited_at)
              values (:organisation, :person, :by, :now)
              """)
          .param("organisation", organisation.toString())
          .param("person", person.toString())
          .param("by", by.toString())
          .param("now", UtcTimes.column(now))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /** Forgets an invitation of before a moment, whatever became of it. */
  void forgetInvitation(OrganisationId organisation, PersonId person, Instant before) {
    jdbc.sql(
            """
            delete from membership_invitation
            where organisation_id = :organisation and person_id = :person
              and invited_at < :before
            """)
        .param("organisation", organisation.toString())
        .param("person", person.toString())
        .param("before", UtcTimes.column(before))
        .update();
  }

  /** Those that wait for a person's answer. */
  List<Invitation> invitations(PersonId person) {
    return jdbc.sql(
            """
            select o.id, o.name, i.invited_at
            from membership_invitation i join organisation o on o.id = i.organisation_id
            where i.person_id = :person and i.declined_at is null
            order by i.invited_at, o.id
            """)
        .param("person", person.toString())
        .query(
            (row, n) ->
                new Invitation(
                    OrganisationId.of(row.getString("id")),
                    row.getString("name"),
                    instant(row, "invited_at")))
        .list();
  }

  /** Ends an invitation that waits; false where there is none. */
  boolean accepted(OrganisationId organisation, PersonId person) {
    return jdbc.sql(
                """
                delete from membership_invitation
                where organisation_id = :organisation and person_id = :person
                  and declined_at is null
                """)
            .param("organisation", organisation.toString())
            .param("person", person.toString())
            .update()
        == 1;
  }

  /** Marks an invitation that waits as declined; false where there is none. */
  boolean declined(OrganisationId organisation, PersonId person, Instant now) {
    return jdbc.sql(
                """
                update membership_invitation set declined_at = :now
                where organisation_id = :organisation and person_id = :person
                  and declined_at is null
                """)
            .param("now", UtcTimes.column(now))
            .param("organisation", organisation.toString())
            .param("person", person.toString())
            .update()
        == 1;
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return UtcTimes.instant(row.getObject(column, LocalDateTime.class));
  }
}
