package org.octroi.authority;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.octroi.entitlement.Entitlements;
import org.octroi.identity.FirstAdministrator;
import org.octroi.problem.PublicAddresses;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.ForgedTokens;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What a reuser's program is given at the token endpoint, asks about, and gives back. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.data-folder=target/tokens-test",
      "octroi.demo=false",
      "octroi.gate.port=0",
      "management.server.port=0",
      "spring.datasource.url=jdbc:h2:mem:tokens;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensTest {

  private static final String PASSWORD = "quiet rivers carry barges";

  @LocalServerPort private int port;
  @Autowired private FirstAdministrator first;
  @Autowired private SigningKeys keys;
  @Autowired private PublicAddresses addresses;
  @Autowired private Entitlements entitlements;

  private String operator = "";
  private Client client = new Client("", "", "");
  private Client other = new Client("", "", "");

  private record Client(String application, String id, String secret) {
    Caller caller() {
      return Caller.anybody()
          .with(
              "Authorization",
              "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8)));
    }
  }

  @BeforeAll
  void two_programs() {
    operator =
        text(
            Caller.anybody()
                .post(
                    at("/api/v1/people/first-administrator"),
                    Map.of(
                        "link",
                        first.renewLink().orElseThrow(),
                        "email",
                        "ops@example.org",
                        "displayName",
                        "Ops",
                        "password",
                        PASSWORD)),
            "/token");
    client = program("one");
    other = program("other");
  }

  private Client program(String name) {
    String person =
        text(
            Caller.anybody()
                .post(
                    at("/api/v1/people"),
                    Map.of(
                        "email",
                        name + "@example.org",
                        "displayName",
                        name,
                        "password",
                        PASSWORD,
                        "reuserKind",
                        "company")),
            "/token");
    Answer made =
        Caller.bearing(person).post(at("/api/v1/applications"), Map.of("name", "program " + name));
    return new Client(text(made, "/id"), text(made, "/clientId"), text(made, "/clientSecret"));
  }

  private static String text(Answer answer, String pointer) {
    assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
    return answer.json().at(pointer).asString();
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static Answer form(Caller caller, URI uri, Map<String, String> fields) {
    return caller.postText(
        uri,
        "application/x-www-form-urlencoded",
        String.join(
            "&",
            fields.entrySet().stream()
                .map(f -> f.getKey() + "=" + URLEncoder.encode(f.getValue(), UTF_8))
                .toList()));
  }

  private Answer issue(Client to) {
    return form(to.caller(), at("/oauth2/token"), Map.of("grant_type", "client_credentials"));
  }

  private String token(Client to) {
    return text(issue(to), "/access_token");
  }

  private Answer introspect(Client by, String token) {
    return form(by.caller(), at("/oauth2/introspect"), Map.of("token", token));
  }

  @Test
  void a_program_asks_what_its_token_is() {
    String token = token(client);

    Answer told = introspect(client, token);

    assertThat(told.status()).as(told.text()).isEqualTo(200);
    assertThat(told.json().at("/active").asBoolean()).isTrue();
    assertThat(told.json().at("/client_id").asString()).isEqualTo(client.id());
    assertThat(told.json().at("/sub").asString()).isEqualTo(client.id());
    assertThat(told.json().at("/iss").asString()).isEqualTo(addresses.desk().publicUrl());
    assertThat(told.json().at("/aud/0").asString()).isEqualTo(addresses.gate().publicUrl());
    assertThat(told.json().at("/token_type").asString()).isEqualTo("Bearer");
    assertThat(told.json().at("/exp").asLong() - told.json().at("/iat").asLong()).isEqualTo(600);
  }

  @Test
  void a_program_is_told_nothing_of_the_tokens_of_others() {
    assertThat(introspect(other, token(client)).text()).isEqualTo("{\"active\":false}");
  }

  @TestFactory
  Stream<DynamicTest> a_token_is_not_active_that_is() {
    ForgedTokens tokens =
        new ForgedTokens(
            keys.signing().jwk().toRSAKey(),
            addresses.desk().publicUrl(),
            addresses.gate().publicUrl(),
            client.id());
    assertThat(introspect(client, tokens.good()).text()).contains("\"active\":true");
    return tokens.all().entrySet().stream()
        // Who asks with the token has shown who they are by other means.
        .filter(forged -> !forged.getKey().equals("bound to a key, and sent without proof"))
        .map(
            forged ->
                DynamicTest.dynamicTest(
                    forged.getKey(),
                    () ->
                        assertThat(introspect(client, forged.getValue()).text())
                            .isEqualTo("{\"active\":false}")));
  }

  @Test
  void a_program_gives_a_token_back_and_no_gate_takes_it_any_more() throws Exception {
    String token = token(client);
    String id = SignedJWT.parse(token).getJWTClaimsSet().getJWTID();
    assertThat(entitlements.current().tokenRevoked(addresses.desk().publicUrl(), id)).isFalse();

    Answer given = form(client.caller(), at("/oauth2/revoke"), Map.of("token", token));

    assertThat(given.status()).as(given.text()).isEqualTo(200);
    assertThat(entitlements.current().tokenRevoked(addresses.desk().publicUrl(), id))
        .as("before the call is answered")
        .isTrue();
    assertThat(introspect(client, token).text()).isEqualTo("{\"active\":false}");
    assertThat(form(client.caller(), at("/oauth2/revoke"), Map.of("token", token)).status())
        .as("a second time is no harm")
        .isEqualTo(200);
    assertThat(form(client.caller(), at("/oauth2/revoke"), Map.of("token", "no token")).status())
        .as("nor is what is no token (RFC 7009, section 2.2)")
        .isEqualTo(200);
  }

  @Test
  void nobody_gives_back_the_token_of_another() {
    String token = token(client);

    Answer refused = form(other.caller(), at("/oauth2/revoke"), Map.of("token", token));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(introspect(client, token).text()).contains("\"active\":true");
  }

  @Test
  void without_its_secret_a_program_asks_and_gives_back_nothing() {
    Client thief = new Client(client.application(), client.id(), "guessed");
    for (String path : List.of("/oauth2/token", "/oauth2/introspect", "/oauth2/revoke")) {
      Answer refused =
          form(thief.caller(), at(path), Map.of("token", "x", "grant_type", "client_credentials"));
      assertThat(refused.status()).as(path).isEqualTo(401);
      assertThat(refused.text()).contains("invalid_client");
    }
  }

  @Test
  void a_program_that_proves_a_key_gets_a_token_that_is_bound_to_it() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).generate();
    Caller proving =
        client.caller().with("DPoP", proof(key, addresses.desk().publicUrl() + "/oauth2/token"));

    Answer given = form(proving, at("/oauth2/token"), Map.of("grant_type", "client_credentials"));

    assertThat(given.status()).as(given.text()).isEqualTo(200);
    assertThat(given.json().at("/token_type").asString()).isEqualTo("DPoP");
    String token = given.json().at("/access_token").asString();
    assertThat(SignedJWT.parse(token).getJWTClaimsSet().getJSONObjectClaim("cnf"))
        .isEqualTo(Map.of("jkt", key.computeThumbprint().toString()));
    Answer told = introspect(client, token);
    assertThat(told.json().at("/token_type").asString()).isEqualTo("DPoP");
    assertThat(told.json().at("/cnf/jkt").asString()).isEqualTo(key.computeThumbprint().toString());
    assertThat(
            form(proving, at("/oauth2/token"), Map.of("grant_type", "client_credentials")).text())
        .as("the same proof again")
        .contains("invalid_dpop_proof");
  }

  @Test
  void a_proof_for_another_address_gets_no_token() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).generate();

    Answer refused =
        form(
            client.caller().with("DPoP", proof(key, "https://evil.example/oauth2/token")),
            at("/oauth2/token"),
            Map.of("grant_type", "client_credentials"));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("invalid_dpop_proof");
  }

  private static String proof(ECKey key, String address) throws Exception {
    SignedJWT proof =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK())
                .build(),
            new JWTClaimsSet.Builder()
                .jwtID(UUID.randomUUID().toString())
                .claim("htm", "POST")
                .claim("htu", address)
                .issueTime(Date.from(Instant.now()))
                .build());
    proof.sign(new ECDSASigner(key));
    return proof.serialize();
  }

  @Test
  void the_metadata_names_what_is_open_and_no_more() {
    Answer metadata = Caller.anybody().get(at("/.well-known/oauth-authorization-server"));

    String desk = addresses.desk().publicUrl();
    assertThat(metadata.json().at("/introspection_endpoint").asString())
        .isEqualTo(desk + "/oauth2/introspect");
    assertThat(metadata.json().at("/revocation_endpoint").asString())
        .isEqualTo(desk + "/oauth2/revoke");
    assertThat(metadata.json().at("/dpop_signing_alg_values_supported").toString())
        .isEqualTo("[\"ES256\",\"RS256\"]");
    assertThat(metadata.text())
        .doesNotContain("registration", "tls_client", "userinfo", "end_session");
  }

  /** Last, since the keys of the other tests are good for nothing after it. */
  @Test
  void an_operator_rotates_keys_that_leaked_and_what_they_signed_is_good_no_more() {
    String token = token(program("rotating"));
    Caller ops = Caller.bearing(operator);
    assertThat(Caller.anybody().get(at("/api/v1/signing-keys")).status()).isEqualTo(401);
    assertThat(text(ops.get(at("/api/v1/signing-keys")), "/items/0/state")).isEqualTo("signing");
    assertThat(ops.get(at("/api/v1/signing-keys")).text()).doesNotContain("\"d\"", "\"n\"");
    assertThat(ops.post(at("/api/v1/signing-keys/rotate"), Map.of("lead", "PT1S")).text())
        .contains("/lead");

    Answer rotated = ops.post(at("/api/v1/signing-keys/rotate"), Map.of("leaked", true));

    assertThat(rotated.status()).as(rotated.text()).isEqualTo(201);
    assertThat(rotated.json().at("/state").asString()).isEqualTo("signing");
    assertThat(introspect(client, token).text()).isEqualTo("{\"active\":false}");
    assertThat(introspect(client, token(client)).text()).contains("\"active\":true");
    assertThat(Caller.anybody().get(at("/oauth2/jwks")).json().at("/keys").size()).isEqualTo(1);
  }
}
