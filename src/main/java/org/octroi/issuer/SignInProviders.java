package org.octroi.issuer;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The issuers that people sign in with, whose account each of their subjects is, and what they gave
 * them. Safe for use by many threads.
 */
@Component
public class SignInProviders {

  private static final String SELECT =
      """
      select id, slug, name, issuer, client_id, sealed_secret, scopes, role_claim,
             addresses_confirmed, authorization_url, token_url, user_info_url, territory_id, created_at, version
      from sign_in_provider
      """;

  private final JdbcClient jdbc;

  SignInProviders(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** All of them, by their name in addresses: an instance has a few. */
  public List<SignInProvider> all() {
    return with(jdbc.sql(SELECT + "order by slug").query(SignInProviders::read).list());
  }

  /** The one with this name in addresses. */
  Optional<SignInProvider> find(String slug) {
    return with(
            jdbc.sql(SELECT + "where slug = :slug")
                .param("slug", slug)
                .query(SignInProviders::read)
                .list())
        .stream()
        .findFirst();
  }

  /** The one with this id. */
  Optional<SignInProvider> find(ProviderId id) {
    return with(
            jdbc.sql(SELECT + "where id = :id")
                .param("id", id.toString())
                .query(SignInProviders::read)
                .list())
        .stream()
        .findFirst();
  }

  /** Adds one; whether there was none of its name. */
  boolean add(SignInProvider provider) {
    try {
      jdbc.sql(
              """
              insert into sign_in_provider
                (id, slug, name, issuer, client_id, sealed_secret, scopes, role_claim,
                 addresses_confirmed, authorization_url, token_url, user_info_url, territory_id, created_at, version)
              values
                (:id, :slug, :name, :issuer, :client, :secret, :scopes, :claim, :confirmed,
                 :authorization, :token, :userInfo, :territory, :now, :version)
              """)
          .param("id", provider.id().toString())
          .param("slug", provider.slug())
          .param("name", provider.name())
          .param("issuer", provider.issuer())
          .param("client", provider.clientId())
          .param("secret", provider.sealedSecret())
          .param("scopes", String.join(" ", provider.scopes()))
          .param("claim", provider.roleClaim())
          .param("confirmed", provider.addressesConfirmed())
          .param("authorization", provider.endpoints().authorization())
          .param("token", provider.endpoints().token())
          .param("userInfo", provider.endpoints().userInfo().orElse(null))
          .param("territory", provider.territory().map(TerritoryId::toString).orElse(null))
          .param("now", UtcTimes.column(provider.createdAt()))
          .param("version", provider.version())
          .update();
    } catch (DuplicateKeyException e) {
      return false;
    }
    for (SignInProvider.MappedRole mapped : provider.roles()) {
      jdbc.sql(
              """
              insert into sign_in_role
                (id, provider_id, claim_value, role, territory_id, holder_id)
              values (:id, :provider, :value, :role, :territory, :holder)
              """)
          .param("id", Id.next().toString())
          .param("provider", provider.id().toString())
          .param("value", mapped.value())
          .param("role", mapped.grant().role().word())
          .param("territory", mapped.grant().territory().map(TerritoryId::toString).orElse(null))
          .param("holder", mapped.grant().holder().map(HolderId::toString).orElse(null))
          .update();
    }
    return true;
  }

  /** Removes one with all that hangs on it, if it is still at this version; whether it was. */
  boolean remove(ProviderId id, long version) {
    for (String table : List.of("sign_in_grant", "sign_in_account", "sign_in_role")) {
      jdbc.sql("delete from " + table + " where provider_id = :id")
          .param("id", id.toString())
          .update();
    }
    return jdbc.sql("delete from sign_in_provider where id = :id and version = :version")
            .param("id", id.toString())
            .param("version", version)
            .update()
        == 1;
  }

  /** Whose account a subject is. */
  Optional<PersonId> personOf(ProviderId provider, String subject) {
    return jdbc.sql(
            """
            select person_id from sign_in_account
            where provider_id = :provider and subject = :subject
            """)
        .param("provider", provider.toString())
        .param("subject", subject)
        .query((row, n) -> PersonId.of(row.getString("person_id")))
        .optional();
  }

  /** The people who sign in with one. */
  List<PersonId> peopleOf(ProviderId provider) {
    return jdbc.sql("select distinct person_id from sign_in_account where provider_id = :provider")
        .param("provider", provider.toString())
        .query((row, n) -> PersonId.of(row.getString("person_id")))
        .list();
  }

  /** From now on a subject is this person; whether it was nobody. */
  boolean link(ProviderId provider, String subject, PersonId person, Instant now) {
    try {
      jdbc.sql(
              """
              insert into sign_in_account (provider_id, subject, person_id, linked_at)
              values (:provider, :subject, :person, :now)
              """)
          .param("provider", provider.toString())
          .param("subject", subject)
          .param("person", person.toString())
          .param("now", UtcTimes.column(now))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /** The grants that somebody has by this one's word. */
  Set<UUID> grantsOf(ProviderId provider, PersonId person) {
    return jdbc
        .sql(
            """
            select grant_id from sign_in_grant
            where provider_id = :provider and person_id = :person
            """)
        .param("provider", provider.toString())
        .param("person", person.toString())
        .query((row, n) -> UUID.fromString(row.getString("grant_id")))
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** From now on they are these. */
  void keepGrants(ProviderId provider, PersonId person, Set<UUID> grants) {
    jdbc.sql("delete from sign_in_grant where provider_id = :provider and person_id = :person")
        .param("provider", provider.toString())
        .param("person", person.toString())
        .update();
    for (UUID grant : grants) {
      jdbc.sql(
              """
              insert into sign_in_grant (grant_id, provider_id, person_id)
              values (:grant, :provider, :person)
              """)
          .param("grant", grant.toString())
          .param("provider", provider.toString())
          .param("person", person.toString())
          .update();
    }
  }

  private List<SignInProvider> with(List<SignInProvider> found) {
    if (found.isEmpty()) {
      return found;
    }
    Map<ProviderId, List<SignInProvider.MappedRole>> roles = new HashMap<>();
    jdbc.sql(
            """
            select provider_id, claim_value, role, territory_id, holder_id
            from sign_in_role where provider_id in (:ids) order by id
            """)
        .param("ids", found.stream().map(provider -> provider.id().toString()).toList())
        .query(
            row -> {
              roles
                  .computeIfAbsent(
                      ProviderId.of(row.getString("provider_id")), id -> new ArrayList<>())
                  .add(
                      new SignInProvider.MappedRole(
                          row.getString("claim_value"),
                          new Caller.Grant(
                              Role.of(row.getString("role")),
                              Optional.ofNullable(row.getString("territory_id"))
                                  .map(TerritoryId::of),
                              Optional.ofNullable(row.getString("holder_id")).map(HolderId::of))));
            });
    return found.stream()
        .map(
            provider ->
                new SignInProvider(
                    provider.id(),
                    provider.slug(),
                    provider.name(),
                    provider.issuer(),
                    provider.clientId(),
                    provider.sealedSecret(),
                    provider.scopes(),
                    provider.roleClaim(),
                    provider.addressesConfirmed(),
                    provider.endpoints(),
                    provider.territory(),
                    roles.getOrDefault(provider.id(), List.of()),
                    provider.createdAt(),
                    provider.version()))
        .toList();
  }

  private static SignInProvider read(ResultSet row, int number) throws SQLException {
    return new SignInProvider(
        ProviderId.of(row.getString("id")),
        row.getString("slug"),
        row.getString("name"),
        row.getString("issuer"),
        row.getString("client_id"),
        row.getString("sealed_secret"),
        Stream.of(row.getString("scopes").split(" ")).filter(one -> !one.isEmpty()).toList(),
        row.getString("role_claim"),
        row.getBoolean("addresses_confirmed"),
        new SignInProvider.Endpoints(
            row.getString("authorization_url"),
            row.getString("token_url"),
            Optional.ofNullable(row.getString("user_info_url"))),
        Optional.ofNullable(row.getString("territory_id")).map(TerritoryId::of),
        List.of(),
        UtcTimes.instant(row.getObject("created_at", LocalDateTime.class)),
        row.getLong("version"));
  }
}
