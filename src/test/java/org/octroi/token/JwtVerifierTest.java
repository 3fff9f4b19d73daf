package org.octroi.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.token.TokenVerifier.Verdict;
import org.octroi.vocabulary.Purpose;

class JwtVerifierTest {

  private static final String ISSUER = "https://desk.example";
  private static final String GATE = "https://gate.example";
  private static RSAKey rsa;
  private static ECKey ec;

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final JwtVerifier verifier = new JwtVerifier();

  @BeforeAll
  static void makeKeys() throws JOSEException {
    rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
  }

  @BeforeEach
  void trust() {
    verifier.replace(
        Map.of(ISSUER, List.of(rsa.toPublicJWK().toJSONString(), ec.toPublicJWK().toJSONString())),
        GATE);
  }

  @Test
  void a_good_token_tells_who_asks_for_what() throws JOSEException {
    String token =
        rs256(
            claims()
                .claim("scope", "octroi:rennes/parks:read octroi:rennes/trees:read")
                .claim("purpose", "ServiceProvision")
                .build());

    assertThat(verifier.verify(token, now))
        .isInstanceOfSatisfying(
            Verdict.Good.class,
            good -> {
              assertThat(good.issuer()).isEqualTo(ISSUER);
              assertThat(good.clientId()).isEqualTo("client-1");
              assertThat(good.scopes())
                  .containsExactly("octroi:rennes/parks:read", "octroi:rennes/trees:read");
              assertThat(good.purpose()).contains(new Purpose("ServiceProvision"));
              assertThat(good.expires()).isEqualTo(now.plusSeconds(300));
            });
  }

  @Test
  void scopes_may_stand_in_a_list() throws JOSEException {
    assertThat(verifier.verify(rs256(claims().claim("scope", List.of("b", "a")).build()), now))
        .isInstanceOfSatisfying(
            Verdict.Good.class, good -> assertThat(good.scopes()).containsExactly("a", "b"));
  }

  @Test
  void an_elliptic_curve_will_do() throws JOSEException {
    assertThat(
            verifier.verify(
                signed(JWSAlgorithm.ES256, "ec", "JWT", claims().build(), new ECDSASigner(ec)),
                now))
        .isInstanceOf(Verdict.Good.class);
  }

  @Test
  void the_client_is_the_authorized_party_where_it_has_no_claim_of_its_own() throws JOSEException {
    assertThat(
            verifier.verify(
                rs256(claims().claim("client_id", null).claim("azp", "party").build()), now))
        .isInstanceOfSatisfying(
            Verdict.Good.class, good -> assertThat(good.clientId()).isEqualTo("party"));
    assertBad(rs256(claims().claim("client_id", null).build()));
    assertBad(rs256(claims().claim("azp", "party").build()));
  }

  @Test
  void a_remembered_token_still_expires() throws JOSEException {
    String token = rs256(claims().build());
    assertThat(verifier.verify(token, now)).isInstanceOf(Verdict.Good.class);
    assertThat(verifier.verify(token, now.plusSeconds(329))).isInstanceOf(Verdict.Good.class);
    assertThat(verifier.verify(token, now.plusSeconds(330)))
        .isEqualTo(new Verdict.Expired(now.plusSeconds(300)));
  }

  @Test
  void a_token_that_is_not_valid_yet_is_bad_until_then() throws JOSEException {
    String token = rs256(claims().notBeforeTime(Date.from(now.plusSeconds(60))).build());
    assertThat(verifier.verify(token, now)).isInstanceOf(Verdict.Bad.class);
    assertThat(verifier.verify(token, now.plusSeconds(60))).isInstanceOf(Verdict.Good.class);
  }

  @Test
  void a_token_is_forgotten_when_its_key_is_no_longer_trusted() throws JOSEException {
    String token = rs256(claims().build());
    assertThat(verifier.verify(token, now)).isInstanceOf(Verdict.Good.class);
    verifier.replace(Map.of(ISSUER, List.of(ec.toPublicJWK().toJSONString())), GATE);
    assertThat(verifier.verify(token, now)).isInstanceOf(Verdict.Bad.class);
  }

