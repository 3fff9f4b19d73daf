package org.octroi.audit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.secret.Seal;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The heads of the chain that were signed (JWS, ES256): who may write to the database can rewrite
 * the chain with hashes that fit, and can't sign it. The key is sealed under the key file, which is
 * not in the database; sealed, it can't be exchanged either. The payload of each head holds its
 * number, so that none of those before the last can be taken out. Safe for use by many threads.
 */
@Component
class SignedHeads {

  private static final String SEALED_FOR = "audit-signing-key";
  private static final int ONE = 1;

  private final JdbcClient jdbc;
  private final Seal seal;
  private final Clock clock;

  SignedHeads(JdbcClient jdbc, Seal seal, Clock clock) {
    this.jdbc = jdbc;
    this.seal = seal;
    this.clock = clock;
  }

  /**
   * A head as it stands in its table.
   *
   * @param number from 1, without gaps
   * @param place of the last entry that it covers
   * @param jws what was signed, compact
   */
  private record SignedHead(long number, long place, String jws) {}

  /** All of them, in their order: one for each thousand entries or day. */
  private List<SignedHead> all() {
    return jdbc.sql("select head_number, place, jws from audit_signed_head order by head_number")
        .query(
            (row, n) ->
                new SignedHead(
                    row.getLong("head_number"), row.getLong("place"), row.getString("jws")))
        .list();
  }

  /** The place that the last one covers up to, as its row says; 0 where there is none. */
  long lastPlace() {
    return jdbc.sql("select coalesce(max(place), 0) from audit_signed_head")
        .query(Long.class)
        .single();
  }

  /** Signs a head; another desk that signs the same at this moment is let be. */
  void sign(AuditTrail.Head head) {
    long number =
        jdbc.sql("select coalesce(max(head_number), 0) + 1 from audit_signed_head")
            .query(Long.class)
            .single();
    Instant now = clock.instant();
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("number", number);
    payload.put("place", head.place());
    payload.put("hash", head.hash());
    payload.put("at", now.toString());
    ECKey key = key();
    try {
      JWSObject jws =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.ES256)
                  .keyID(key.getKeyID())
                  .type(new JOSEObjectType("octroi-audit-head+jws"))
                  .build(),
              new Payload(payload));
      jws.sign(new ECDSASigner(key));
      jdbc.sql(
              """
              insert into audit_signed_head (head_number, place, signed_at, jws)
              values (:number, :place, :at, :jws)
              """)
          .param("number", number)
          .param("place", head.place())
          .param("at", UtcTimes.column(now))
          .param("jws", jws.serialize())
          .update();
    } catch (DuplicateKeyException e) {
      // The other one's head is as good.
    } catch (JOSEException e) {
      throw new IllegalStateException("ES256 does not work in this JVM", e);
    }
  }

  /**
   * The hashes that were signed, by place; empty where a head is not as it was signed, or one is
   * missing before the last.
   */
  Optional<Map<Long, String>> signedHashes() {
    Map<Long, String> hashes = new LinkedHashMap<>();
    List<SignedHead> all = all();
    if (all.isEmpty()) {
      return Optional.of(hashes);
    }
    try {
      ECDSAVerifier verifier = new ECDSAVerifier(key().toECPublicKey());
      long number = 0;
      for (SignedHead head : all) {
        number++;
        JWSObject jws = JWSObject.parse(head.jws());
        Map<String, Object> payload = jws.getPayload().toJSONObject();
        if (payload == null
            || !jws.verify(verifier)
            || head.number() != number
            || !(payload.get("number") instanceof Number signed && signed.longValue() == number)
            || !(payload.get("place") instanceof Number place && place.longValue() == head.place())
            || !(payload.get("hash") instanceof String hash)) {
          return Optional.empty();
        }
        hashes.put(head.place(), hash);
      }
      return Optional.of(hashes);
    } catch (JOSEException | ParseException e) {
      return Optional.empty();
    }
  }

  private ECKey key() {
    Optional<String> kept = sealedKey();
    if (kept.isEmpty()) {
      makeKey();
      kept = sealedKey();
    }
    try {
      return ECKey.parse(seal.openText(SEALED_FOR, kept.orElseThrow()));
    } catch (ParseException e) {
      throw new IllegalStateException("The audit trail's key in the database is no JWK", e);
    }
  }

  private Optional<String> sealedKey() {
    return jdbc.sql("select sealed_jwk from audit_signing_key where id = :one")
        .param("one", ONE)
        .query((row, n) -> row.getString("sealed_jwk"))
        .optional();
  }

  private void makeKey() {
    try {
      ECKey key =
          new ECKeyGenerator(Curve.P_256)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.ES256)
              .keyIDFromThumbprint(true)
              .generate();
      jdbc.sql(
              """
              insert into audit_signing_key (id, sealed_jwk, created_at)
              values (:one, :sealed, :now)
              """)
          .param("one", ONE)
          .param("sealed", seal.seal(SEALED_FOR, key.toJSONString()))
          .param("now", UtcTimes.column(clock.instant()))
          .update();
    } catch (DuplicateKeyException e) {
      // Another desk was faster: its key is the one.
    } catch (JOSEException e) {
      throw new IllegalStateException("EC keys can't be made in this JVM", e);
    }
  }
}
