package org.octroi.issuer;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.entitlement.Snapshot;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which clients of trusted issuers the applications are. Safe for use by many threads. */
@Component
public class ForeignClients {

  /** As many clients as one application is at most, in all issuers together. */
  static final int MOST = 50;

  private static final String SELECT =
      """
      select c.id, c.issuer_id, i.url, c.client_id, c.application_id, c.proof, c.linked_at
      from issuer_client c join issuer i on i.id = c.issuer_id
      """;

  private final JdbcClient jdbc;

  ForeignClients(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** How it is known that a client is an application. */
  public enum Proof {
    /** Its owner showed a token of the client. */
    TOKEN,
    /** An operator said so. */
    OPERATOR,
    /** The client was made for it from here. */
    PROVISIONED;

    /** The word as it stands in tables and APIs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Proof of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * That a client of an issuer is an application.
   *
   * @param id names this bond
   * @param issuer the issuer
   * @param url what its tokens say issued them
   * @param clientId the client's id there
   * @param application the application
   * @param proof how it is known
   * @param linkedAt since when
   */
  public record Link(
      LinkId id,
      IssuerId issuer,
      String url,
      String clientId,
      ApplicationId application,
      Proof proof,
      Instant linkedAt) {}

  /** Which clients these applications are. */
  public Map<ApplicationId, Set<Snapshot.Client>> of(Collection<ApplicationId> applications) {
    Map<ApplicationId, Set<Snapshot.Client>> clients = new HashMap<>();
    if (applications.isEmpty()) {
      return clients;
    }
    jdbc.sql(SELECT + "where c.application_id in (:applications)")
        .param("applications", applications.stream().map(ApplicationId::toString).toList())
        .query(ForeignClients::read)
        .list()
        .forEach(
            link ->
                clients
                    .computeIfAbsent(link.application(), id -> new HashSet<>())
                    .add(new Snapshot.Client(link.url(), link.clientId())));
    return clients;
  }

  /** Which clients an application is, the first linked first. */
  public List<Link> of(ApplicationId application) {
    return jdbc.sql(SELECT + "where c.application_id = :application order by c.id")
        .param("application", application.toString())
        .query(ForeignClients::read)
        .list();
  }

  /** The application that is this client of this issuer, by the bond between them. */
  Optional<Link> find(IssuerId issuer, String clientId) {
    return jdbc.sql(SELECT + "where c.issuer_id = :issuer and c.client_id = :client")
        .param("issuer", issuer.toString())
        .param("client", clientId)
        .query(ForeignClients::read)
        .optional();
  }

  /** The applications that are clients of an issuer. */
  List<ApplicationId> applicationsOf(IssuerId issuer) {
    return jdbc.sql("select distinct application_id from issuer_client where issuer_id = :issuer")
        .param("issuer", issuer.toString())
        .query((row, n) -> ApplicationId.of(row.getString("application_id")))
        .list();
  }

  /** Adds a bond; whether the client was nobody's. */
  boolean add(Link link) {
    try {
      jdbc.sql(
              """
              insert into issuer_client (id, issuer_id, client_id, application_id, proof, linked_at)
              values (:id, :issuer, :client, :application, :proof, :now)
              """)
          .param("id", link.id().toString())
          .param("issuer", link.issuer().toString())
          .param("client", link.clientId())
          .param("application", link.application().toString())
          .param("proof", link.proof().word())
          .param("now", UtcTimes.column(link.linkedAt()))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /** Takes a bond of an application away; whether there was one. */
  boolean remove(ApplicationId application, LinkId id) {
    return jdbc.sql("delete from issuer_client where id = :id and application_id = :application")
            .param("id", id.toString())
            .param("application", application.toString())
            .update()
        == 1;
  }

  private static Link read(ResultSet row, int number) throws SQLException {
    return new Link(
        LinkId.of(row.getString("id")),
        IssuerId.of(row.getString("issuer_id")),
        row.getString("url"),
        row.getString("client_id"),
        ApplicationId.of(row.getString("application_id")),
        Proof.of(row.getString("proof")),
        UtcTimes.instant(row.getObject("linked_at", LocalDateTime.class)));
  }
}
