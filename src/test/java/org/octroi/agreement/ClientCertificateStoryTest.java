package org.octroi.agreement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.gate.Gate;
import org.octroi.testing.Caller;
import org.octroi.testing.Certificates;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * Programs that show who they are by a certificate (RFC 8705): to a desk that speaks TLS itself,
 * and behind a proxy at 127.0.0.2 that ends it. The desk reads what is said of forwarded addresses,
 * so that nobody comes from the proxy by saying so.
 */
@TestPropertySource(
    properties = {
      "octroi.data-folder=target/test-certificates",
      "octroi.gate.port=0",
      "octroi.identity.client-registration=true",
      "octroi.desk.client-certificates.ask=true",
      "octroi.desk.client-certificates.proxies=127.0.0.2,fd00::/8",
      "server.forward-headers-strategy=framework",
      "server.ssl.bundle=desk",
      "spring.ssl.bundle.pem.desk.reload-on-update=true",
      "spring.ssl.bundle.watch.file.quiet-period=100ms",
      "spring.datasource.url=jdbc:h2:mem:certificates;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class ClientCertificateStoryTest extends AtTheDesk {

  private static final String READ = "octroi:rennes/parks:read";
  private static final String DOWNLOAD = "octroi:rennes/parks:download";
  private static final String PROXY = "127.0.0.2";
  private static final String ELSEWHERE = "127.0.0.1";
  private static final Map<String, Object> FOR_ITSELF =
      Map.of("grants", List.of("client-credentials"), "tokenFormat", "jwt");

  private static final Path FOLDER = folder();
  private static final Path OWN = FOLDER.resolve("desk.pem");
  private static final Certificates DESK = made("localhost");
  private static final Certificates ANOTHERS = made("another");

  @Autowired private Gate gate;

  /** A program, whose makers are a reuser with an agreement. */
  private record Program(Reuser of, String id, String secret) {}

  /** How a program connects, and what else it sends. */
  private record Connection(SSLContext tls, String from, List<String> fields) {

    Connection with(String name, String value) {
      return new Connection(
          tls, from, Stream.concat(fields.stream(), Stream.of(name, value)).toList());
    }
  }

  @DynamicPropertySource
  static void tls(DynamicPropertyRegistry settings) throws Exception {
    Files.writeString(OWN, DESK.keyPem() + DESK.pem());
    settings.add("spring.ssl.bundle.pem.desk.keystore.certificate", OWN::toUri);
    settings.add("spring.ssl.bundle.pem.desk.keystore.private-key", OWN::toUri);
  }

  @BeforeAll
  void what_there_is_to_read() throws IOException {
    Path folder = Files.createDirectories(Path.of("target/test-certificates/demo/files/files"));
    Files.writeString(folder.resolve("parks.csv"), "name\nThabor\n");
  }

  // ---- at the desk's own TLS
  // ---------------------------------------------------------------------

  @Test
  void a_program_gets_tokens_by_its_certificate_and_they_open_the_gate() throws Exception {
    Certificates own = made("parks-map");
    Program program = program(own);

    Caller.Answer given = credentials(showing(own), program);

    assertThat(given.status()).as(given.text()).isEqualTo(200);
    assertThat(given.json().at("/token_type").asString()).isEqualTo("Bearer");
    assertThat(parks(access(given)).text()).isEqualTo("name\nThabor\n");
  }

  @Test
  void while_it_changes_its_certificate_both_are_good() throws Exception {
    Certificates old = made("old");
    Certificates next = Certificates.forHost("next", "RSA", FOLDER);
    Program program = program(old, next);

    assertThat(credentials(showing(old), program).status()).isEqualTo(200);
    assertThat(credentials(showing(next), program).status()).isEqualTo(200);
    profile(program, FOR_ITSELF, next);
    refused(credentials(showing(old), program));
    assertThat(credentials(showing(next), program).status()).isEqualTo(200);
  }

  @Test
  void a_certificate_of_somebody_else_or_none_is_nobodys() throws Exception {
    Program program = program(made("parks-map"));
    program(ANOTHERS);

    refused(credentials(showing(ANOTHERS), program));
    refused(credentials(showingNone(), program));
  }

  @Test
  void a_certificate_is_good_in_its_time_only() throws Exception {
    Certificates ended = Certificates.thatEnded("parks-map", FOLDER);
    Certificates later = Certificates.forLater("parks-map", FOLDER);
    Program program = program(later);

    refused(credentials(showing(later), program));
    jdbc.sql("update application_client set certificates = :ended where application_id = :id")
        .param("ended", Base64.getEncoder().encodeToString(ended.certificate().getEncoded()))
        .param("id", program.of().application())
        .update();
    refused(credentials(showing(ended), program));
    refused(credentials(throughProxy(ended), program));
  }

  @Test
  void a_program_shows_who_it_is_in_one_way() throws Exception {
    Certificates own = made("parks-map");
    Program program = program(own);

    refused(
        form(
            showing(own),
            "/oauth2/token",
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                program.id(),
                "client_secret",
                program.secret())));
    refused(credentials(showing(own).with("Authorization", basic(program)), program));
    refused(credentials(showingNone().with("Authorization", basic(program)), program));
    for (String other : List.of("Bearer x", "Negotiate x")) {
      assertThat(credentials(showing(own).with("Authorization", other), program).status())
          .isIn(400, 401);
    }
    assertThat(
            error(
                form(
                    showing(own),
                    "/oauth2/token",
                    Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        program.id(),
                        "client_assertion",
                        "x"))))
        .isEqualTo("invalid_client");
  }

  @Test
  void a_program_of_another_method_may_connect_with_a_certificate_and_it_says_nothing()
      throws Exception {
    Certificates own = made("parks-map");
    Program keepsSecret = program(Map.of("authentication", "secret"), FOR_ITSELF);
    Program open =
        program(
            Map.of("authentication", "none"),
            Map.of("grants", List.of("device-code"), "tokenFormat", "jwt"));

    refused(credentials(showing(own), keepsSecret));
    refused(
        credentials(showing(own), new Program(keepsSecret.of(), "octa-of-nobody", "no secret")));
    assertThat(
            credentials(showing(own).with("Authorization", basic(keepsSecret)), keepsSecret)
                .status())
        .isEqualTo(200);
    assertThat(
            form(
                    showing(own),
                    "/oauth2/device_authorization",
                    Map.of("client_id", open.id(), "scope", READ))
                .status())
        .isEqualTo(200);
  }

  @Test
  void the_certificate_is_good_at_every_address_of_the_server() throws Exception {
    Certificates own = made("parks-map");
    Program program = program(own);
    Connection connection = showing(own);
    String token = access(credentials(connection, program));
    Map<String, String> asked = Map.of("client_id", program.id(), "token", token);

    assertThat(form(connection, "/oauth2/introspect", asked).json().at("/active").asBoolean())
        .isTrue();
    refused(form(showing(ANOTHERS), "/oauth2/introspect", asked));
    refused(form(showing(ANOTHERS), "/oauth2/revoke", asked));
    assertThat(parks(token).status()).isEqualTo(200);
    assertThat(form(connection, "/oauth2/revoke", asked).status()).isEqualTo(200);
    assertThat(parks(token).status()).isEqualTo(401);
  }

  @Test
  void it_is_good_for_what_people_take_part_in() throws Exception {
    Certificates own = made("parks-map");
    Program program = program(own);
    profile(
        program,
        Map.of(
            "grants",
            List.of("authorization-code", "device-code"),
            "redirectUris",
            List.of("https://app.example.org/back"),
            "tokenFormat",
            "jwt"),
        own);
    Map<String, String> pushed =
        Map.of(
            "client_id",
            program.id(),
            "response_type",
            "code",
            "redirect_uri",
            "https://app.example.org/back",
            "scope",
            DOWNLOAD,
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method",
            "S256");
    Map<String, String> device = Map.of("client_id", program.id(), "scope", DOWNLOAD);
    Map<String, String> code =
        Map.of(
            "grant_type",
            "authorization_code",
            "client_id",
            program.id(),
            "code",
            "no-code-of-this-desk",
            "code_verifier",
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "redirect_uri",
            "https://app.example.org/back");

    assertThat(form(showing(own), "/oauth2/par", pushed).status()).isEqualTo(201);
    refused(form(showing(ANOTHERS), "/oauth2/par", pushed));
    assertThat(form(showing(own), "/oauth2/device_authorization", device).status()).isEqualTo(200);
    refused(form(showing(ANOTHERS), "/oauth2/device_authorization", device));
    // Who it is was shown, though the code is none: it is not taken for an open program.
    assertThat(error(form(showing(own), "/oauth2/token", code))).isEqualTo("invalid_grant");
    refused(form(showing(ANOTHERS), "/oauth2/token", code));
  }

  @Test
  void certificates_are_seen_also_after_the_desk_took_up_a_new_one_of_its_own() throws Exception {
    Certificates own = made("parks-map");
    Program program = program(own);
    Certificates next = made("localhost");
    try {
      Certificates.replace(OWN, next.keyPem() + next.pem());
      awaitDesk(next);

      assertThat(
              credentials(new Connection(own.showingTo(next), ELSEWHERE, List.of()), program)
                  .status())
          .isEqualTo(200);
    } finally {
      Certificates.replace(OWN, DESK.keyPem() + DESK.pem());
      awaitDesk(DESK);
    }
  }

  // ---- behind a proxy
  // ----------------------------------------------------------------------------

  @Test
  void a_proxy_that_ends_tls_says_what_was_shown_to_it() throws Exception {
    Certificates own = made("parks-map");
    Program program = program(own);

    assertThat(parks(access(credentials(throughProxy(own), program))).status()).isEqualTo(200);
    refused(credentials(throughProxy(ANOTHERS), program));
  }

  @Test
  void whoever_is_no_proxy_forges_a_certificate_in_vain() throws Exception {
    Certificates own = made("parks-map");
    Program program = program(own);
    Connection forging = showingNone().with("Client-Cert", field(own));

    refused(credentials(forging, program));
    refused(credentials(forging.with("X-Forwarded-For", PROXY), program));
    refused(credentials(forging.with("Forwarded", "for=" + PROXY), program));
    refused(credentials(showing(ANOTHERS).with("Client-Cert", field(own)), program));
    assertThat(credentials(showing(own).with("Client-Cert", field(ANOTHERS)), program).status())
        .isEqualTo(200);
  }

  @Test
  void the_certificate_of_a_proxy_is_not_that_of_who_comes_through_it() throws Exception {
    Certificates own = made("proxy");
    Program program = program(own);

    refused(credentials(new Connection(own.showingTo(DESK), PROXY, List.of()), program));
  }

  @Test
  void of_two_certificates_that_a_proxy_sends_neither_is_taken() throws Exception {
    Certificates own = made("parks-map");
    Program program = program(own);

    refused(credentials(throughProxy(own).with("Client-Cert", field(own)), program));
    refused(
        credentials(
            new Connection(DESK.trusting(), PROXY, List.of())
                .with("Client-Cert", field(own) + ", " + field(own)),
            program));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "::", ":AAAA:", "AAAA", ":A:", ":not base64!:", "\"text\""})
  void a_field_that_is_no_certificate_shows_none(String field) throws Exception {
    Program program = program(made("parks-map"));

    refused(
        credentials(
            new Connection(DESK.trusting(), PROXY, List.of()).with("Client-Cert", field), program));
  }

  // ---- what is said of it
  // ------------------------------------------------------------------------

  @Test
  void the_metadata_names_it() throws Exception {
    Answer metadata = sent("/.well-known/oauth-authorization-server");

    for (String endpoint : List.of("token", "introspection", "revocation")) {
      assertThat(metadata.body().at("/" + endpoint + "_endpoint_auth_methods_supported").toString())
          .contains("\"self_signed_tls_client_auth\"")
          .doesNotContain("\"tls_client_auth\"");
    }
    assertThat(metadata.body().has("tls_client_certificate_bound_access_tokens")).isFalse();
  }

  @Test
  void its_owner_reads_the_certificates_back() throws Exception {
    Certificates own = made("parks-map");
    Program program = program(own);

    Answer said = send("GET", client(program.of()), program.of().token(), null);

    assertThat(said.at("/authentication")).isEqualTo("self-signed-tls-client-auth");
    assertThat(said.at("/certificates/0")).isEqualTo(own.pem());
    assertThat(
            send("PUT", client(program.of()), program.of().token(), said.body(), "If-Match", "*")
                .status())
        .isEqualTo(200);
  }

  @Test
  void what_is_no_certificate_to_be_known_by_is_refused_by_its_field() throws Exception {
    Reuser reuser = reuser();
    Certificates own = made("parks-map");
    Map<List<String>, String> wrong = new LinkedHashMap<>();
    wrong.put(List.of(), "/certificates");
    wrong.put(List.of("no certificate"), "/certificates/0");
    wrong.put(List.of(own.pem(), own.pem() + ANOTHERS.pem()), "/certificates/1");
    wrong.put(List.of(own.pem().replace("MII", "XII").replace("MIIB", "XIIB")), "/certificates/0");
    wrong.put(List.of(own.pem() + own.keyPem()), "/certificates/0");
    wrong.put(List.of(Certificates.weak("weak", FOLDER).pem()), "/certificates/0");
    wrong.put(List.of(Certificates.thatEnded("old", FOLDER).pem()), "/certificates/0");
    wrong.put(List.of("x".repeat(20_000)), "/certificates/0");
    wrong.put(Collections.nCopies(11, own.pem()), "/certificates");

    for (Map.Entry<List<String>, String> one : wrong.entrySet()) {
      Answer answer = put(reuser, "self-signed-tls-client-auth", one.getKey());
      assertThat(answer.status()).as(answer.raw().body()).isEqualTo(422);
      assertThat(answer.at("/errors/0/pointer")).isEqualTo(one.getValue());
    }
    Answer beside = put(reuser, "secret", List.of(own.pem()));
    assertThat(beside.status()).isEqualTo(422);
    assertThat(beside.at("/errors/0/pointer")).isEqualTo("/certificates");
  }

  @Test
  void a_program_registers_itself_with_a_certificate_in_its_key_set() throws Exception {
    Certificates own = made("registered");
    String person = register(UUID.randomUUID() + "@example.org");
    Map<String, Object> metadata =
        Map.of(
            "client_name",
            "Parks map",
            "grant_types",
            List.of("client_credentials"),
            "token_endpoint_auth_method",
            "self_signed_tls_client_auth");

    Answer without = send("POST", "/clients", person, metadata);
    Answer made = send("POST", "/clients", person, with(metadata, key(own, true)));
    Answer bare = send("POST", "/clients", person, with(metadata, key(own, false)));

    assertThat(without.status()).isEqualTo(400);
    assertThat(without.at("/error")).isEqualTo("invalid_client_metadata");
    assertThat(bare.at("/error_description")).contains("x5c");
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    assertThat(made.body().has("client_secret")).isFalse();
    assertThat(made.at("/jwks/keys/0/x5c/0"))
        .isEqualTo(Base64.getEncoder().encodeToString(own.certificate().getEncoded()));
    Program registered = new Program(new Reuser("", ""), made.at("/client_id"), "");
    // It has no agreement yet, and is known all the same.
    assertThat(
            form(
                    showing(own),
                    "/oauth2/introspect",
                    Map.of("client_id", registered.id(), "token", "none"))
                .json()
                .toString())
        .isEqualTo("{\"active\":false}");
  }

  // ---- how it is done
  // ----------------------------------------------------------------------------

  @Override
  String desk() {
    return "https://localhost:" + environment.getProperty("local.server.port");
  }

  @Override
  HttpClient calling() {
    return HttpClient.newBuilder().sslContext(trusting()).build();
  }

  private static SSLContext trusting() {
    try {
      return DESK.trusting();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory(
          Files.createDirectories(Path.of("target/test-certificates")), "made");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Certificates made(String name) {
    try {
      return Certificates.forHost(name, FOLDER);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the desk shows this certificate. */
  private void awaitDesk(Certificates wanted) throws Exception {
    Connection trusting = new Connection(wanted.trusting(), ELSEWHERE, List.of());
    await("the desk takes it up")
        .atMost(Duration.ofSeconds(30))
        .ignoreException(SSLHandshakeException.class)
        .until(() -> form(trusting, "/oauth2/token", Map.of()).status() > 0);
  }

  private Program program(Certificates... shown) throws Exception {
    Program program = program(Map.of("authentication", "secret"), FOR_ITSELF);
    profile(program, FOR_ITSELF, shown);
    return program;
  }

  private Program program(Map<String, Object> method, Map<String, Object> rest) throws Exception {
    String token = register(UUID.randomUUID() + "@example.org");
    Answer made = send("POST", "/applications", token, Map.of("name", "Parks map"));
    Reuser reuser = new Reuser(token, made.at("/application/id"));
    submitted(reuser, automatic);
    Map<String, Object> profile = new HashMap<>(rest);
    profile.putAll(method);
    Answer set = send("PUT", client(reuser), token, profile, "If-Match", "*");
    assertThat(set.status()).as(set.raw().body()).isEqualTo(200);
    return new Program(reuser, made.at("/clientId"), made.at("/clientSecret"));
  }

  private void profile(Program program, Map<String, Object> rest, Certificates... shown)
      throws Exception {
    Map<String, Object> profile = new HashMap<>(rest);
    profile.put("authentication", "self-signed-tls-client-auth");
    List<String> pems = new ArrayList<>();
    for (Certificates one : shown) {
      pems.add(one.pem());
    }
    profile.put("certificates", pems);
    Answer set = send("PUT", client(program.of()), program.of().token(), profile, "If-Match", "*");
    assertThat(set.status()).as(set.raw().body()).isEqualTo(200);
  }

  private Answer put(Reuser reuser, String authentication, List<String> certificates)
      throws Exception {
    Map<String, Object> profile = new HashMap<>(FOR_ITSELF);
    profile.put("authentication", authentication);
    profile.put("certificates", certificates);
    return send("PUT", client(reuser), reuser.token(), profile, "If-Match", "*");
  }

  private static String client(Reuser reuser) {
    return "/applications/" + reuser.application() + "/client";
  }

  private static Map<String, Object> key(Certificates of, boolean withCertificate)
      throws Exception {
    JWK key =
        new ECKey.Builder(Curve.P_384, (ECPublicKey) of.certificate().getPublicKey())
            .x509CertChain(
                List.of(com.nimbusds.jose.util.Base64.encode(of.certificate().getEncoded())))
            .build();
    Map<String, Object> set = new JWKSet(key).toJSONObject();
    if (!withCertificate) {
      Map<String, Object> bare = new HashMap<>(key.toJSONObject());
      bare.remove("x5c");
      set.put("keys", List.of(bare));
    }
    return set;
  }

  private static Map<String, Object> with(Map<String, Object> metadata, Map<String, Object> keys) {
    Map<String, Object> more = new HashMap<>(metadata);
    more.put("jwks", keys);
    return more;
  }

  private static Connection showing(Certificates own) throws Exception {
    return new Connection(own.showingTo(DESK), ELSEWHERE, List.of());
  }

  private static Connection showingNone() throws Exception {
    return new Connection(DESK.trusting(), ELSEWHERE, List.of());
  }

  private static Connection throughProxy(Certificates shown) throws Exception {
    return new Connection(DESK.trusting(), PROXY, List.of()).with("Client-Cert", field(shown));
  }

  /** As a proxy writes it (RFC 9440 §2.2). */
  private static String field(Certificates shown) throws Exception {
    return ":" + Base64.getEncoder().encodeToString(shown.certificate().getEncoded()) + ":";
  }

  private static String basic(Program program) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((program.id() + ":" + program.secret()).getBytes(UTF_8));
  }

  private Caller.Answer credentials(Connection connection, Program program) throws Exception {
    return form(
        connection,
        "/oauth2/token",
        Map.of("grant_type", "client_credentials", "client_id", program.id()));
  }

  private Caller.Answer form(Connection connection, String path, Map<String, String> fields)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(desk() + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                BodyPublishers.ofString(
                    fields.entrySet().stream()
                        .map(
                            field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                        .collect(Collectors.joining("&"))));
    for (int i = 0; i < connection.fields().size(); i += 2) {
      request.header(connection.fields().get(i), connection.fields().get(i + 1));
    }
    try (HttpClient client =
        HttpClient.newBuilder()
            .sslContext(connection.tls())
            .localAddress(InetAddress.ofLiteral(connection.from()))
            .build()) {
      HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString(UTF_8));
      return new Caller.Answer(answer.statusCode(), answer.headers().map(), answer.body());
    }
  }

  private Answer sent(String path) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(desk() + path)).build(), BodyHandlers.ofString());
    JsonNode body = JSON.readTree(answer.body());
    return new Answer(answer.statusCode(), answer, body);
  }

  private static void refused(Caller.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(401);
    assertThat(error(answer)).isEqualTo("invalid_client");
  }

  private static String access(Caller.Answer given) {
    assertThat(given.status()).as(given.text()).isEqualTo(200);
    return given.json().at("/access_token").asString();
  }

  private static String error(Caller.Answer answer) {
    return answer.json().at("/error").asString();
  }

  private Caller.Answer parks(String token) {
    return Caller.bearing(token)
        .get(URI.create("http://127.0.0.1:" + gate.port() + "/rennes/parks"));
  }
}
