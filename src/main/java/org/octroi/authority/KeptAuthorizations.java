package org.octroi.authority;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.ApplicationKeys;
import org.octroi.identity.OpaqueTokens;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.KeyHash;
import org.octroi.vocabulary.KeyId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TokenReach;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * What people let applications do, and the codes and tokens that came of it, by their hashes. Safe
 * for use by many threads.
 */
@Component
class KeptAuthorizations implements OpaqueTokens {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final JsonMapper json;

  KeptAuthorizations(JdbcClient jdbc, Clock clock, JsonMapper json) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.json = json;
  }

  /** What a hash is of. */
  enum Kind {
    /** What a page of consent, or a pushed request, is known by. */
    STATE,
    CODE,
    ACCESS,
    /** An access token for the gate that every gate is told of. */
    OPAQUE,
    /** An ID token: the next one of the same authorization says the same of the sign-in. */
    ID,
    REFRESH,
    /** A refresh token in whose place another was given. */
    SPENT_REFRESH,
    USER_CODE,
    DEVICE_CODE;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Whether it is good for one use, so that the second is refused. */
    boolean forOneUse() {
      return this == CODE || this == DEVICE_CODE || this == USER_CODE;
    }
  }

  /**
   * What is kept of an authorization beside its tokens.
   *
   * @param grant by which grant it began, as OAuth2 writes it
   * @param principal whom it is of: a person's id, or a client's while nobody has answered yet
   * @param scopes what was let
   * @param request what was asked for, where a person was sent to the desk
   * @param askedScopes what a device asked for, while nobody has answered yet
   * @param answered whether a person has taken it on
   */
  record State(
      String grant,
      String principal,
      Set<String> scopes,
      @Nullable Request request,
      @Nullable Set<String> askedScopes,
      boolean answered) {

    /** Who took it on, where it is somebody and not a program for itself. */
    @JsonIgnore
    Optional<PersonId> person() {
      return answered && PERSON.matcher(principal).matches()
          ? Optional.of(PersonId.of(principal))
          : Optional.empty();
    }

    private static final Pattern PERSON =
        Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }

  /** What was asked for at the authorization endpoint (RFC 6749 §4.1.1). */
  record Request(
      String address,
      String clientId,
      @Nullable String redirectUri,
      Set<String> scopes,
      @Nullable String state,
      Map<String, Object> more) {}

  /** An authorization. */
  record Kept(String id, ApplicationId application, State state) {}

  /**
   * A code or token.
   *
   * @param hash the SHA-256 of it, in hex
   * @param claims what it says, where it is an access token
   */
  record Token(
      String hash,
      String authorization,
      Kind kind,
      Instant issued,
      Instant expires,
      boolean invalidated,
      Map<String, Object> claims) {}

  Optional<Kept> find(String id) {
    return jdbc.sql("select id, application_id, state from granted_authorization where id = :id")
        .param("id", id)
        .query(
            (row, n) ->
                new Kept(
                    row.getString("id"),
                    ApplicationId.of(row.getString("application_id")),
                    json.readValue(row.getString("state"), State.class)))
        .optional();
  }

  /** The token with this hash, whatever has become of it. */
  Optional<Token> findToken(String hash) {
    return jdbc.sql(TOKENS + "where token_sha256 = :hash")
        .param("hash", hash)
        .query(this::readToken)
        .optional();
  }

  /** All tokens of an authorization, the newest of each kind last. */
  List<Token> tokens(String authorization) {
    return jdbc.sql(TOKENS + "where authorization_id = :id order by issued_at, token_sha256")
        .param("id", authorization)
        .query(this::readToken)
        .list();
  }

  /** Keeps an authorization, in place of what was kept of it before. */
  void keep(Kept kept, Instant until) {
    Instant now = clock.instant();
    int changed =
        jdbc.sql(
                """
                update granted_authorization
                set person_id = :person, state = :state, keep_until = greatest(keep_until, :until)
                where id = :id
                """)
            .param("person", person(kept.state()))
            .param("state", json.writeValueAsString(kept.state()))
            .param("until", UtcTimes.column(until))
            .param("id", kept.id())
            .update();
    if (changed == 0) {
      jdbc.sql(
              """
              insert into granted_authorization
                (id, application_id, person_id, state, created_at, keep_until)
              values (:id, :application, :person, :state, :now, :until)
              """)
          .param("id", kept.id())
          .param("application", kept.application().toString())
          .param("person", person(kept.state()))
          .param("state", json.writeValueAsString(kept.state()))
          .param("now", UtcTimes.column(now))
          .param("until", UtcTimes.column(until))
          .update();
    }
  }

  private static @Nullable String person(State state) {
    return state.person().map(PersonId::toString).orElse(null);
  }

  void add(Token token) {
    jdbc.sql(
            """
            insert into granted_token
              (token_sha256, authorization_id, kind, issued_at, expires_at, invalidated, claims)
            values (:hash, :authorization, :kind, :issued, :expires, false, :claims)
            """)
        .param("hash", token.hash())
        .param("authorization", token.authorization())
        .param("kind", token.kind().word())
        .param("issued", UtcTimes.column(token.issued()))
        .param("expires", UtcTimes.column(token.expires()))
        .param("claims", token.claims().isEmpty() ? null : json.writeValueAsString(token.claims()))
        .update();
  }

  /** Marks a code or token as no longer good; false where it was that already. */
  boolean invalidate(String hash) {
    return jdbc.sql(
                """
                update granted_token set invalidated = true
                where token_sha256 = :hash and invalidated = false
                """)
            .param("hash", hash)
            .update()
        == 1;
  }

  /** Marks a refresh token as spent; false where it was spent or ended already. */
  boolean spendRefresh(String hash) {
    return jdbc.sql(
                """
                update granted_token set kind = :spent
                where token_sha256 = :hash and kind = :refresh and invalidated = false
                """)
            .param("spent", Kind.SPENT_REFRESH.word())
            .param("refresh", Kind.REFRESH.word())
            .param("hash", hash)
            .update()
        == 1;
  }

  /** Makes every code and token of an authorization good for nothing. */
  void invalidateAll(String authorization) {
    jdbc.sql("update granted_token set invalidated = true where authorization_id = :id")
        .param("id", authorization)
        .update();
  }

  void forgetStates(String authorization, String butHash) {
    jdbc.sql(
            """
            delete from granted_token
            where authorization_id = :id and kind = :state and token_sha256 <> :hash
            """)
        .param("id", authorization)
        .param("state", Kind.STATE.word())
        .param("hash", butHash)
        .update();
  }

  void remove(String authorization) {
    jdbc.sql("delete from granted_token where authorization_id = :id")
        .param("id", authorization)
        .update();
    jdbc.sql("delete from granted_authorization where id = :id")
        .param("id", authorization)
        .update();
  }

  private record Held(ApplicationId application, ApplicationKeys.AtTheGate token) {}

  @Override
  public Map<ApplicationId, List<ApplicationKeys.AtTheGate>> atTheGate(
      Collection<ApplicationId> of) {
    return jdbc
        .sql(
            """
            select a.application_id, t.token_sha256, t.expires_at, t.claims
            from granted_token t join granted_authorization a on a.id = t.authorization_id
            where a.application_id in (:applications) and t.kind = :opaque
              and t.invalidated = false and t.expires_at > :now
            """)
        .param("applications", of.stream().map(ApplicationId::toString).toList())
        .param("opaque", Kind.OPAQUE.word())
        .param("now", UtcTimes.column(clock.instant()))
        .query(
            (row, n) ->
                new Held(
                    ApplicationId.of(row.getString("application_id")),
                    atTheGate(
                        KeyHash.ofHex(row.getString("token_sha256")),
                        UtcTimes.read(row, "expires_at"),
                        claims(row.getString("claims")))))
        .list()
        .stream()
        .collect(groupingBy(Held::application, mapping(Held::token, toList())));
  }

  private static ApplicationKeys.AtTheGate atTheGate(
      KeyHash hash, Optional<Instant> expires, Map<String, Object> claims) {
    SortedSet<String> scopes = new TreeSet<>();
    if (claims.get("scope") instanceof String text) {
      scopes.addAll(List.of(text.split(" ")));
    }
    return new ApplicationKeys.AtTheGate(
        KeyId.of(String.valueOf(claims.get("jti"))),
        hash,
        expires,
        Optional.of(
            new TokenReach(
                scopes,
                Optional.ofNullable(claims.get("purpose")).map(String::valueOf).map(Purpose::new),
                claims.get("cnf") instanceof Map<?, ?> bound
                    ? Optional.ofNullable(bound.get("jkt")).map(String::valueOf)
                    : Optional.empty())));
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> claims(@Nullable String column) {
    return column == null ? Map.of() : json.readValue(column, Map.class);
  }

  /** Those of a person, or of what they let one application do. */
  List<String> of(PersonId person, Optional<ApplicationId> application) {
    return jdbc.sql(
            """
            select id from granted_authorization
            where person_id = :person and (:application is null or application_id = :application)
            """)
        .param("person", person.toString())
        .param("application", application.map(ApplicationId::toString).orElse(null))
        .query((row, n) -> row.getString("id"))
        .list();
  }

  /** Remembers that an assertion was used; false where it was before. */
  boolean spendAssertion(String hash, Instant expires) {
    try {
      jdbc.sql(
              """
              insert into spent_assertion (assertion_sha256, expires_at) values (:hash, :expires)
              """)
          .param("hash", hash)
          .param("expires", UtcTimes.column(expires))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  @Scheduled(fixedDelay = 600_000, initialDelay = 120_000)
  void forgetWhatHasEnded() {
    Object now = UtcTimes.column(clock.instant());
    jdbc.sql(
            """
            delete from granted_token where authorization_id in
              (select id from granted_authorization where keep_until < :now)
            """)
        .param("now", now)
        .update();
    // What another desk kept longer meanwhile has tokens, and stays.
    jdbc.sql(
            """
            delete from granted_authorization
            where keep_until < :now and not exists
              (select 1 from granted_token t where t.authorization_id = granted_authorization.id)
            """)
        .param("now", now)
        .update();
    jdbc.sql("delete from spent_assertion where expires_at < :now").param("now", now).update();
  }

  private static final String TOKENS =
      """
      select token_sha256, authorization_id, kind, issued_at, expires_at, invalidated, claims
      from granted_token
      """;

  private Token readToken(ResultSet row, int number) throws SQLException {
    return new Token(
        row.getString("token_sha256"),
        row.getString("authorization_id"),
        Kind.of(row.getString("kind")),
        UtcTimes.instant(row.getObject("issued_at", LocalDateTime.class)),
        UtcTimes.instant(row.getObject("expires_at", LocalDateTime.class)),
        row.getBoolean("invalidated"),
        claims(row.getString("claims")));
  }

  static Stream<Token> live(List<Token> tokens, Instant now) {
    return tokens.stream().filter(token -> !token.invalidated() && token.expires().isAfter(now));
  }
}
