package org.octroi.issuer;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.token.PublishedKeys;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The issuers that are trusted besides our own: an instance has a few. Safe for use by many
 * threads.
 */
@Component
public class TrustedIssuers {

  private static final int LONGEST_ERROR = 500;

  private static final String SELECT =
      """
      select id, url, name, public_keys, keys_passed_over, keys_read_at, failing_since, last_error,
             created_at, version
      from issuer
      """;

  private final JdbcClient jdbc;

  TrustedIssuers(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** All of them, by their address. */
  public List<TrustedIssuer> all() {
    return with(jdbc.sql(SELECT + "order by url").query(TrustedIssuers::read).list());
  }

  /** The issuer with this id. */
  public Optional<TrustedIssuer> find(IssuerId id) {
    return with(
            jdbc.sql(SELECT + "where id = :id")
                .param("id", id.toString())
                .query(TrustedIssuers::read)
                .list())
        .stream()
        .findFirst();
  }

  /** The issuer whose tokens say this. */
  public Optional<TrustedIssuer> find(String url) {
    return with(
            jdbc.sql(SELECT + "where url = :url")
                .param("url", url)
                .query(TrustedIssuers::read)
                .list())
        .stream()
        .findFirst();
  }

  /** Their public keys, each as the JSON of a JWK, by the issuer. */
  public Map<String, List<String>> keys() {
    Map<String, List<String>> keys = new HashMap<>();
    jdbc.sql("select url, public_keys from issuer")
        .query(
            row -> {
              keys.put(row.getString("url"), texts(row.getString("public_keys")));
            });
    return keys;
  }

  /** Where the tokens of each open anything. */
  public Map<String, Set<TerritoryId>> territories() {
    Map<String, Set<TerritoryId>> territories = new HashMap<>();
    jdbc.sql(
            """
            select i.url, t.territory_id
            from issuer i left join issuer_territory t on t.issuer_id = i.id
            """)
        .query(
            row -> {
              Set<TerritoryId> of =
                  territories.computeIfAbsent(row.getString("url"), url -> new HashSet<>());
              Optional.ofNullable(row.getString("territory_id"))
                  .map(TerritoryId::of)
                  .ifPresent(of::add);
            });
    return territories;
  }

  /** Adds one; whether there was none with its address. */
  boolean add(TrustedIssuer issuer, PersonId by) {
    try {
      jdbc.sql(
              """
              insert into issuer
                (id, url, name, public_keys, keys_passed_over, keys_read_at, looked_at, created_by,
                 created_at, version)
              values
                (:id, :url, :name, :keys, :passedOver, :now, :now, :by, :now, :version)
              """)
          .param("id", issuer.id().toString())
          .param("url", issuer.url())
          .param("name", issuer.name())
          .param("keys", column(issuer.keys()))
          .param("passedOver", column(issuer.passedOver()))
          .param("now", UtcTimes.column(issuer.createdAt()))
          .param("by", by.toString())
          .param("version", issuer.version())
          .update();
    } catch (DuplicateKeyException e) {
      return false;
    }
    trustIn(issuer.id(), issuer.territories());
    return true;
  }

  /** Changes it if it is still at this version; whether it was. */
  boolean change(IssuerId id, String name, Set<TerritoryId> territories, long version) {
    int changed =
        jdbc.sql(
                """
                update issuer set name = :name, version = version + 1
                where id = :id and version = :version
                """)
            .param("name", name)
            .param("id", id.toString())
            .param("version", version)
            .update();
    if (changed == 1) {
      jdbc.sql("delete from issuer_territory where issuer_id = :id")
          .param("id", id.toString())
          .update();
      trustIn(id, territories);
    }
    return changed == 1;
  }

  private void trustIn(IssuerId id, Set<TerritoryId> territories) {
    for (TerritoryId territory : territories) {
      jdbc.sql("insert into issuer_territory (issuer_id, territory_id) values (:id, :territory)")
          .param("id", id.toString())
          .param("territory", territory.toString())
          .update();
    }
  }

  /** Removes it with all that hangs on it, if it is still at this version; whether it was. */
  boolean remove(IssuerId id, long version) {
    for (String table : List.of("issuer_territory", "issuer_client", "issuer_revoked_token")) {
      jdbc.sql("delete from " + table + " where issuer_id = :id")
          .param("id", id.toString())
          .update();
    }
    return jdbc.sql("delete from issuer where id = :id and version = :version")
            .param("id", id.toString())
            .param("version", version)
            .update()
        == 1;
  }

  /**
   * Takes it upon this process to read the keys of an issuer that were looked at before some
   * moment: of several desks one succeeds.
   */
  boolean take(IssuerId id, Instant lookedAtBefore, Instant now) {
    return jdbc.sql("update issuer set looked_at = :now where id = :id and looked_at <= :before")
            .param("now", UtcTimes.column(now))
            .param("id", id.toString())
            .param("before", UtcTimes.column(lookedAtBefore))
            .update()
        == 1;
  }

  /** From now on these keys are in force. */
  void keep(IssuerId id, PublishedKeys keys, Instant now) {
    jdbc.sql(
            """
            update issuer
            set public_keys = :keys, keys_passed_over = :passedOver, keys_read_at = :now,
                failing_since = null, last_error = null
            where id = :id
            """)
        .param("keys", column(keys.usable()))
        .param("passedOver", column(keys.passedOver()))
        .param("now", UtcTimes.column(now))
        .param("id", id.toString())
        .update();
  }

  /** The keys can't be read; the last ones stay. */
  void failed(IssuerId id, String why, Instant now) {
    jdbc.sql(
            """
            update issuer
            set failing_since = coalesce(failing_since, :now), last_error = :why
            where id = :id
            """)
        .param("now", UtcTimes.column(now))
        .param("why", why.substring(0, Math.min(why.length(), LONGEST_ERROR)))
        .param("id", id.toString())
        .update();
  }

  private List<TrustedIssuer> with(List<TrustedIssuer> found) {
    if (found.isEmpty()) {
      return found;
    }
    Map<IssuerId, Set<TerritoryId>> territories = territoriesOf(found);
    return found.stream()
        .map(
            issuer ->
                new TrustedIssuer(
                    issuer.id(),
                    issuer.url(),
                    issuer.name(),
                    territories.getOrDefault(issuer.id(), Set.of()),
                    issuer.keys(),
                    issuer.passedOver(),
                    issuer.keysReadAt(),
                    issuer.failingSince(),
                    issuer.lastError(),
                    issuer.createdAt(),
                    issuer.version()))
        .toList();
  }

  private Map<IssuerId, Set<TerritoryId>> territoriesOf(Collection<TrustedIssuer> issuers) {
    Map<IssuerId, Set<TerritoryId>> territories = new HashMap<>();
    jdbc.sql("select issuer_id, territory_id from issuer_territory where issuer_id in (:ids)")
        .param("ids", issuers.stream().map(issuer -> issuer.id().toString()).toList())
        .query(
            row -> {
              territories
                  .computeIfAbsent(IssuerId.of(row.getString("issuer_id")), id -> new HashSet<>())
                  .add(TerritoryId.of(row.getString("territory_id")));
            });
    return territories;
  }

  private static String column(List<String> texts) {
    return StoredJson.MAPPER.writeValueAsString(texts);
  }

  private static List<String> texts(String column) {
    return Arrays.asList(StoredJson.MAPPER.readValue(column, String[].class));
  }

  private static TrustedIssuer read(ResultSet row, int number) throws SQLException {
    return new TrustedIssuer(
        IssuerId.of(row.getString("id")),
        row.getString("url"),
        row.getString("name"),
        Set.of(),
        texts(row.getString("public_keys")),
        texts(row.getString("keys_passed_over")),
        UtcTimes.instant(row.getObject("keys_read_at", LocalDateTime.class)),
        UtcTimes.read(row, "failing_since"),
        Optional.ofNullable(row.getString("last_error")),
        UtcTimes.instant(row.getObject("created_at", LocalDateTime.class)),
        row.getLong("version"));
  }
}