  @Test
  void another_issuer_audience_or_key_is_bad() throws JOSEException {
    assertBad(rs256(claims().issuer("https://elsewhere.example").build()));
    assertBad(rs256(claims().audience("https://desk.example").build()));
    assertBad(
        signed(JWSAlgorithm.RS256, "unknown", "JWT", claims().build(), new RSASSASigner(rsa)));
    RSAKey stranger = new RSAKeyGenerator(2048).keyID("rsa").generate();
    String forged =
        signed(JWSAlgorithm.RS256, "rsa", "JWT", claims().build(), new RSASSASigner(stranger));
    assertBad(forged);
    assertBad(forged);
  }

  @Test
  void an_algorithm_that_is_not_the_keys_is_bad() throws JOSEException {
    assertBad(signed(JWSAlgorithm.RS512, "rsa", "JWT", claims().build(), new RSASSASigner(rsa)));
    assertBad(signed(JWSAlgorithm.PS256, "rsa", "JWT", claims().build(), new RSASSASigner(rsa)));
    assertBad(
        signed(
            JWSAlgorithm.HS256,
            "rsa",
            "JWT",
            claims().build(),
            new MACSigner(rsa.toPublicJWK().toJSONString())));
    assertBad(new PlainJWT(claims().build()).serialize());
  }

  @Test
  void a_token_of_another_type_or_without_end_or_client_is_bad() throws JOSEException {
    assertBad(
        signed(JWSAlgorithm.RS256, "rsa", "dpop+jwt", claims().build(), new RSASSASigner(rsa)));
    assertBad(rs256(claims().expirationTime(null).build()));
    assertBad(rs256(claims().claim("client_id", null).subject(null).build()));
    assertBad(rs256(claims().claim("purpose", "not a purpose").build()));
    assertBad(rs256(claims().claim("scope", 7).build()));
  }

  @Test
  void whatever_is_sent_as_a_token_never_breaks_the_verifier() throws JOSEException {
    String good = rs256(claims().build());
    Random random = new Random(4);
    for (int i = 0; i < 3000; i++) {
      StringBuilder mangled = new StringBuilder(good);
      for (int changes = 1 + random.nextInt(4); changes > 0 && !mangled.isEmpty(); changes--) {
        int at = random.nextInt(mangled.length());
        switch (random.nextInt(4)) {
          case 0 -> mangled.setCharAt(at, (char) random.nextInt(0x180));
          case 1 -> mangled.deleteCharAt(at);
          case 2 -> mangled.insert(at, "._-AZ=".charAt(random.nextInt(6)));
          default -> mangled.setLength(Math.max(1, at));
        }
      }
      if (!mangled.toString().equals(good)) {
        assertThat(verifier.verify(mangled.toString(), now))
            .as(mangled.toString())
            .isInstanceOf(Verdict.Bad.class);
      }
    }
    for (String odd : List.of("", ".", "..", "a.b.c", "é.é.é", "x".repeat(100_000))) {
      assertBad(odd);
    }
  }

  @Test
  void a_key_that_is_too_short_is_not_taken() {
    assertThatThrownBy(
            () ->
                verifier.replace(
                    Map.of(
                        ISSUER,
                        List.of(
                            "{\"kty\":\"RSA\",\"kid\":\"short\",\"e\":\"AQAB\",\"n\":\"AMP3\"}")),
                    GATE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(ISSUER);
  }

  private void assertBad(String token) {
    assertThat(verifier.verify(token, now)).isInstanceOf(Verdict.Bad.class);
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(GATE)
        .subject("subject-1")
        .claim("client_id", "client-1")
        .expirationTime(Date.from(now.plusSeconds(300)));
  }

  private static String rs256(JWTClaimsSet claims) throws JOSEException {
    return signed(JWSAlgorithm.RS256, "rsa", "at+jwt", claims, new RSASSASigner(rsa));
  }

  private static String signed(
      JWSAlgorithm algorithm, String kid, String type, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(algorithm).keyID(kid).type(new JOSEObjectType(type)).build(),
            claims);
    token.sign(signer);
    return token.serialize();
  }
}
