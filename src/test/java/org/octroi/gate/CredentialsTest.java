package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.entitlement.Entitlements;
import org.octroi.gate.http.RawClient;
import org.octroi.gate.http.RawClient.Answer;
import org.octroi.testing.ForgedTokens;
import org.octroi.vocabulary.Sha256;

/** What opens the gate and what does not: tokens, forged in every way, and proofs of their keys. */
class CredentialsTest {

  private static final String CLIENT = "careful";
  private static final String PATH = "/rennes/parks";

  @TempDir static Path folder;
  private static GateHouse house;
  private static ECKey key;

  @BeforeAll
  static void open() throws IOException, JOSEException {
    house = new GateHouse(folder);
    house.upstream("/parks", "[{\"name\":\"Thabor\"}]");
    var dataset = house.city.dataset("parks").controlled().published();
    house.city.reuser(CLIENT).agrees(dataset, "ServiceProvision");
    key = new ECKeyGenerator(Curve.P_256).generate();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @TestFactory
  Stream<DynamicTest> a_token_opens_nothing_that_is() {
    ForgedTokens tokens = new ForgedTokens(house.key(), GateHouse.ISSUER, GateHouse.NAME, CLIENT);
    assertThat(tokens.all()).hasSizeGreaterThan(60);
    return tokens.all().entrySet().stream()
        .map(
            forged ->
                DynamicTest.dynamicTest(
                    forged.getKey(),
                    () -> {
                      int seen = house.seen.size();
                      Answer answer = get("Authorization: Bearer " + forged.getValue());
                      assertThat(answer.status()).as(answer.body()).isEqualTo(401);
                      assertThat(answer.header("www-authenticate"))
                          .startsWith("Bearer error=\"invalid_token\", ");
                      assertThat(answer.body()).doesNotContain("Thabor");
                      assertThat(house.seen).hasSize(seen);
                    }));
  }

  @Test
  void a_token_with_which_nothing_is_wrong_opens() throws IOException {
    String good = new ForgedTokens(house.key(), GateHouse.ISSUER, GateHouse.NAME, CLIENT).good();

    assertThat(get("Authorization: Bearer " + good).body()).contains("Thabor");
  }

  @Test
  void a_revoked_token_opens_no_more_though_it_was_remembered() throws Exception {
    String id = UUID.randomUUID().toString();
    String token = house.token(CLIENT, c -> c.jwtID(id));
    assertThat(get("Authorization: Bearer " + token).status()).isEqualTo(200);

    Entitlements entitlements = house.context.getBean(Entitlements.class);
    entitlements.revokedTokens(
        entitlements.current().revision() + 1,
        Map.of(id, Instant.now().plusSeconds(300)),
        Instant.now());

    assertThat(get("Authorization: Bearer " + token).status()).isEqualTo(401);
    assertThat(get("Authorization: Bearer " + house.token(CLIENT)).status()).isEqualTo(200);
  }

  @Test
  void revocations_are_forgotten_when_their_tokens_have_ended() {
    Entitlements entitlements = house.context.getBean(Entitlements.class);
    Instant end = Instant.now().plusSeconds(300);
    entitlements.revokedTokens(1, Map.of("ended", end), Instant.now());

    entitlements.revokedTokens(2, Map.of("later", end.plusSeconds(9)), end.plusSeconds(1));

    assertThat(entitlements.current().tokenRevoked(GateHouse.ISSUER, "ended")).isFalse();
    assertThat(entitlements.current().tokenRevoked(GateHouse.ISSUER, "later")).isTrue();
  }

  @Test
  void a_token_bound_to_a_key_opens_with_a_proof_of_it() throws Exception {
    String token = bound();
    Answer first = get("Authorization: DPoP " + token, "DPoP: " + proof(token, c -> c));
    assertThat(first.status()).isEqualTo(401);
    assertThat(first.header("www-authenticate"))
        .isEqualTo(
            "DPoP error=\"use_dpop_nonce\", algs=\"ES256 RS256\","
                + " resource_metadata=\"http://gate.test/.well-known/oauth-protected-resource\"");
    assertThat(first.body()).contains("/problems/proof-outdated");
    String nonce = first.header("dpop-nonce");

    Answer served =
        get("Authorization: DPoP " + token, "DPoP: " + proof(token, c -> c.claim("nonce", nonce)));

    assertThat(served.status()).as(served.body()).isEqualTo(200);
    assertThat(served.header("dpop-nonce")).isNotEmpty();
    assertThat(house.seen.getLast().headers().keySet())
        .as("neither token nor proof reaches the store")
        .noneMatch(name -> name.equalsIgnoreCase("dpop") || name.equalsIgnoreCase("authorization"));
  }

  @Test
  void a_proof_is_good_once() throws Exception {
    String token = bound();
    String proof = withNonce(token, c -> c);

    assertThat(get("Authorization: DPoP " + token, "DPoP: " + proof).status()).isEqualTo(200);
    assertInvalidProof(get("Authorization: DPoP " + token, "DPoP: " + proof));
  }

  @TestFactory
  Stream<DynamicTest> a_proof_proves_nothing_that_is() throws Exception {
    String token = bound();
    String other = bound();
    return Stream.of(
            wrong("for another method", withNonce(token, c -> c.claim("htm", "POST"))),
            wrong("for no method", withNonce(token, c -> c.claim("htm", null))),
            wrong(
                "for another address",
                withNonce(token, c -> c.claim("htu", GateHouse.NAME + "/rennes/trees"))),
            wrong(
                "for another gate",
                withNonce(token, c -> c.claim("htu", "http://evil.test" + PATH))),
            wrong(
                "for a gate that begins alike",
                withNonce(token, c -> c.claim("htu", GateHouse.NAME + ".evil.test" + PATH))),
            wrong("for another token", withNonce(token, c -> c.claim("ath", hash(other)))),
            wrong("for no token", withNonce(token, c -> c.claim("ath", null))),
            wrong("without an id", withNonce(token, c -> c.jwtID(null))),
            wrong("without a time", withNonce(token, c -> c.issueTime(null))),
            wrong(
                "of an hour ago",
                withNonce(token, c -> c.issueTime(Date.from(Instant.now().minusSeconds(3600))))),
            wrong(
                "by another key",
                signed(
                    new ECKeyGenerator(Curve.P_256).generate(),
                    "dpop+jwt",
                    nonceIn(claims(token)).build())),
            wrong("of another kind", signed(key, "at+jwt", nonceIn(claims(token)).build())),
            wrong(
                "with its private key in its head", withPrivateKey(nonceIn(claims(token)).build())),
            wrong("without a signature", unsigned(withNonce(token, c -> c))),
            wrong("no proof", "proof"),
            wrong("oversize", withNonce(token, c -> c.claim("pad", "x".repeat(4000)))))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        assertInvalidProof(
                            get("Authorization: DPoP " + token, "DPoP: " + entry.getValue()))));
  }

  @Test
  void a_key_that_is_weak_or_of_another_kind_proves_nothing() throws Exception {
    RSAKey weak = new RSAKeyGenerator(1024, true).generate();
    ECKey curve = new ECKeyGenerator(Curve.P_384).generate();
    String toWeak = bound(weak);
    String toCurve = bound(curve);

    assertInvalidProof(
        get(
            "Authorization: DPoP " + toWeak,
            "DPoP: " + signed(weak, nonceIn(claims(toWeak)).build())));
    assertInvalidProof(
        get(
            "Authorization: DPoP " + toCurve,
            "DPoP: " + signed(curve, "dpop+jwt", nonceIn(claims(toCurve)).build())));
  }

  @Test
  void a_bound_token_needs_one_proof_and_an_unbound_one_none() throws Exception {
    String token = bound();

    assertInvalidProof(get("Authorization: DPoP " + token));
    assertInvalidProof(
        get(
            "Authorization: DPoP " + token,
            "DPoP: " + withNonce(token, c -> c),
            "DPoP: " + withNonce(token, c -> c)));
    String unbound = house.token(CLIENT);
    assertThat(
            get("Authorization: DPoP " + unbound, "DPoP: " + withNonce(unbound, c -> c))
                .header("www-authenticate"))
        .startsWith("DPoP error=\"invalid_token\"");
    assertThat(
            get("Authorization: Bearer " + token, "DPoP: " + withNonce(token, c -> c))
                .header("www-authenticate"))
        .startsWith("Bearer error=\"invalid_token\"");
  }

  @Test
  void an_address_is_the_same_however_it_is_written() throws Exception {
    String token = bound();

    assertThat(
            get(
                    "Authorization: DPoP " + token,
                    "DPoP: "
                        + withNonce(token, c -> c.claim("htu", "HTTP://Gate.TEST/rennes/p%61rks")))
                .status())
        .isEqualTo(200);
  }

  @Test
  void the_nonce_of_another_gate_is_none_here(@TempDir Path other) throws Exception {
    String token = bound();
    String foreign;
    try (GateHouse neighbour = new GateHouse(other);
        RawClient client = new RawClient(neighbour.port())) {
      neighbour.city.dataset("parks").controlled().published();
      foreign = client.get(PATH, "Authorization: DPoP x", "DPoP: x").answer().header("dpop-nonce");
    }
    assertThat(foreign).isNotEmpty();

    assertThat(
            get(
                    "Authorization: DPoP " + token,
                    "DPoP: " + proof(token, c -> c.claim("nonce", foreign)))
                .body())
        .contains("/problems/proof-outdated");
  }

  @Test
  void who_brings_nothing_is_told_of_both_ways() throws IOException {
    assertThat(get().header("www-authenticate"))
        .isEqualTo(
            "Bearer resource_metadata=\"http://gate.test/.well-known/oauth-protected-resource\","
                + " DPoP algs=\"ES256 RS256\","
                + " resource_metadata=\"http://gate.test/.well-known/oauth-protected-resource\"");
  }

  private static Map.Entry<String, String> wrong(String what, String proof) {
    return Map.entry(what, proof);
  }

  private static void assertInvalidProof(Answer answer) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).contains("/problems/invalid-proof").doesNotContain("Thabor");
    assertThat(answer.header("www-authenticate")).startsWith("DPoP error=\"invalid_dpop_proof\"");
  }

  private static Answer get(String... headers) throws IOException {
    try (RawClient client = new RawClient(house.port())) {
      return client.get(PATH, headers).answer();
    }
  }

  private static String bound() throws JOSEException {
    return bound(key);
  }

  private static String bound(JWK to) throws JOSEException {
    String thumbprint = to.computeThumbprint().toString();
    return house.token(
        CLIENT, c -> c.jwtID(UUID.randomUUID().toString()).claim("cnf", Map.of("jkt", thumbprint)));
  }

  private static String withNonce(String token, UnaryOperator<JWTClaimsSet.Builder> change)
      throws Exception {
    return signed(key, "dpop+jwt", change.apply(nonceIn(claims(token))).build());
  }

  private static JWTClaimsSet.Builder nonceIn(JWTClaimsSet.Builder claims) throws IOException {
    return claims.claim("nonce", get("Authorization: DPoP x").header("dpop-nonce"));
  }

  private static String proof(String token, UnaryOperator<JWTClaimsSet.Builder> change)
      throws JOSEException {
    return signed(key, "dpop+jwt", change.apply(claims(token)).build());
  }

  private static JWTClaimsSet.Builder claims(String token) {
    return new JWTClaimsSet.Builder()
        .jwtID(UUID.randomUUID().toString())
        .claim("htm", "GET")
        .claim("htu", GateHouse.NAME + PATH)
        .claim("ath", hash(token))
        .issueTime(Date.from(Instant.now()));
  }

  private static String hash(String token) {
    return Base64URL.encode(Sha256.digest().digest(token.getBytes(StandardCharsets.US_ASCII)))
        .toString();
  }

  private static String signed(ECKey by, String type, JWTClaimsSet claims) throws JOSEException {
    JWSAlgorithm algorithm =
        by.getCurve().equals(Curve.P_256) ? JWSAlgorithm.ES256 : JWSAlgorithm.ES384;
    SignedJWT proof =
        new SignedJWT(
            new JWSHeader.Builder(algorithm)
                .type(new JOSEObjectType(type))
                .jwk(by.toPublicJWK())
                .build(),
            claims);
    proof.sign(new ECDSASigner(by));
    return proof.serialize();
  }

  private static String signed(RSAKey by, JWTClaimsSet claims) throws JOSEException {
    SignedJWT proof =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(by.toPublicJWK())
                .build(),
            claims);
    proof.sign(new RSASSASigner(by, true));
    return proof.serialize();
  }

  /** No library puts a private key there: its head is put together by hand. */
  private static String withPrivateKey(JWTClaimsSet claims) throws JOSEException {
    String head = "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":" + key.toJSONString() + "}";
    String input = Base64URL.encode(head) + "." + Base64URL.encode(claims.toString());
    return input
        + "."
        + new ECDSASigner(key)
            .sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
  }

  private static String unsigned(String proof) {
    return proof.substring(0, proof.lastIndexOf('.') + 1);
  }
}
