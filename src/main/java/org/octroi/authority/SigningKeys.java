package org.octroi.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.octroi.problem.PublicAddresses;
import org.octroi.secret.Seal;
import org.octroi.token.TrustedKeys;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The keys that tokens are signed with: in the database, the private half sealed. The first start
 * makes one; two processes that start together agree on it by the uniqueness of its turn. Immutable
 * once made, so safe for use by many threads.
 */
@Component
class SigningKeys implements JWKSource<SecurityContext> {

  private static final String SEALED_FOR = "signing-key";
  private static final int FIRST_TURN = 1;
  private static final int RSA_BITS = 2048;

  private final JdbcClient sql;
  private final Seal seal;
  private final Clock clock;
  private final JWKSet keys;

  SigningKeys(
      JdbcClient sql, Seal seal, Clock clock, TrustedKeys trusted, PublicAddresses addresses) {
    this.sql = sql;
    this.seal = seal;
    this.clock = clock;
    List<JWK> found = read();
    if (found.isEmpty()) {
      makeFirst();
      found = read();
    }
    this.keys = new JWKSet(found);
    trusted.replace(
        Map.of(
            addresses.desk().publicUrl(),
            found.stream().map(key -> key.toPublicJWK().toJSONString()).toList()),
        addresses.gate().publicUrl());
  }

  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) {
    return selector.select(keys);
  }

  /** The key that is signed with now. */
  RSAKey newest() {
    return keys.getKeys().getFirst().toRSAKey();
  }

  private List<JWK> read() {
    return sql.sql("select sealed_jwk from signing_key order by turn desc")
        .query((row, n) -> open(row.getString("sealed_jwk")))
        .list();
  }

  private JWK open(String sealed) {
    try {
      return JWK.parse(seal.openText(SEALED_FOR, sealed));
    } catch (ParseException e) {
      throw new IllegalStateException("A signing key in the database is no JWK", e);
    }
  }

  private void makeFirst() {
    try {
      RSAKey key =
          new RSAKeyGenerator(RSA_BITS)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.RS256)
              .keyIDFromThumbprint(true)
              .generate();
      sql.sql(
              """
              insert into signing_key (id, turn, public_jwk, sealed_jwk, created_at)
              values (:id, :turn, :public, :sealed, :now)
              """)
          .param("id", Id.next().toString())
          .param("turn", FIRST_TURN)
          .param("public", key.toPublicJWK().toJSONString())
          .param("sealed", seal.seal(SEALED_FOR, key.toJSONString()))
          .param("now", UtcTimes.column(clock.instant()))
          .update();
    } catch (DuplicateKeyException e) {
      // Another process that started at the same moment was faster: its key is the one.
    } catch (JOSEException e) {
      throw new IllegalStateException("RSA keys can't be made in this JVM", e);
    }
  }
}
