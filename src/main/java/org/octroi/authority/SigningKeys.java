package org.octroi.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.octroi.issuer.IssuerKeysChanged;
import org.octroi.issuer.TrustedIssuers;
import org.octroi.problem.PublicAddresses;
import org.octroi.secret.Seal;
import org.octroi.token.TrustedKeys;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.UtcTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * The keys that tokens and documents are signed with: in the database, the private half sealed. The
 * first start makes one. They are read again every second, so that what another process did with
 * them is in force here too; two that make a key at once agree on one by the uniqueness of its
 * turn.
 *
 * <p>All that were not revoked are shown to everybody: documents that old ones signed are checked
 * for years. The gate trusts those that may have signed a token that has not ended, and those that
 * will sign next. Safe for use by many threads.
 */
@Component
class SigningKeys implements JWKSource<SecurityContext> {

  private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
  private static final String SEALED_FOR = "signing-key";
  private static final int RSA_BITS = 2048;

  /** How far the clocks of desk and gate may be apart. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

  private final JdbcClient sql;
  private final Seal seal;
  private final Clock clock;
  private final TrustedKeys trusted;
  private final PublicAddresses addresses;
  private final AuthorityProperties properties;
  private final TrustedIssuers others;
  private final AtomicLong readings = new AtomicLong();
  private volatile List<SigningKey> keys;

  /** The newest reading that is in force. */
  private long inForce;

  private boolean unreadable;

  SigningKeys(
      JdbcClient sql,
      Seal seal,
      Clock clock,
      TrustedKeys trusted,
      PublicAddresses addresses,
      AuthorityProperties properties,
      TrustedIssuers others) {
    this.sql = sql;
    this.seal = seal;
    this.clock = clock;
    this.trusted = trusted;
    this.addresses = addresses;
    this.properties = properties;
    this.others = others;
    this.keys = read();
    if (keys.stream().allMatch(SigningKey::revoked)) {
      make(keys.isEmpty() ? 1 : keys.getFirst().turn() + 1, clock.instant());
    }
    readAgain();
  }

  /** Nothing of a key that was revoked; of the others the public half, for everybody. */
  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) {
    return selector.select(
        new JWKSet(
            keys.stream()
                .filter(key -> !key.revoked())
                .map(key -> key.jwk().toPublicJWK())
                .toList()));
  }

  /** All keys, the newest first. */
  List<SigningKey> all() {
    return keys;
  }

  /** The key to sign with now. */
  SigningKey signing() {
    Instant now = clock.instant();
    return keys.stream()
        .filter(key -> !key.revoked() && !key.signsFrom().isAfter(now))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No key signs at this moment"));
  }

  /**
   * Those that a token may be signed with that the gate is shown now: what signs, what will sign,
   * and what signed until less than the life of a token ago.
   */
  List<SigningKey> verifying() {
    Instant now = clock.instant();
    List<SigningKey> good = new ArrayList<>();
    Instant signedUntil = Instant.MAX;
    for (SigningKey key : keys) {
      if (key.revoked()) {
        continue;
      }
      if (signedUntil.isAfter(now.minus(properties.tokenLifetime()).minus(CLOCKS_APART))) {
        good.add(key);
      }
      if (key.signsFrom().isBefore(signedUntil)) {
        signedUntil = key.signsFrom();
      }
    }
    return good;
  }

  /** Brings what is in the database into force. */
  @Scheduled(fixedDelay = 1000, initialDelay = 1000)
  void lookAgain() {
    try {
      readAgain();
      unreadable = false;
    } catch (DataAccessException e) {
      if (!unreadable) {
        unreadable = true;
        LOG.error("The signing keys can't be read again; those known stay in force", e);
      }
    }
  }

  @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
  void on(IssuerKeysChanged changed) {
    readAgain();
  }

  /**
   * Hands our keys and those of the other issuers to the gate. Of two readings at once the one that
   * began later is in force at the end: what another took back does not return.
   */
  final void readAgain() {
    long reading = readings.incrementAndGet();
    if (changed()) {
      keys = read();
    }
    Map<String, List<String>> all = new HashMap<>(others.keys());
    all.put(
        addresses.desk().publicUrl(),
        verifying().stream().map(key -> key.jwk().toPublicJWK().toJSONString()).toList());
    synchronized (this) {
      if (reading > inForce) {
        inForce = reading;
        trusted.replace(all, addresses.gate().publicUrl());
      }
    }
  }

  /** Looked at every second, and so without opening any seal. */
  private boolean changed() {
    record Seen(int keys, int revoked) {}
    Seen seen =
        sql.sql("select count(*) as made, count(revoked_at) as revoked from signing_key")
            .query((row, n) -> new Seen(row.getInt("made"), row.getInt("revoked")))
            .single();
    List<SigningKey> known = keys;
    return !seen.equals(
        new Seen(known.size(), (int) known.stream().filter(SigningKey::revoked).count()));
  }

  private List<SigningKey> read() {
    return sql.sql(
            """
            select turn, sealed_jwk, created_at, signs_from, revoked_at
            from signing_key order by turn desc
            """)
        .query(this::open)
        .list();
  }

  private SigningKey open(ResultSet row, int number) throws SQLException {
    try {
      return new SigningKey(
          row.getInt("turn"),
          JWK.parse(seal.openText(SEALED_FOR, row.getString("sealed_jwk"))),
          UtcTimes.instant(row.getObject("created_at", LocalDateTime.class)),
          UtcTimes.instant(row.getObject("signs_from", LocalDateTime.class)),
          UtcTimes.read(row, "revoked_at"));
    } catch (ParseException e) {
      throw new IllegalStateException("A signing key in the database is no JWK", e);
    }
  }

  /**
   * Makes the key of a turn, of the kind that is set.
   *
   * @return whether no other process was faster
   */
  final boolean make(int turn, Instant signsFrom) {
    JWK key = generate();
    try {
      sql.sql(
              """
              insert into signing_key (id, turn, public_jwk, sealed_jwk, created_at, signs_from)
              values (:id, :turn, :public, :sealed, :now, :from)
              """)
          .param("id", Id.next().toString())
          .param("turn", turn)
          .param("public", key.toPublicJWK().toJSONString())
          .param("sealed", seal.seal(SEALED_FOR, key.toJSONString()))
          .param("now", UtcTimes.column(clock.instant()))
          .param("from", UtcTimes.column(signsFrom))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  private JWK generate() {
    try {
      return switch (properties.signingAlgorithm()) {
        case RS256 ->
            new RSAKeyGenerator(RSA_BITS)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.RS256)
                .keyIDFromThumbprint(true)
                .generate();
        case ES256 ->
            new ECKeyGenerator(Curve.P_256)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .keyIDFromThumbprint(true)
                .generate();
      };
    } catch (JOSEException e) {
      throw new IllegalStateException("Keys can't be made in this JVM", e);
    }
  }

  /** Revokes every key that has not been. */
  void revokeAll(Instant now) {
    sql.sql("update signing_key set revoked_at = :now where revoked_at is null")
        .param("now", UtcTimes.column(now))
        .update();
  }
}
