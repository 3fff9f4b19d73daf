package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
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
import tools.jackson.databind.JsonNode;

/** A realm of a genuine Keycloak that is kept in step with the desk. */
@TestPropertySource(
    properties = {
      "octroi.data-folder=target/test-realm",
      "octroi.gate.port=0",
      "octroi.issuer.timeout=5s",
      "octroi.outbox.poll-interval=200ms",
      "octroi.outbox.first-pause=300ms",
      "octroi.outbox.longest-pause=1s",
      "octroi.outbox.max-tries=100",
      "octroi.keycloak.client-secret=" + RealmStoryTest.SECRET,
      "octroi.keycloak.reconcile-interval=1h",
      "spring.datasource.url=jdbc:h2:mem:realm;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class RealmStoryTest extends AtTheDesk {

  static final String SECRET = "the-secret-of-the-desk";
  private static final Duration SOON = Duration.ofSeconds(30);

  @Autowired private Gate gate;
  @Autowired private PublicAddresses addresses;

  /** An application, with the id and secret that its owner was shown. */
  private record Shown(Reuser reuser, String clientId, String secret) {}

  private static final class OfThisClass {
    static final Realm REALM = made();

    private static Realm made() {
      Realm realm = KeycloakServer.ofThisJvm().newRealm();
      realm.addAdministrator(
          "octroi-provisioning",
          SECRET,
          List.of("manage-clients", "view-clients", "manage-realm", "view-realm"));
      return realm;
    }
  }

  private static Realm realm() {
    return OfThisClass.REALM;
  }

  @DynamicPropertySource
  static void realm(DynamicPropertyRegistry properties) {
    properties.add(
        "octroi.store.allowed-addresses", () -> "127.0.0.1:" + KeycloakServer.ofThisJvm().port());
    properties.add("octroi.keycloak.url", () -> KeycloakServer.ofThisJvm().url());
    properties.add("octroi.keycloak.realm", () -> realm().name());
  }

  @BeforeAll
  void the_realm_is_trusted() throws Exception {
    Path folder = Files.createDirectories(Path.of("target/test-realm/demo/files/files"));
    Files.writeString(folder.resolve("parks.csv"), "name\nThabor\n");
    Answer trusted =
        send(
            "POST",
            "/issuers",
            operator,
            Map.of("url", realm().issuer(), "name", "Realm", "territories", List.of("rennes")));
    assertThat(trusted.status()).as(trusted.raw().body()).isEqualTo(201);
  }

  private Shown application() throws Exception {
    String token = register(UUID.randomUUID() + "@example.org");
    Answer made = send("POST", "/applications", token, Map.of("name", "Parks map"));
    return new Shown(
        new Reuser(token, made.at("/application/id")),
        made.at("/clientId"),
        made.at("/clientSecret"));
  }

  private Shown inStep() throws Exception {
    Shown shown = application();
    submitted(shown.reuser(), automatic);
    awaitInStep(shown);
    return shown;
  }

  private Answer client(Shown shown) throws Exception {
    return send(
        "GET",
        "/applications/" + shown.reuser().application() + "/realm-client",
        shown.reuser().token(),
        null);
  }

  private void awaitInStep(Shown shown) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              Answer state = client(shown);
              assertThat(state.at("/state")).as(state.raw().body()).isEqualTo("in-step");
            });
  }

  private Caller.Answer read(String token) {
    return Caller.bearing(token)
        .get(URI.create("http://127.0.0.1:" + gate.port() + "/rennes/parks"));
  }

  private static JsonNode inTheRealm(Shown shown) {
    return realm().read("/clients?clientId=" + shown.clientId());
  }

  @Test
  void an_application_is_a_client_of_the_realm_under_the_same_id_and_secret() throws Exception {
    Shown shown = inStep();

    String token = realm().token(shown.clientId(), shown.secret());

    assertThat(client(shown).at("/tokenEndpoint"))
        .isEqualTo(realm().issuer() + "/protocol/openid-connect/token");
    SignedJWT said = SignedJWT.parse(token);
    assertThat(said.getJWTClaimsSet().getAudience()).contains(addresses.gate().publicUrl());
    assertThat(said.getJWTClaimsSet().getStringClaim("client_id")).isEqualTo(shown.clientId());
    assertThat(read(token).status()).isEqualTo(200);
    String scope = "octroi:rennes/parks:download";
    assertThat(
            SignedJWT.parse(realm().token(shown.clientId(), shown.secret(), scope))
                .getJWTClaimsSet()
                .getStringClaim("scope"))
        .contains(scope);

    Answer rotated =
        send(
            "POST",
            "/applications/" + shown.reuser().application() + "/secret",
            shown.reuser().token(),
            null);
    awaitInStep(shown);

    assertThat(realm().refuses(shown.clientId(), shown.secret())).isTrue();
    assertThat(read(realm().token(shown.clientId(), rotated.at("/clientSecret"))).status())
        .isEqualTo(200);
  }

  @Test
  void a_suspended_application_s_client_is_disabled_until_it_is_resumed() throws Exception {
    Shown shown = inStep();
    String application = "/applications/" + shown.reuser().application();

    send("POST", application + "/suspend", shown.reuser().token(), null);
    awaitInStep(shown);

    assertThat(inTheRealm(shown).at("/0/enabled").asBoolean()).isFalse();
    assertThat(realm().refuses(shown.clientId(), shown.secret())).isTrue();
    send("POST", application + "/resume", shown.reuser().token(), null);
    awaitInStep(shown);
    assertThat(inTheRealm(shown).at("/0/enabled").asBoolean()).isTrue();
  }

  @Test
  void what_was_changed_in_the_realm_is_found_told_and_repaired() throws Exception {
    Shown gone = inStep();
    Shown disabled = inStep();
    Shown forOthers = inStep();
    Shown kept = inStep();
    settled();
    quiet();
    realm().delete("/clients/" + inTheRealm(gone).at("/0/id").asString());
    realm()
        .change(
            "/clients/" + inTheRealm(disabled).at("/0/id").asString(),
            Map.of("clientId", disabled.clientId(), "enabled", false));
    String other = inTheRealm(forOthers).at("/0/id").asString();
    for (JsonNode mapper : inTheRealm(forOthers).at("/0/protocolMappers")) {
      realm()
          .delete("/clients/" + other + "/protocol-mappers/models/" + mapper.at("/id").asString());
    }
    realm()
        .make(
            "/client-scopes",
            Map.of("name", "octroi:rennes/gone:read", "protocol", "openid-connect"));
    realm().addProgram("octa-" + UUID.randomUUID(), SECRET, "https://elsewhere.example");
    realm().addProgram("somebody-elses", SECRET, "https://elsewhere.example");

    Answer found = send("POST", "/realm/reconcile", operator, null);

    assertThat(found.status()).as(found.raw().body()).isEqualTo(200);
    Set<String> drifts = new TreeSet<>();
    for (JsonNode drift : found.body().at("/drifts")) {
      drifts.add(drift.at("/kind").asString() + " " + drift.at("/subject").asString());
    }
    assertThat(drifts)
        .contains(
            "client-missing " + gone.clientId(),
            "client-state " + disabled.clientId(),
            "client-settings " + forOthers.clientId(),
            "scope-unknown octroi:rennes/gone:read")
        .anyMatch(drift -> drift.startsWith("client-unknown octa-"))
        .noneMatch(drift -> drift.contains(kept.clientId()))
        .noneMatch(drift -> drift.contains("somebody-elses"));
    assertThat(read(realm().token(disabled.clientId(), disabled.secret())).status()).isEqualTo(200);
    assertThat(read(realm().token(forOthers.clientId(), forOthers.secret())).status())
        .isEqualTo(200);
    assertThat(realm().read("/clients?clientId=somebody-elses").at("/0/enabled").asBoolean())
        .isTrue();
    Answer again = send("POST", "/realm/reconcile", operator, null);
    for (JsonNode drift : again.body().at("/drifts")) {
      assertThat(drift.at("/kind").asString() + " " + drift.at("/subject").asString())
          .as("known to its owner alone")
          .isEqualTo("client-secret " + gone.clientId());
    }
    send(
        "POST",
        "/applications/" + gone.reuser().application() + "/secret",
        gone.reuser().token(),
        null);
    awaitInStep(gone);
    assertThat(send("POST", "/realm/reconcile", operator, null).body().at("/drifts").isEmpty())
        .isTrue();
    assertThat(send("GET", "/realm", kept.reuser().token(), null).status()).isEqualTo(403);
  }

  /** A comparison that the desk sets out to by itself would find what the test wants to find. */
  private void quiet() {
    AtomicReference<String> last = new AtomicReference<>("");
    await()
        .atMost(Duration.ofSeconds(60))
        .during(Duration.ofSeconds(4))
        .until(
            () -> {
              Answer realm = send("GET", "/realm", operator, null);
              String compared = realm.at("/comparedAt");
              return !compared.isEmpty()
                  && realm.at("/downSince").isEmpty()
                  && compared.equals(last.getAndSet(compared));
            });
  }

  private void settled() {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(send("GET", "/realm", operator, null).body().at("/waiting").asInt())
                    .isZero());
  }

  @Test
  void twenty_applications_are_each_one_client_though_keycloak_was_killed_among_them()
      throws Exception {
    List<Shown> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      if (i == 10) {
        KeycloakServer.ofThisJvm().kill();
      }
      all.add(application());
    }
    Shown last = all.getLast();
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(send("GET", "/realm", operator, null).at("/downSince"))
                    .as("the desk says so")
                    .isNotEmpty());
    assertThat(client(last).at("/state")).isEqualTo("waiting");
    send(
        "POST",
        "/applications/" + last.reuser().application() + "/suspend",
        last.reuser().token(),
        null);

    KeycloakServer.ofThisJvm().comeBack();
    settled();

    for (Shown shown : all) {
      JsonNode clients = inTheRealm(shown);
      assertThat(clients.size()).as(shown.clientId()).isEqualTo(1);
      if (!shown.equals(last)) {
        assertThat(realm().token(shown.clientId(), shown.secret())).isNotEmpty();
      }
    }
    assertThat(inTheRealm(last).at("/0/enabled").asBoolean()).isFalse();
  }
}
