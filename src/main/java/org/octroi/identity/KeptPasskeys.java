package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.web.webauthn.api.AuthenticatorTransport;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.CredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutableCredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCose;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialType;
import org.springframework.security.web.webauthn.management.UserCredentialRepository;
import org.springframework.stereotype.Component;

/**
 * The table of passkeys. The library takes a passkey's count for what it was when it was added;
 * here it must go up from one sign-in to the next. Safe for use by many threads.
 *
 * @refuses wrong-credentials when a passkey's count did not go up
 */
@Component
class KeptPasskeys implements UserCredentialRepository {

  private static final int MOST_TRANSPORTS = 8;

  private static final String SELECT =
      """
      select k.id, k.name, k.credential_id, k.public_key, k.attestation, k.sign_count, k.transports,
             k.backup_eligible, k.backed_up, k.created_at, k.last_used_at, o.user_handle
      from passkey k join passkey_owner o on o.person_id = k.person_id
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  KeptPasskeys(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** A person's, in the order in which they were added. */
  List<Passkey> of(PersonId person) {
    return jdbc.sql(SELECT + "where k.person_id = :person order by k.id")
        .param("person", person.toString())
        .query(
            (row, n) ->
                new Passkey(
                    PasskeyId.of(row.getString("id")),
                    row.getString("name"),
                    UtcTimes.read(row, "created_at").orElseThrow(),
                    UtcTimes.read(row, "last_used_at")))
        .list();
  }

  /** Whose it is; holds its row, so that it is used once at a time and removed by nobody. */
  Optional<PersonId> hold(Bytes credentialId) {
    return jdbc.sql(
            "select person_id from passkey where credential_sha256 = :credential for update")
        .param("credential", hash(credentialId))
        .query((row, n) -> PersonId.of(row.getString("person_id")))
        .optional();
  }

  /**
   * Whether this is the first answer of a passkey to a challenge of this moment or a later one: an
   * answer that was given before is not taken again, on whatever desk.
   */
  boolean spend(Bytes credentialId, Instant challengeMadeAt) {
    return jdbc.sql(
                """
                update passkey set last_challenge_at = :at
                where credential_sha256 = :credential
                  and (last_challenge_at is null or last_challenge_at < :at)
                """)
            .param("at", UtcTimes.column(challengeMadeAt))
            .param("credential", hash(credentialId))
            .update()
        == 1;
  }

  /** Whether the person had it. */
  boolean remove(PersonId person, PasskeyId id) {
    return jdbc.sql("delete from passkey where id = :id and person_id = :person")
            .param("id", id.toString())
            .param("person", person.toString())
            .update()
        == 1;
  }

  /** All of a person's, and the handle that authenticators know them by. */
  void forget(PersonId person) {
    for (String table : List.of("passkey", "passkey_owner")) {
      jdbc.sql("delete from " + table + " where person_id = :person")
          .param("person", person.toString())
          .update();
    }
  }

  @Override
  public void delete(Bytes credentialId) {
    jdbc.sql("delete from passkey where credential_sha256 = :credential")
        .param("credential", hash(credentialId))
        .update();
  }

  /** Keeps a new one; of one that is kept, what a use of it has changed. */
  @Override
  public void save(CredentialRecord record) {
    @Nullable CredentialRecord kept = findByCredentialId(record.getCredentialId());
    if (kept == null) {
      add(record);
    } else {
      used(record, kept);
    }
  }

  private void used(CredentialRecord record, CredentialRecord kept) {
    long before = kept.getSignatureCount();
    long now = record.getSignatureCount();
    // Many authenticators don't count: they say 0 for good (WebAuthn Level 3, §6.1.1).
    if (now <= before && (now != 0 || before != 0)) {
      throw PasskeyObjection.COPIED.as(ProblemType.WRONG_CREDENTIALS);
    }
    jdbc.sql(
            """
            update passkey set sign_count = :count, backed_up = :backedUp, last_used_at = :now
            where credential_sha256 = :credential
            """)
        .param("count", now)
        .param("backedUp", record.isBackupState())
        .param("now", UtcTimes.column(clock.instant()))
        .param("credential", hash(record.getCredentialId()))
        .update();
  }

  private void add(CredentialRecord record) {
    jdbc.sql(
            """
            insert into passkey
              (id, person_id, name, credential_sha256, credential_id, public_key, attestation,
               sign_count, transports, backup_eligible, backed_up, created_at)
            select :id, o.person_id, :name, :hash, :credential, :key, :attestation, :count,
                   :transports, :eligible, :backedUp, :now
            from passkey_owner o where o.user_handle = :owner
            """)
        .param("id", PasskeyId.create().toString())
        .param("name", record.getLabel())
        .param("hash", hash(record.getCredentialId()))
        .param("credential", record.getCredentialId().toBase64UrlString())
        .param("key", new Bytes(record.getPublicKey().getBytes()).toBase64UrlString())
        .param("attestation", attestation(record).toBase64UrlString())
        .param("count", record.getSignatureCount())
        .param("transports", transports(record.getTransports()))
        .param("eligible", record.isBackupEligible())
        .param("backedUp", record.isBackupState())
        .param("now", UtcTimes.column(clock.instant()))
        .param("owner", PasskeyOwners.text(record.getUserEntityUserId()))
        .update();
  }

  private static Bytes attestation(CredentialRecord record) {
    @Nullable Bytes attestation = record.getAttestationObject();
    if (attestation == null) {
      throw new IllegalArgumentException("a passkey without its attestation object");
    }
    return attestation;
  }

  /** Hints for the browser, by its own word: those that look like one. */
  private static String transports(Set<AuthenticatorTransport> given) {
    return given.stream()
        .map(AuthenticatorTransport::getValue)
        .filter(word -> word.matches("[a-z-]{1,20}"))
        .sorted()
        .limit(MOST_TRANSPORTS)
        .collect(Collectors.joining(","));
  }

  @Override
  public @Nullable CredentialRecord findByCredentialId(Bytes credentialId) {
    Optional<CredentialRecord> found =
        jdbc.sql(SELECT + "where k.credential_sha256 = :credential")
            .param("credential", hash(credentialId))
            .query(KeptPasskeys::read)
            .optional();
    return found.orElse(null);
  }

  @Override
  public List<CredentialRecord> findByUserId(Bytes userId) {
    return jdbc.sql(SELECT + "where o.user_handle = :owner order by k.id")
        .param("owner", PasskeyOwners.text(userId))
        .query(KeptPasskeys::read)
        .list();
  }

  private static CredentialRecord read(ResultSet row, int number) throws SQLException {
    Instant made = UtcTimes.read(row, "created_at").orElseThrow();
    return ImmutableCredentialRecord.builder()
        .credentialType(PublicKeyCredentialType.PUBLIC_KEY)
        .credentialId(Bytes.fromBase64(row.getString("credential_id")))
        .userEntityUserId(PasskeyOwners.handle(row.getString("user_handle")))
        .publicKey(
            new ImmutablePublicKeyCose(Bytes.fromBase64(row.getString("public_key")).getBytes()))
        .attestationObject(Bytes.fromBase64(row.getString("attestation")))
        .signatureCount(row.getLong("sign_count"))
        // None is added without its device having checked who holds it.
        .uvInitialized(true)
        .backupEligible(row.getBoolean("backup_eligible"))
        .backupState(row.getBoolean("backed_up"))
        .transports(
            Stream.of(row.getString("transports").split(","))
                .filter(word -> !word.isEmpty())
                .map(AuthenticatorTransport::valueOf)
                .collect(Collectors.toUnmodifiableSet()))
        .created(made)
        .lastUsed(UtcTimes.read(row, "last_used_at").orElse(made))
        .label(row.getString("name"))
        .build();
  }

  private static String hash(Bytes credentialId) {
    return Sha256.hex(credentialId.getBytes());
  }
}
