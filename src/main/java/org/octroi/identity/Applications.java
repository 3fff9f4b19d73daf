package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The applications of this instance. They belong to no territory: one may hold agreements in
 * several. Safe for use by many threads.
 */
@Component
public class Applications {

  private static final String COLUMNS =
      """
      select a.id, a.name, a.contact, a.client_id, a.client_secret_sha256, a.owner_person,
             a.owner_organisation, p.display_name as person_name, p.reuser_kind as person_kind,
             o.name as organisation_name, o.kind as organisation_kind, a.status,
             a.suspended_by_operator, a.origins, a.created_at, a.version
      """;

  private static final String TABLES =
      """
      from application a
        left join person p on p.id = a.owner_person
        left join organisation o on o.id = a.owner_organisation
      """;

  private static final String SELECT = COLUMNS + TABLES;

  private static final String SELECT_CLIENT =
      COLUMNS
          + """
          , c.authentication, c.grants, c.redirect_uris, c.jwks, c.certificates,
            c.token_format
          """
          + TABLES
          + """
          left join application_client c on c.application_id = a.id
          """;

  private final JdbcClient jdbc;

  Applications(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * An application as the authorization server knows it.
   *
   * @param application the application
   * @param secretHash the SHA-256 of its client secret, in hex
   * @param profile how it comes to its tokens
   */
  public record Client(
      RegisteredApplication application, String secretHash, ClientProfile profile) {}

  /** The application with this id. */
  public Optional<RegisteredApplication> find(ApplicationId id) {
    return jdbc.sql(SELECT + "where a.id = :id")
        .param("id", id.toString())
        .query(Applications::read)
        .optional();
  }

  /**
   * The caller's own application, or one of an organisation that they act for.
   *
   * @refuses not-found when there is none that is
   */
  RegisteredApplication owned(ApplicationId id, Caller by) {
    return whereIt(id, application -> application.owner().includes(by));
  }

  /**
   * The same, and any for operators.
   *
   * @refuses not-found when there is none that the caller may act upon
   */
  public RegisteredApplication administered(ApplicationId id, Caller by) {
    return whereIt(id, application -> application.owner().includes(by) || by.isOperator());
  }

  /**
   * The same, and any for auditors of the instance too.
   *
   * @refuses not-found when there is none that the caller may read
   */
  public RegisteredApplication readable(ApplicationId id, Caller by) {
    return whereIt(
        id, application -> application.owner().includes(by) || by.mayAudit(Optional.empty()));
  }

  private RegisteredApplication whereIt(ApplicationId id, Predicate<RegisteredApplication> may) {
    return find(id)
        .filter(may)
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  /** Those of these applications that there are. */
  public Map<ApplicationId, RegisteredApplication> find(Collection<ApplicationId> ids) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return jdbc
        .sql(SELECT + "where a.id in (:ids)")
        .param("ids", ids.stream().map(ApplicationId::toString).distinct().toList())
        .query(Applications::read)
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableMap(RegisteredApplication::id, found -> found));
  }

  /** The application that is this client of our own issuer. */
  public Optional<Client> findClient(String clientId) {
    return jdbc.sql(SELECT_CLIENT + "where a.client_id = :client")
        .param("client", clientId)
        .query(Applications::readClient)
        .optional();
  }

  /** The same of an application that is known by its id. */
  public Optional<Client> findClient(ApplicationId id) {
    return jdbc.sql(SELECT_CLIENT + "where a.id = :id")
        .param("id", id.toString())
        .query(Applications::readClient)
        .optional();
  }

  /** A page of all of them, by id. */
  public Page<RegisteredApplication> all(PageAsk ask) {
    return Page.of(
        jdbc.sql(SELECT + "where a.id > :after order by a.id limit :most")
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(Applications::read)
            .list(),
        ask.limit(),
        application -> application.id().toString());
  }

  /** The ids of the same: they can be told where the rest can't be read. */
  public Page<String> allIds(PageAsk ask) {
    return Page.of(
        jdbc.sql("select id from application where id > :after order by id limit :most")
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query((row, n) -> row.getString("id"))
            .list(),
        ask.limit(),
        id -> id);
  }

  /** A page of the caller's own and their organisations', by id. */
  public Page<RegisteredApplication> ownedBy(Caller caller, PageAsk ask) {
    return Page.of(
        jdbc.sql(
                SELECT
                    + """
                    where (a.owner_person = :person or a.owner_organisation in (:organisations))
                      and a.id > :after
                    order by a.id
                    limit :most
                    """)
            .param("person", caller.person().toString())
            .param("organisations", organisationsOf(caller))
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(Applications::read)
            .list(),
        ask.limit(),
        application -> application.id().toString());
  }

  /** The ids of all applications that are the caller's own or their organisations'. */
  public Set<ApplicationId> idsOwnedBy(Caller caller) {
    return jdbc
        .sql(
            """
            select id from application
            where owner_person = :person or owner_organisation in (:organisations)
            """)
        .param("person", caller.person().toString())
        .param("organisations", organisationsOf(caller))
        .query((row, n) -> ApplicationId.of(row.getString("id")))
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Never empty, since SQL has no empty list; nothing has the empty id. */
  private static List<String> organisationsOf(Caller caller) {
    return Stream.concat(
            Stream.of(""), caller.organisations().stream().map(Id::value).map(Object::toString))
        .toList();
  }

  /** Origins as one column keeps them. */
  static String column(List<WebOrigin> origins) {
    return origins.stream().map(WebOrigin::text).collect(Collectors.joining(" "));
  }

  private static List<WebOrigin> origins(@Nullable String column) {
    return column == null
        ? List.of()
        : Stream.of(column.split(" ")).filter(o -> !o.isEmpty()).map(WebOrigin::new).toList();
  }

  private static Client readClient(ResultSet row, int number) throws SQLException {
    return new Client(
        read(row, number), row.getString("client_secret_sha256"), ClientProfiles.read(row));
  }

  private static RegisteredApplication read(ResultSet row, int number) throws SQLException {
    @Nullable String organisation = row.getString("owner_organisation");
    Owner owner =
        organisation == null
            ? new Owner.OfPerson(PersonId.of(row.getString("owner_person")))
            : new Owner.OfOrganisation(OrganisationId.of(organisation));
    String side = organisation == null ? "person_" : "organisation_";
    return new RegisteredApplication(
        ApplicationId.of(row.getString("id")),
        row.getString("name"),
        Optional.ofNullable(row.getString("contact")),
        row.getString("client_id"),
        owner,
        row.getString(side + "name"),
        ReuserKind.of(row.getString(side + "kind")),
        row.getString("status").equals("active"),
        row.getBoolean("suspended_by_operator"),
        origins(row.getString("origins")),
        UtcTimes.instant(row.getObject("created_at", LocalDateTime.class)),
        row.getLong("version"));
  }
}
