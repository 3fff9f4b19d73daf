package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.secret.Seal;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The webhooks of people and organisations. Safe for use by many threads. */
@Component
class Webhooks {

  private static final String SELECT =
      "select id, owner_person, owner_organisation, url, kinds, created_at from webhook ";

  private final JdbcClient jdbc;
  private final Seal seal;

  Webhooks(JdbcClient jdbc, Seal seal) {
    this.jdbc = jdbc;
    this.seal = seal;
  }

  /**
   * The webhook of this id, for its owner.
   *
   * @refuses not-found when there is none that the caller owns
   */
  Webhook owned(WebhookId id, Caller by) {
    return jdbc.sql(SELECT + "where id = :id")
        .param("id", id.toString())
        .query(Webhooks::read)
        .optional()
        .filter(webhook -> webhook.owner().includes(by))
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  /** A page of the caller's own and their organisations', by id. */
  Page<Webhook> ownedBy(Caller caller, PageAsk ask) {
    return Page.of(
        jdbc.sql(
                SELECT
                    + """
                    where (owner_person = :person or owner_organisation in (:organisations))
                      and id > :after
                    order by id
                    limit :most
                    """)
            .param("person", caller.person().toString())
            .param("organisations", orNobody(caller.organisations()))
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(Webhooks::read)
            .list(),
        ask.limit(),
        webhook -> webhook.id().toString());
  }

  /** Those of these people, and of the organisation. */
  List<Webhook> of(Collection<PersonId> people, Optional<OrganisationId> organisation) {
    return jdbc.sql(
            SELECT
                + """
                where owner_person in (:people) or owner_organisation = :organisation
                order by id
                """)
        .param("people", orNobody(people))
        .param("organisation", organisation.map(OrganisationId::toString).orElse(""))
        .query(Webhooks::read)
        .list();
  }

  /** How many an owner has. */
  long count(Owner owner) {
    return jdbc.sql(
            """
            select count(*) from webhook
            where owner_person = :owner or owner_organisation = :owner
            """)
        .param("owner", owner.id())
        .query(Long.class)
        .single();
  }

  void add(Webhook webhook, OpaqueSecret secret) {
    boolean person = webhook.owner() instanceof Owner.OfPerson;
    jdbc.sql(
            """
            insert into webhook
              (id, owner_person, owner_organisation, url, kinds, sealed_secret, created_at)
            values (:id, :person, :organisation, :url, :kinds, :secret, :at)
            """)
        .param("id", webhook.id().toString())
        .param("person", person ? webhook.owner().id() : null)
        .param("organisation", person ? null : webhook.owner().id())
        .param("url", webhook.url())
        .param("kinds", webhook.kinds().column())
        .param("secret", seal.seal(sealedFor(webhook.id()), secret.text()))
        .param("at", UtcTimes.column(webhook.createdAt()))
        .update();
  }

  void remove(WebhookId id) {
    jdbc.sql("delete from webhook where id = :id").param("id", id.toString()).update();
  }

  /** What calls of it are signed with. */
  String secret(WebhookId id) {
    return seal.openText(
        sealedFor(id),
        jdbc.sql("select sealed_secret from webhook where id = :id")
            .param("id", id.toString())
            .query(String.class)
            .single());
  }

  private static String sealedFor(WebhookId id) {
    return "webhook-secret-" + id;
  }

  /** Never empty, since SQL has no empty list; nobody has the empty id. */
  private static List<String> orNobody(Collection<? extends Id> ids) {
    return Stream.concat(Stream.of(""), ids.stream().map(id -> id.value().toString())).toList();
  }

  private static Webhook read(ResultSet row, int number) throws SQLException {
    @Nullable String organisation = row.getString("owner_organisation");
    return new Webhook(
        WebhookId.of(row.getString("id")),
        organisation == null
            ? new Owner.OfPerson(PersonId.of(row.getString("owner_person")))
            : new Owner.OfOrganisation(OrganisationId.of(organisation)),
        row.getString("url"),
        NoticeKinds.ofColumn(row.getString("kinds")),
        UtcTimes.instant(row.getObject("created_at", LocalDateTime.class)));
  }
}
