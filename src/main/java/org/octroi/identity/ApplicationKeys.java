package org.octroi.identity;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.token.ApiKey;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.KeyHash;
import org.octroi.vocabulary.KeyId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.TokenReach;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The API keys of applications, each as its hash. Safe for use by many threads. */
@Component
public class ApplicationKeys {

  /** So many keys of an application may be live at once. */
  static final int MOST_LIVE = 20;

  private static final String SELECT =
      """
      select id, application_id, name, beginning, created_by, created_at, expires_at, revoked_at,
             replaced_by, version
      from api_key
      """;

  private final JdbcClient jdbc;
  private final Applications applications;
  private final OpaqueTokens tokens;

  ApplicationKeys(JdbcClient jdbc, Applications applications, OpaqueTokens tokens) {
    this.jdbc = jdbc;
    this.tokens = tokens;
    this.applications = applications;
  }

  /**
   * A key, or an opaque token, as the gate knows it.
   *
   * @param hash by what it is known when it comes
   * @param expires the first moment at which it is not good any more
   * @param reach how far it reaches, where it is a token
   */
  public record AtTheGate(
      KeyId id, KeyHash hash, Optional<Instant> expires, Optional<TokenReach> reach) {}

  private record Held(ApplicationId application, AtTheGate key) {}

  /**
   * The keys of these applications that were not revoked, and their opaque tokens; those of one
   * without are not there.
   */
  public Map<ApplicationId, List<AtTheGate>> atTheGate(Collection<ApplicationId> of) {
    if (of.isEmpty()) {
      return Map.of();
    }
    Map<ApplicationId, List<AtTheGate>> all = new HashMap<>(keysAtTheGate(of));
    tokens
        .atTheGate(of)
        .forEach(
            (application, held) ->
                all.merge(
                    application,
                    held,
                    (keys, more) -> Stream.concat(keys.stream(), more.stream()).toList()));
    return all;
  }

  private Map<ApplicationId, List<AtTheGate>> keysAtTheGate(Collection<ApplicationId> of) {
    return jdbc
        .sql(
            """
            select id, application_id, key_sha256, expires_at from api_key
            where application_id in (:applications) and revoked_at is null
            """)
        .param("applications", of.stream().map(ApplicationId::toString).toList())
        .query(
            (row, n) ->
                new Held(
                    ApplicationId.of(row.getString("application_id")),
                    new AtTheGate(
                        KeyId.of(row.getString("id")),
                        KeyHash.ofHex(row.getString("key_sha256")),
                        UtcTimes.read(row, "expires_at"),
                        Optional.empty())))
        .list()
        .stream()
        .collect(groupingBy(Held::application, mapping(Held::key, toList())));
  }

  /**
   * The key with this id, for its application's owner.
   *
   * @refuses not-found when there is none that the caller owns
   */
  ApplicationKey owned(KeyId id, Caller by) {
    return find(id)
        .filter(key -> owner(key).includes(by))
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  /**
   * The same, and for operators.
   *
   * @refuses not-found when there is none that the caller owns, and they are no operator
   */
  ApplicationKey ownedOrOperated(KeyId id, Caller by) {
    return find(id)
        .filter(key -> by.isOperator() || owner(key).includes(by))
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  /**
   * The same, for who may look at it: auditors of the instance too.
   *
   * @refuses not-found when the caller is none of them
   */
  ApplicationKey readable(KeyId id, Caller by) {
    return find(id)
        .filter(key -> by.mayAudit(Optional.empty()) || owner(key).includes(by))
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  private Owner owner(ApplicationKey key) {
    return applications.find(key.application()).orElseThrow().owner();
  }

  private Optional<ApplicationKey> find(KeyId id) {
    return jdbc.sql(SELECT + "where id = :id")
        .param("id", id.toString())
        .query(ApplicationKeys::read)
        .optional();
  }

  /** A page of an application's keys, the oldest first. */
  Page<ApplicationKey> of(ApplicationId application, PageAsk ask) {
    return Page.of(
        jdbc.sql(
                SELECT
                    + """
                    where application_id = :application and id > :after
                    order by id
                    limit :most
                    """)
            .param("application", application.toString())
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(ApplicationKeys::read)
            .list(),
        ask.limit(),
        key -> key.id().toString());
  }

  /**
   * Holds an application until the transaction ends, so that nobody else makes it a key meanwhile.
   *
   * @refuses conflict when it has as many live keys as one may have
   */
  void holdWithRoomForOne(ApplicationId application, Instant now) {
    jdbc.sql("select id from application where id = :application for update")
        .param("application", application.toString())
        .query(String.class)
        .single();
    // Rows that are locked are read as they are now, and not as this transaction's first read had
    // them.
    List<KeyId> live =
        jdbc.sql(
                """
                select id from api_key
                where application_id = :application and revoked_at is null
                  and (expires_at is null or expires_at > :now)
                for update
                """)
            .param("application", application.toString())
            .param("now", UtcTimes.column(now))
            .query((row, n) -> KeyId.of(row.getString("id")))
            .list();
    if (live.size() >= MOST_LIVE) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "it has " + MOST_LIVE + " live keys, revoke one of them first");
    }
  }

  void add(ApplicationKey key, ApiKey secret) {
    jdbc.sql(
            """
            insert into api_key
              (id, application_id, name, beginning, key_sha256, created_by, created_at, expires_at,
               version)
            values
              (:id, :application, :name, :beginning, :hash, :by, :at, :expires, :version)
            """)
        .param("id", key.id().toString())
        .param("application", key.application().toString())
        .param("name", key.name())
        .param("beginning", key.beginning())
        .param("hash", secret.hash().toString())
        .param("by", key.createdBy().toString())
        .param("at", UtcTimes.column(key.createdAt()))
        .param("expires", key.expiresAt().map(UtcTimes::column).orElse(null))
        .param("version", key.version())
        .update();
  }

  /**
   * A key ends then, as another was made in its place.
   *
   * @refuses stale-version when somebody was faster
   */
  void replace(ApplicationKey before, KeyId by, Instant end) {
    changed(
        jdbc.sql(
                """
                update api_key set replaced_by = :by, expires_at = :end, version = version + 1
                where id = :id and version = :version
                """)
            .param("by", by.toString())
            .param("end", UtcTimes.column(end))
            .param("id", before.id().toString())
            .param("version", before.version())
            .update());
  }

  /**
   * A key ends now.
   *
   * @refuses stale-version when somebody was faster
   */
  void revoke(ApplicationKey before, Instant now) {
    changed(
        jdbc.sql(
                """
                update api_key set revoked_at = :now, version = version + 1
                where id = :id and version = :version
                """)
            .param("now", UtcTimes.column(now))
            .param("id", before.id().toString())
            .param("version", before.version())
            .update());
  }

  private static void changed(int rows) {
    if (rows != 1) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
  }

  private static ApplicationKey read(ResultSet row, int number) throws SQLException {
    return new ApplicationKey(
        KeyId.of(row.getString("id")),
        ApplicationId.of(row.getString("application_id")),
        row.getString("name"),
        row.getString("beginning"),
        PersonId.of(row.getString("created_by")),
        UtcTimes.instant(row.getObject("created_at", LocalDateTime.class)),
        UtcTimes.read(row, "expires_at"),
        UtcTimes.read(row, "revoked_at"),
        Optional.ofNullable(row.getString("replaced_by")).map(KeyId::of),
        row.getLong("version"));
  }
}
