package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.octroi.gate.Gate;
import org.octroi.problem.PublicAddresses;
import org.octroi.testing.Caller;
import org.octroi.testing.KeycloakServer;
import org.octroi.testing.KeycloakServer.Realm;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** Programs with tokens of a genuine Keycloak, at the gate and at the desk. */
@TestPropertySource(
    properties = {
      "octroi.data-folder=target/test-issuers",
      "octroi.gate.port=0",
      "octroi.issuer.unknown-key-pause=2s",
      "octroi.issuer.timeout=2s",
      "spring.datasource.url=jdbc:h2:mem:issuers;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class ForeignIssuerStoryTest extends AtTheDesk {

  private static final String SECRET = "the-secret-of-a-program";

  @Autowired private Gate gate;
  @Autowired private PublicAddresses addresses;

  private Realm realm;
  private String issuer = "";

  /** An application with an agreement, which is a client of the realm. */
  private record Program(Reuser reuser, String agreement, String clientId) {}

  @DynamicPropertySource
  static void wall(DynamicPropertyRegistry properties) {
    properties.add(
        "octroi.store.allowed-addresses", () -> "127.0.0.1:" + KeycloakServer.ofThisJvm().port());
  }

  @BeforeAll
  void a_realm_that_is_trusted_in_one_city() throws Exception {
    Path folder = Files.createDirectories(Path.of("target/test-issuers/demo/files/files"));
    Files.writeString(folder.resolve("parks.csv"), "name\nThabor\n");
    realm = KeycloakServer.ofThisJvm().newRealm();
    issuer = trust(realm, "rennes").at("/id");
  }

  private Answer trust(Realm of, String... cities) throws Exception {
    Answer made =
        send(
            "POST",
            "/issuers",
            operator,
            Map.of("url", of.issuer(), "name", "The realm", "territories", List.of(cities)));
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    return made;
  }

  private Program program() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    String client = client();
    Answer linked = link(reuser, Map.of("issuer", issuer, "token", token(client)));
    assertThat(linked.status()).as(linked.raw().body()).isEqualTo(201);
    return new Program(reuser, agreement, client);
  }

  private String client() {
    String client = "program-" + UUID.randomUUID();
    realm.addProgram(client, SECRET, addresses.gate().publicUrl());
    return client;
  }

  private String token(String client) {
    return realm.token(client, SECRET);
  }

  private Answer link(Reuser reuser, Map<String, String> body) throws Exception {
    return send("POST", "/applications/" + reuser.application() + "/clients", reuser.token(), body);
  }

  private Caller.Answer read(String token) {
    return Caller.bearing(token)
        .get(URI.create("http://127.0.0.1:" + gate.port() + "/rennes/parks"));
  }

  @Test
  void a_client_s_token_stands_for_what_its_application_agreed_to() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    String client = client();
    String token = token(client);
    assertThat(read(token).problem()).as("nobody's").isEqualTo("invalid-token");

    Answer linked = link(reuser, Map.of("issuer", issuer, "token", token));

    assertThat(linked.status()).as(linked.raw().body()).isEqualTo(201);
    assertThat(linked.at("/clientId")).isEqualTo(client);
    assertThat(linked.at("/proof")).isEqualTo("token");
    Caller.Answer served = read(token);
    assertThat(served.status()).as(served.text()).isEqualTo(200);
    assertThat(served.text()).isEqualTo("name\nThabor\n");
    assertThat(served.header("Octroi-Agreement"))
        .isEqualTo(send("GET", "/agreements/" + agreement, reuser.token(), null).at("/number"));
    Answer listed =
        send("GET", "/applications/" + reuser.application() + "/clients", reuser.token(), null);
    assertThat(listed.at("/items/0/id")).isEqualTo(linked.at("/id"));

    Answer unlinked =
        send(
            "DELETE",
            "/applications/" + reuser.application() + "/clients/" + linked.at("/id"),
            reuser.token(),
            null);

    assertThat(unlinked.status()).isEqualTo(204);
    assertThat(read(token).problem()).isEqualTo("invalid-token");
  }

  @Test
  void tokens_of_an_issuer_open_something_in_the_cities_named_alone() throws Exception {
    Program program = program();
    String token = token(program.clientId());
    Answer before = send("GET", "/issuers/" + issuer, operator, null);

    Answer changed = sayWhere(before, "bordeaux");

    Caller.Answer refused = read(token);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.problem()).isEqualTo("issuer-not-trusted");
    assertThat(changed.at("/territories/0")).isEqualTo("bordeaux");
    sayWhere(changed, "rennes");
    assertThat(read(token).status()).isEqualTo(200);
  }

  private Answer sayWhere(Answer seen, String city) throws Exception {
    Answer changed =
        send(
            "PUT",
            "/issuers/" + issuer,
            operator,
            Map.of("name", "The realm", "territories", List.of(city)),
            "If-Match",
            seen.raw().headers().firstValue("ETag").orElseThrow());
    assertThat(changed.status()).as(changed.raw().body()).isEqualTo(200);
    return changed;
  }

  @Test
  void suspensions_and_revocations_hold_whoever_issued_the_token() throws Exception {
    Program program = program();
    String application = "/applications/" + program.reuser().application();
    String lost = token(program.clientId());
    String kept = token(program.clientId());
    assertThat(read(lost).status()).isEqualTo(200);

    Answer revoked =
        send(
            "POST",
            application + "/tokens/revoke",
            program.reuser().token(),
            Map.of("token", lost));

    assertThat(revoked.status()).as(revoked.raw().body()).isEqualTo(204);
    assertThat(read(lost).problem()).isEqualTo("invalid-token");
    assertThat(read(kept).status()).isEqualTo(200);
    send("POST", application + "/suspend", program.reuser().token(), null);
    assertThat(read(kept).problem()).isEqualTo("application-suspended");
    send("POST", application + "/resume", program.reuser().token(), null);
    assertThat(read(kept).status()).isEqualTo(200);
    change(program.agreement(), "revoke", Map.of("ground", "misuse"));
    assertThat(read(kept).problem()).isEqualTo("agreement-revoked");
  }

  @Test
  void a_client_is_one_application_and_its_owner_proves_it() throws Exception {
    Program first = program();
    Reuser other = reuser();
    String others = client();
    realm.addProgram("for-somebody-else-" + others, SECRET, "https://elsewhere.example");

    Answer taken = link(other, Map.of("issuer", issuer, "token", token(first.clientId())));
    Answer named = link(other, Map.of("issuer", issuer, "clientId", others));
    Answer both = link(other, Map.of("issuer", issuer, "clientId", others, "token", token(others)));
    Answer elsewhere =
        link(other, Map.of("issuer", issuer, "token", token("for-somebody-else-" + others)));
    Answer byOperator =
        send(
            "POST",
            "/applications/" + other.application() + "/clients",
            operator,
            Map.of("issuer", issuer, "clientId", others));

    assertThat(taken.status()).isEqualTo(409);
    assertThat(named.status()).isEqualTo(403);
    assertThat(both.status()).isEqualTo(422);
    assertThat(elsewhere.status()).isEqualTo(422);
    assertThat(elsewhere.at("/errors/0/detail")).contains("audience");
    assertThat(byOperator.at("/proof")).isEqualTo("operator");
    assertThat(read(token("for-somebody-else-" + others)).problem()).isEqualTo("invalid-token");
  }

  @Test
  void a_new_key_is_found_when_it_is_used_and_made_up_ones_lead_to_few_readings() throws Exception {
    Program program = program();
    String before = token(program.clientId());

    realm.rotateKeys();
    String after = token(program.clientId());

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(read(after).status()).isEqualTo(200));
    assertThat(read(before).status()).as("by the key before").isEqualTo(200);

    RSAKey theirs = new RSAKeyGenerator(2048).keyID("made-up").generate();
    Set<String> readings = new HashSet<>();
    Instant end = Instant.now().plusSeconds(5);
    while (Instant.now().isBefore(end)) {
      assertThat(read(madeUp(theirs, program.clientId())).problem()).isEqualTo("invalid-token");
      readings.add(
          jdbc.sql("select looked_at from issuer where id = :id")
              .param("id", issuer)
              .query(String.class)
              .single());
    }
    assertThat(readings.size()).as("once in two seconds").isBetween(1, 4);
  }

  private String madeUp(RSAKey key, String client) throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(UUID.randomUUID().toString())
                .type(com.nimbusds.jose.JOSEObjectType.JWT)
                .build(),
            new JWTClaimsSet.Builder()
                .issuer(realm.issuer())
                .audience(addresses.gate().publicUrl())
                .claim("azp", client)
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build());
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  @Test
  void a_key_that_the_issuer_took_back_is_refused_once_the_operator_says_so() throws Exception {
    Realm other = KeycloakServer.ofThisJvm().newRealm();
    Answer trusted = trust(other, "rennes");
    Reuser reuser = reuser();
    submitted(reuser, automatic);
    other.addProgram("leaky", SECRET, addresses.gate().publicUrl());
    String token = other.token("leaky", SECRET);
    link(reuser, Map.of("issuer", trusted.at("/id"), "token", token));
    assertThat(read(token).status()).isEqualTo(200);

    other.rotateKeys();
    other.takeBackOlderKeys();
    Answer refreshed = send("POST", "/issuers/" + trusted.at("/id") + "/refresh", operator, null);

    assertThat(refreshed.status()).as(refreshed.raw().body()).isEqualTo(200);
    assertThat(refreshed.body().at("/keys/inUse").size()).isEqualTo(1);
    assertThat(refreshed.body().at("/keys/passedOver").size()).as("of encryption").isPositive();
    assertThat(read(token).problem()).isEqualTo("invalid-token");
    String next = other.token("leaky", SECRET);
    assertThat(read(next).status()).isEqualTo(200);

    Answer removed =
        send("DELETE", "/issuers/" + trusted.at("/id"), operator, null, "If-Match", "\"1\"");

    assertThat(removed.status()).as(removed.raw().body()).isEqualTo(204);
    assertThat(read(next).problem()).isEqualTo("invalid-token");
    trust(other, "rennes");
    assertThat(read(next).problem()).as("nobody's any more").isEqualTo("invalid-token");
  }

  @Test
  void an_issuer_that_is_away_is_told_of_and_its_last_keys_serve() throws Exception {
    Realm other = KeycloakServer.ofThisJvm().newRealm();
    Answer trusted = trust(other, "rennes");
    Reuser reuser = reuser();
    submitted(reuser, automatic);
    other.addProgram("lonely", SECRET, addresses.gate().publicUrl());
    String token = other.token("lonely", SECRET);
    link(reuser, Map.of("issuer", trusted.at("/id"), "token", token));
    KeycloakServer.ofThisJvm().kill();

    Answer refused = send("POST", "/issuers/" + trusted.at("/id") + "/refresh", operator, null);

    assertThat(refused.status()).isEqualTo(409);
    assertThat(read(token).status()).isEqualTo(200);
    assertThat(failing(trusted)).isNotEmpty();
    assertThat(health()).contains("DOWN");
    KeycloakServer.ofThisJvm().comeBack();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(failing(trusted)).isEmpty());
    assertThat(health()).doesNotContain("DOWN");
  }

  private String failing(Answer trusted) throws Exception {
    return send("GET", "/issuers/" + trusted.at("/id"), operator, null).at("/keys/failingSince");
  }

  private String health() {
    return Caller.anybody()
        .get(
            URI.create(
                "http://127.0.0.1:"
                    + environment.getProperty("local.management.port")
                    + "/actuator/health"))
        .text();
  }

  @Test
  void an_issuer_inside_is_none_and_one_that_names_another_neither() throws Exception {
    for (String url :
        List.of(
            "http://127.0.0.1:" + gate.port(),
            "http://169.254.169.254/realms/x",
            "https://localhost/realms/x",
            realm.issuer() + "/",
            KeycloakServer.ofThisJvm().url() + "/realms/nowhere",
            KeycloakServer.ofThisJvm().url().replace("127.0.0.1", "127.0.0.2") + "/realms/x",
            "ftp://example.org",
            desk())) {
      Answer refused =
          send(
              "POST",
              "/issuers",
              operator,
              Map.of("url", url, "name", "Inside", "territories", List.of()));
      assertThat(refused.status()).as(url + refused.raw().body()).isEqualTo(422);
      assertThat(refused.at("/errors/0/pointer")).as(url).isEqualTo("/url");
    }
    Answer twice =
        send(
            "POST",
            "/issuers",
            operator,
            Map.of("url", realm.issuer(), "name", "Twice", "territories", List.of()));
    assertThat(twice.status()).isEqualTo(409);
  }

  @Test
  void who_runs_no_instance_sees_who_is_trusted_and_changes_nothing() throws Exception {
    String somebody = register(UUID.randomUUID() + "@example.org");

    Answer listed = send("GET", "/issuers", somebody, null);

    assertThat(listed.at("/items/0/territories/0")).isNotEmpty();
    assertThat(listed.body().at("/items/0/keys").isNull()).isTrue();
    assertThat(
            send(
                    "POST",
                    "/issuers",
                    somebody,
                    Map.of("url", "https://a.example", "name", "A", "territories", List.of()))
                .status())
        .isEqualTo(403);
    assertThat(send("POST", "/issuers/" + issuer + "/refresh", somebody, null).status())
        .isEqualTo(403);
  }
}
