package org.octroi.feed;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.OpaqueSecret;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The gates on other machines that may call the desk. Safe for use by many threads. */
@Component
class EnrolledGates {

  /** What scanners of published code know a leaked credential by. */
  static final String PREFIX = "octg_";

  private static final int LONGEST_CREDENTIAL = 100;

  private final JdbcClient jdbc;
  private final Clock clock;

  /** So that a gate's calls don't each wait for the database; other desks revoke within this. */
  private final Cache<String, GateId> known =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofSeconds(1)).build();

  EnrolledGates(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * A gate.
   *
   * @param revokedAt since when it may not call any more; empty while it may
   */
  record Gate(
      GateId id,
      String name,
      Instant enrolledAt,
      PersonId enrolledBy,
      Optional<Instant> revokedAt) {
    private static Gate of(ResultSet row, int n) throws SQLException {
      return new Gate(
          GateId.of(row.getString("id")),
          row.getString("name"),
          UtcTimes.read(row, "enrolled_at").orElseThrow(),
          PersonId.of(row.getString("enrolled_by")),
          UtcTimes.read(row, "revoked_at"));
    }
  }

  void add(Gate gate, OpaqueSecret credential) {
    jdbc.sql(
            """
            insert into enrolled_gate (id, name, credential_sha256, enrolled_at, enrolled_by)
            values (:id, :name, :hash, :at, :by)
            """)
        .param("id", gate.id().toString())
        .param("name", gate.name())
        .param("hash", credential.hash())
        .param("at", UtcTimes.column(gate.enrolledAt()))
        .param("by", gate.enrolledBy().toString())
        .update();
  }

  Optional<Gate> find(GateId id) {
    return jdbc.sql(
            """
            select id, name, enrolled_at, enrolled_by, revoked_at from enrolled_gate
            where id = :id
            """)
        .param("id", id.toString())
        .query(Gate::of)
        .optional();
  }

  Page<Gate> all(PageAsk ask) {
    List<Gate> rows =
        jdbc.sql(
                """
                select id, name, enrolled_at, enrolled_by, revoked_at from enrolled_gate
                where id > :after order by id limit :most
                """)
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(Gate::of)
            .list();
    return Page.of(rows, ask.limit(), gate -> gate.id().toString());
  }

  /** Revokes it; false where it was before. */
  boolean revoke(GateId id) {
    boolean revoked =
        jdbc.sql(
                    """
                    update enrolled_gate set revoked_at = :now
                    where id = :id and revoked_at is null
                    """)
                .param("now", UtcTimes.column(clock.instant()))
                .param("id", id.toString())
                .update()
            == 1;
    forgetCredentials();
    return revoked;
  }

  /** Every credential is looked up again. */
  void forgetCredentials() {
    known.invalidateAll();
  }

  /** Whose credential this is, if it may call. */
  Optional<GateId> bearing(String credential) {
    if (!credential.startsWith(PREFIX) || credential.length() > LONGEST_CREDENTIAL) {
      return Optional.empty();
    }
    // Looked up by a hash of 256 random bits: how long it takes tells nothing of the credential.
    String hash = new OpaqueSecret(credential).hash();
    @Nullable GateId heard = known.getIfPresent(hash);
    if (heard != null) {
      return Optional.of(heard);
    }
    Optional<GateId> found = look(hash);
    found.ifPresent(gate -> known.put(hash, gate));
    return found;
  }

  private Optional<GateId> look(String hash) {
    return jdbc.sql(
            """
            select id from enrolled_gate where credential_sha256 = :hash and revoked_at is null
            """)
        .param("hash", hash)
        .query((row, n) -> GateId.of(row.getString("id")))
        .optional();
  }

  /** Whether a gate may send this journal: it is its own, or that of one that was revoked. */
  boolean mayKeep(GateId gate, UUID journal) {
    Optional<GateId> owner = owner(journal);
    if (owner.isPresent() && owner.get().equals(gate)) {
      return true;
    }
    if (owner.isEmpty()) {
      return begin(gate, journal);
    }
    return jdbc.sql(
                """
                update gate_journal set gate_id = :gate
                where journal_id = :journal and gate_id = :owner
                  and exists (
                    select 1 from enrolled_gate g
                    where g.id = :owner and g.revoked_at is not null)
                """)
            .param("gate", gate.toString())
            .param("journal", journal.toString())
            .param("owner", owner.get().toString())
            .update()
        == 1;
  }

  private Optional<GateId> owner(UUID journal) {
    return jdbc.sql("select gate_id from gate_journal where journal_id = :journal")
        .param("journal", journal.toString())
        .query((row, n) -> GateId.of(row.getString("gate_id")))
        .optional();
  }

  private boolean begin(GateId gate, UUID journal) {
    try {
      jdbc.sql(
              """
              insert into gate_journal (journal_id, gate_id, first_seen_at)
              values (:journal, :gate, :now)
              """)
          .param("journal", journal.toString())
          .param("gate", gate.toString())
          .param("now", UtcTimes.column(clock.instant()))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      // Another call was faster; whose it is stands there now.
      return owner(journal).filter(gate::equals).isPresent();
    }
  }
}
