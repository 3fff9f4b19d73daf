package org.octroi.agreement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.gate.Gate;
import org.octroi.problem.PublicAddresses;
import org.octroi.testing.Browser;
import org.octroi.testing.Browser.Page;
import org.octroi.testing.Caller;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * How programs come to tokens, each grant from its first request to its end, and what RFC 9700 says
 * must not work. At a desk of its own, whose gate is open.
 */
@TestPropertySource(
    properties = {
      "octroi.data-folder=target/test-grants",
      "octroi.gate.port=0",
      "octroi.identity.client-registration=true",
      "spring.datasource.url=jdbc:h2:mem:grants;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class GrantStoryTest extends AtTheDesk {

  private static final String BACK = "https://app.example.org/back";
  private static final String READ = "octroi:rennes/parks:read";
  private static final String DOWNLOAD = "octroi:rennes/parks:download";
  private static final String VERIFIER = "a-verifier-that-nobody-else-knows-0123456789-abcdefgh";

  @Autowired private Gate gate;
  @Autowired private PublicAddresses addresses;

  /** A program, whose makers are a reuser with an agreement. */
  private record Program(Reuser of, String id, String secret) {

    Caller knowing() {
      return Caller.anybody()
          .with(
              "Authorization",
              "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8)));
    }
  }

  @BeforeAll
  void what_there_is_to_read() throws IOException {
    Path folder = Files.createDirectories(Path.of("target/test-grants/demo/files/files"));
    Files.writeString(folder.resolve("parks.csv"), "name\nThabor\n");
  }

  // ---- a person lets an application in
  // -----------------------------------------------------------

  @Test
  void somebody_lets_an_application_read_and_it_reads_at_the_gate() throws Exception {
    Program program = program("authorization-code");
    Browser somebody = somebody();

    Map<String, String> answer = allowed(somebody, program, DOWNLOAD);
    Caller.Answer given = redeem(program, code(answer), VERIFIER);

    assertThat(given.status()).as(given.text()).isEqualTo(200);
    assertThat(answer).containsEntry("state", "s-1").containsEntry("iss", issuer());
    assertThat(given.json().at("/token_type").asString()).isEqualTo("Bearer");
    assertThat(given.json().at("/scope").asString()).isEqualTo(DOWNLOAD);
    assertThat(given.json().at("/refresh_token").asString()).startsWith("octr_");
    assertThat(parks(access(given)).text()).isEqualTo("name\nThabor\n");
    JWTClaimsSet claims = SignedJWT.parse(access(given)).getJWTClaimsSet();
    assertThat(claims.getStringClaim("client_id")).isEqualTo(program.id());
    assertThat(claims.getSubject()).isNotEqualTo(program.id());
  }

  @Test
  void who_is_not_signed_in_signs_in_first_and_comes_back() throws Exception {
    Program program = program("authorization-code");
    String email = UUID.randomUUID() + "@example.org";
    register(email);
    Browser stranger = new Browser(desk(), "en");
    String asked = request(program, DOWNLOAD, Map.of());

    Page first = stranger.open(asked);
    assertThat(first.status()).isEqualTo(303);
    assertThat(first.location()).isEqualTo("/sign-in");
    Page signedIn = stranger.signIn(email, PASSWORD);

    assertThat(signedIn.location()).startsWith("/oauth2/authorize?").contains(program.id());
    assertThat(stranger.open(signedIn.location()).location()).contains("/my/consent?");
  }

  @Test
  void an_application_says_what_is_asked_in_words_of_the_desk() throws Exception {
    Program program = program("authorization-code");
    Browser somebody = somebody();

    Page page = somebody.open(consent(somebody, request(program, DOWNLOAD, Map.of())));

    assertThat(page.text()).contains("download rennes/parks at the gate", "Parks map", BACK);
    assertThat(page.raw().headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("form-action 'self' https://app.example.org;");
  }

  @Test
  void who_let_an_application_before_is_not_asked_again_unless_for_more() throws Exception {
    Program program = program("authorization-code");
    Browser somebody = somebody();
    allowed(somebody, program, DOWNLOAD);

    assertThat(somebody.open(request(program, DOWNLOAD, Map.of())).location())
        .startsWith(BACK + "?code=");
    assertThat(somebody.open(request(program, DOWNLOAD + " " + READ, Map.of())).location())
        .contains("/my/consent?");
  }

  @Test
  void who_refuses_lets_nothing_also_after_they_let_it_before() throws Exception {
    Program program = program("authorization-code");
    Browser somebody = somebody();

    Map<String, String> refused = refused(somebody, program, DOWNLOAD);
    allowed(somebody, program, DOWNLOAD);
    Map<String, String> refusedMore = refused(somebody, program, DOWNLOAD + " " + READ);

    assertThat(refused).containsEntry("error", "access_denied").containsEntry("iss", issuer());
    assertThat(refusedMore).containsEntry("error", "access_denied").doesNotContainKey("code");
  }

  @Test
  void nobody_answers_for_somebody_else() throws Exception {
    Program program = program("authorization-code");
    Browser somebody = somebody();
    Browser other = somebody();
    String page = consent(somebody, request(program, DOWNLOAD, Map.of()));
    Map<String, String> state = query(page);

    assertThat(other.open(page).status()).isEqualTo(410);
    Page answered = other.post("/oauth2/authorize", "none", answer(program, state, DOWNLOAD));
    Page forged =
        somebody.post(
            "/oauth2/authorize", "none", answer(program, Map.of("state", "made-up"), DOWNLOAD));

    assertThat(answered.status()).isEqualTo(400);
    assertThat(answered.location()).isEmpty();
    assertThat(forged.status()).isEqualTo(400);
  }

  // ---- what RFC 9700 says must not work
  // ----------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        BACK + "/",
        BACK + "?more=1",
        BACK + "/../evil",
        "https://app.example.org.evil.org/back",
        "https://evil.org/back",
        "http://app.example.org/back",
        "https://app.example.org/back#fragment",
        "https://app.example.org:8443/back",
        "javascript:alert(1)"
      })
  void nobody_is_sent_to_an_address_that_was_not_registered_as_it_is(String elsewhere)
      throws Exception {
    Program program = program("authorization-code");
    Browser somebody = somebody();

    Page page = somebody.open(request(program, DOWNLOAD, Map.of("redirect_uri", elsewhere)));

    assertThat(page.status()).isEqualTo(400);
    assertThat(page.location()).isEmpty();
    assertThat(page.text()).contains("nobody was sent anywhere");
  }

  @Test
  void the_page_of_a_refused_request_is_a_problem_to_a_program() throws Exception {
    Caller.Answer answer =
        Caller.anybody()
            .with("Accept", "application/json")
            .get(URI.create(desk() + "/oauth2/authorize?response_type=code&client_id=nobody"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/type").asString()).endsWith("/authorization-request-refused");
  }

  @Test
  void a_code_without_a_challenge_or_with_a_plain_one_is_not_to_be_had() throws Exception {
    Program program = program("authorization-code");
    Browser somebody = somebody();

    Map<String, String> none =
        query(
            somebody
                .open(without(request(program, DOWNLOAD, Map.of()), "code_challenge"))
                .location());
    Map<String, String> plain =
        query(
            somebody
                .open(request(program, DOWNLOAD, Map.of("code_challenge_method", "plain")))
                .location());

    assertThat(none).containsEntry("error", "invalid_request").containsEntry("iss", issuer());
    assertThat(plain).containsEntry("error", "invalid_request");
  }

  @Test
  void a_code_needs_its_verifier_and_its_own_client_and_address() throws Exception {
    Program program = program("authorization-code");
    Program other = program("authorization-code");
    Browser somebody = somebody();

    assertThat(error(redeem(program, code(allowed(somebody, program, DOWNLOAD)), "x".repeat(50))))
        .isEqualTo("invalid_grant");
    assertThat(
            error(
                form(
                    program.knowing(),
                    Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code(allowed(somebody, program, DOWNLOAD)),
                        "redirect_uri",
                        BACK))))
        .isEqualTo("invalid_grant");
    assertThat(error(redeem(other, code(allowed(somebody, program, DOWNLOAD)), VERIFIER)))
        .isEqualTo("invalid_grant");
    assertThat(
            error(
                form(
                    program.knowing(),
                    Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code(allowed(somebody, program, DOWNLOAD)),
                        "code_verifier",
                        VERIFIER,
                        "redirect_uri",
                        "https://app.example.org/other"))))
        .isEqualTo("invalid_grant");
  }

  @Test
  void a_code_that_comes_twice_ends_what_came_of_it() throws Exception {
    Program program = program("authorization-code");
    String code = code(allowed(somebody(), program, DOWNLOAD));
    Caller.Answer given = redeem(program, code, VERIFIER);
    assertThat(parks(access(given)).status()).isEqualTo(200);

    Caller.Answer again = redeem(program, code, VERIFIER);

    assertThat(error(again)).isEqualTo("invalid_grant");
    assertThat(parks(access(given)).status()).isEqualTo(401);
    assertThat(error(refresh(program, given))).isEqualTo("invalid_grant");
  }

  @Test
  void of_many_who_come_with_one_code_at_once_one_gets_tokens_at_most() throws Exception {
    Program program = program("authorization-code");
    String code = code(allowed(somebody(), program, DOWNLOAD));

    List<Integer> statuses = atOnce(6, () -> redeem(program, code, VERIFIER).status());

    assertThat(statuses.stream().filter(status -> status == 200).count()).isLessThanOrEqualTo(1);
    assertThat(statuses).allMatch(status -> status == 200 || status == 400);
  }

  @Test
  void each_refresh_token_is_good_once_and_a_copy_ends_the_family() throws Exception {
    Program program = program("authorization-code");
    Caller.Answer first = redeem(program, code(allowed(somebody(), program, DOWNLOAD)), VERIFIER);
    Caller.Answer second = refresh(program, first);
    assertThat(second.status()).as(second.text()).isEqualTo(200);
    assertThat(parks(access(second)).status()).isEqualTo(200);

    Caller.Answer copied = refresh(program, first);

    assertThat(error(copied)).isEqualTo("invalid_grant");
    assertThat(error(refresh(program, second))).isEqualTo("invalid_grant");
    assertThat(parks(access(first)).status()).isEqualTo(401);
    assertThat(parks(access(second)).status()).isEqualTo(401);
  }

  @Test
  void of_many_who_come_with_one_refresh_token_at_once_one_gets_tokens_at_most() throws Exception {
    Program program = program("authorization-code");
    Caller.Answer first = redeem(program, code(allowed(somebody(), program, DOWNLOAD)), VERIFIER);

    List<Integer> statuses = atOnce(6, () -> refresh(program, first).status());

    assertThat(statuses.stream().filter(status -> status == 200).count()).isLessThanOrEqualTo(1);
    assertThat(statuses).allMatch(status -> status == 200 || status == 400);
  }

  @Test
  void a_refresh_token_asks_for_no_more_than_was_let_and_is_its_clients_own() throws Exception {
    Program program = program("authorization-code");
    Program other = program("authorization-code");
    Caller.Answer first = redeem(program, code(allowed(somebody(), program, DOWNLOAD)), VERIFIER);

    assertThat(
            error(
                form(
                    program.knowing(),
                    Map.of(
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        first.json().at("/refresh_token").asString(),
                        "scope",
                        DOWNLOAD + " " + READ))))
        .isEqualTo("invalid_scope");
    assertThat(
            error(
                form(
                    other.knowing(),
                    Map.of(
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        first.json().at("/refresh_token").asString()))))
        .isEqualTo("invalid_grant");
  }

  @Test
  void a_refresh_token_that_is_given_back_ends_the_family() throws Exception {
    Program program = program("authorization-code");
    Caller.Answer first = redeem(program, code(allowed(somebody(), program, DOWNLOAD)), VERIFIER);

    Caller.Answer given =
        form(
            program.knowing(),
            "/oauth2/revoke",
            Map.of("token", first.json().at("/refresh_token").asString()));

    assertThat(given.status()).isEqualTo(200);
    assertThat(parks(access(first)).status()).isEqualTo(401);
    assertThat(error(refresh(program, first))).isEqualTo("invalid_grant");
  }

  @Test
  void what_is_not_agreed_is_not_asked_of_people() throws Exception {
    Program program = program("authorization-code");
    Browser somebody = somebody();

    for (String scope : List.of("octroi:rennes/nothing:read", "admin", "")) {
      assertThat(query(somebody.open(request(program, scope, Map.of())).location()))
          .as(scope)
          .containsEntry("error", "invalid_scope");
    }
    assertThat(query(somebody.open(request(program, "desk " + READ, Map.of())).location()))
        .containsEntry("error", "invalid_scope");
    assertThat(
            query(
                somebody
                    .open(request(program, READ, Map.of("resource", "https://elsewhere.org")))
                    .location()))
        .containsEntry("error", "invalid_target");
  }

  // ---- programs that can keep no secret
  // ----------------------------------------------------------

  @Test
  void an_open_program_gets_tokens_with_its_code_alone_and_refreshes_them() throws Exception {
    Program program =
        program(
            Map.of(
                "authentication",
                "none",
                "grants",
                List.of("authorization-code"),
                "redirectUris",
                List.of(BACK),
                "tokenFormat",
                "jwt"));
    Browser somebody = somebody();
    Map<String, String> fields =
        new HashMap<>(
            Map.of(
                "grant_type",
                "authorization_code",
                "client_id",
                program.id(),
                "code",
                code(allowed(somebody, program, DOWNLOAD)),
                "code_verifier",
                VERIFIER,
                "redirect_uri",
                BACK));

    Caller.Answer given = form(Caller.anybody(), fields);
    assertThat(given.status()).as(given.text()).isEqualTo(200);
    Caller.Answer second =
        form(
            Caller.anybody(),
            Map.of(
                "grant_type", "refresh_token",
                "client_id", program.id(),
                "refresh_token", given.json().at("/refresh_token").asString()));

    assertThat(second.status()).as(second.text()).isEqualTo(200);
    assertThat(parks(access(second)).status()).isEqualTo(200);
    // Anybody can pass for it, so people are asked each time.
    assertThat(somebody.open(request(program, DOWNLOAD, Map.of())).location())
        .contains("/my/consent?");
    assertThat(
            error(
                form(
                    Caller.anybody(),
                    Map.of("grant_type", "client_credentials", "client_id", program.id()))))
        .isEqualTo("invalid_client");
  }

  @Test
  void a_program_that_has_a_secret_must_show_it() throws Exception {
    Program program = program("authorization-code");

    assertThat(
            error(
                form(
                    Caller.anybody(),
                    Map.of(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        program.id(),
                        "code",
                        code(allowed(somebody(), program, DOWNLOAD)),
                        "code_verifier",
                        VERIFIER,
                        "redirect_uri",
                        BACK))))
        .isEqualTo("invalid_client");
    assertThat(
            error(
                form(
                    Caller.anybody(),
                    Map.of(
                        "grant_type",
                        "refresh_token",
                        "client_id",
                        program.id(),
                        "refresh_token",
                        "octr_x"))))
        .isEqualTo("invalid_client");
  }

  // ---- programs that sign
  // ------------------------------------------------------------------------

  @Test
  void a_program_shows_who_it_is_by_what_it_signs_and_each_time_anew() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k1").keyUse(KeyUse.SIGNATURE).generate();
    ECKey other = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    Program program =
        program(
            Map.of(
                "authentication",
                "private-key-jwt",
                "grants",
                List.of("client-credentials"),
                "jwks",
                new JWKSet(key.toPublicJWK()).toJSONObject(),
                "tokenFormat",
                "jwt"));
    String assertion = assertion(program, key, issuer(), 60);

    Caller.Answer given = signed(program, assertion);

    assertThat(given.status()).as(given.text()).isEqualTo(200);
    assertThat(parks(access(given)).status()).isEqualTo(200);
    assertThat(error(signed(program, assertion))).as("used before").isEqualTo("invalid_client");
    assertThat(error(signed(program, assertion(program, other, issuer(), 60))))
        .isEqualTo("invalid_client");
    assertThat(error(signed(program, assertion(program, key, "https://elsewhere.org", 60))))
        .isEqualTo("invalid_client");
    assertThat(error(signed(program, assertion(program, key, issuer(), 3600))))
        .isEqualTo("invalid_client");
    assertThat(error(signed(program, assertion(program, key, issuer(), -60))))
        .isEqualTo("invalid_client");
    assertThat(error(form(program.knowing(), Map.of("grant_type", "client_credentials"))))
        .as("its secret is good no more")
        .isEqualTo("invalid_client");
  }

  // ---- a device
  // ----------------------------------------------------------------------------------

  @Test
  void somebody_lets_a_device_in_from_another_screen() throws Exception {
    Program program = program("device-code");
    JsonNode shown = device(program, DOWNLOAD);
    assertThat(shown.at("/verification_uri").asString()).isEqualTo(issuer() + "/my/device");
    assertThat(error(poll(program, shown))).isEqualTo("authorization_pending");
    Browser somebody = somebody();

    Page done = answerDevice(somebody, program, shown, true);

    assertThat(done.location()).isEqualTo("/my/device?ended=done");
    Caller.Answer given = poll(program, shown);
    assertThat(given.status()).as(given.text()).isEqualTo(200);
    assertThat(parks(access(given)).status()).isEqualTo(200);
    assertThat(refresh(program, given).status()).isEqualTo(200);
    assertThat(error(poll(program, shown))).as("a second time").isNotBlank();
  }

  @Test
  void a_device_that_asks_again_at_once_is_told_to_slow_down_and_another_is_not() throws Exception {
    Program program = program("device-code");
    JsonNode shown = device(program, DOWNLOAD);
    JsonNode another = device(program, DOWNLOAD);

    assertThat(error(poll(program, shown))).isEqualTo("authorization_pending");
    assertThat(error(poll(program, shown))).isEqualTo("slow_down");

    assertThat(error(poll(program, another))).isEqualTo("authorization_pending");
  }

  @Test
  void a_device_that_is_refused_is_told_so() throws Exception {
    Program program = program("device-code");
    JsonNode shown = device(program, DOWNLOAD);

    Page refused = answerDevice(somebody(), program, shown, false);

    assertThat(refused.location()).isEqualTo("/my/device?ended=refused");
    assertThat(error(poll(program, shown))).isEqualTo("access_denied");
  }

  @Test
  void a_code_that_no_device_shows_is_said_to_be_unknown() throws Exception {
    Browser somebody = somebody();

    Page page =
        somebody.post("/oauth2/device_verification", "none", Map.of("user_code", "BCDF-GHJK"));

    assertThat(page.location()).isEqualTo("/my/device?ended=unknown");
    assertThat(somebody.open("/my/device?ended=unknown").text()).contains("No device waits");
    assertThat(new Browser(desk(), "en").open("/my/device").location()).isEqualTo("/sign-in");
  }

  // ---- pushed requests
  // ---------------------------------------------------------------------------

  @Test
  void a_request_is_pushed_first_and_its_address_is_good_once_for_its_client() throws Exception {
    Program program = program("authorization-code");
    Program other = program("authorization-code");
    Browser somebody = somebody();
    String pushed = pushed(program, DOWNLOAD).json().at("/request_uri").asString();
    String asked =
        "/oauth2/authorize?client_id=" + program.id() + "&request_uri=" + encoded(pushed);

    assertThat(somebody.open(asked.replace(program.id(), other.id())).status()).isEqualTo(400);
    String code = code(query(allow(somebody, program, somebody.open(asked), DOWNLOAD).location()));
    assertThat(redeem(program, code, VERIFIER).status()).isEqualTo(200);
    assertThat(somebody.open(asked).status()).isEqualTo(400);
    assertThat(error(pushed(program, "admin"))).isEqualTo("invalid_scope");
  }

  // ---- less for more
  // -----------------------------------------------------------------------------

  @Test
  void a_program_changes_a_token_for_one_that_may_do_less() throws Exception {
    Program program = program("client-credentials", "token-exchange");
    Program other = program("client-credentials", "token-exchange");
    String whole = access(form(program.knowing(), Map.of("grant_type", "client_credentials")));

    Caller.Answer less = exchange(program, whole, READ);

    assertThat(less.status()).as(less.text()).isEqualTo(200);
    assertThat(less.json().at("/scope").asString()).isEqualTo(READ);
    assertThat(less.json().at("/issued_token_type").asString())
        .isEqualTo("urn:ietf:params:oauth:token-type:access_token");
    assertThat(parks(access(less)).status()).as("it may not download").isEqualTo(403);
    assertThat(parks(whole).status()).isEqualTo(200);
    assertThat(SignedJWT.parse(access(less)).getJWTClaimsSet().getExpirationTime())
        .isBeforeOrEqualTo(SignedJWT.parse(whole).getJWTClaimsSet().getExpirationTime());
    assertThat(error(exchange(program, access(less), DOWNLOAD))).isEqualTo("invalid_scope");
    assertThat(error(exchange(other, whole, READ))).isEqualTo("invalid_grant");
    assertThat(error(exchange(program, "no token", READ))).isEqualTo("invalid_grant");
  }

  // ---- rich requests
  // -----------------------------------------------------------------------------

  @Test
  void a_token_is_bound_to_the_purpose_that_was_agreed() throws Exception {
    Program program = program("client-credentials");
    String details =
        "[{\"type\":\"octroi-access\",\"dataset\":\"rennes/parks\",\"actions\":[\"download\"],"
            + "\"purpose\":\"ServiceProvision\"}]";

    Caller.Answer given = detailed(program, details);

    assertThat(given.status()).as(given.text()).isEqualTo(200);
    assertThat(given.json().at("/authorization_details/0/dataset").asString())
        .isEqualTo("rennes/parks");
    JWTClaimsSet claims = SignedJWT.parse(access(given)).getJWTClaimsSet();
    assertThat(claims.getStringClaim("purpose")).isEqualTo("ServiceProvision");
    assertThat(claims.getStringClaim("scope")).isEqualTo(DOWNLOAD);
    assertThat(parks(access(given)).status()).isEqualTo(200);
    assertThat(
            Caller.bearing(access(given)).with("Octroi-Purpose", "Marketing").get(parks()).status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "{}",
        "[]",
        "[{\"type\":\"other\"}]",
        "[{\"type\":\"octroi-access\",\"dataset\":\"rennes/parks\"}]",
        "[{\"type\":\"octroi-access\",\"dataset\":\"rennes/parks\",\"actions\":[\"eat\"]}]",
        "[{\"type\":\"octroi-access\",\"dataset\":\"rennes/nothing\",\"actions\":[\"read\"]}]",
        "[{\"type\":\"octroi-access\",\"dataset\":\"rennes/parks\",\"actions\":[\"read\"],"
            + "\"purpose\":\"Marketing\"}]",
        "[{\"type\":\"octroi-access\",\"dataset\":\"rennes/parks\",\"actions\":[\"read\"],"
            + "\"purpose\":\"no such thing\"}]",
        "[{\"type\":\"octroi-access\",\"dataset\":\"rennes/parks\",\"actions\":[\"read\"],"
            + "\"privileges\":\"all\"}]"
      })
  void details_that_no_agreement_gives_are_refused(String details) throws Exception {
    assertThat(error(detailed(program("client-credentials"), details)))
        .isEqualTo("invalid_authorization_details");
  }

  // ---- at the desk
  // -------------------------------------------------------------------------------

  @Test
  void an_application_reads_at_the_desk_for_somebody_until_they_take_it_back() throws Exception {
    Program program = program("authorization-code");
    String email = UUID.randomUUID() + "@example.org";
    String own = register(email);
    Browser somebody = new Browser(desk(), "en");
    somebody.signIn(email, PASSWORD);
    Caller.Answer given = redeem(program, code(allowed(somebody, program, "desk:read")), VERIFIER);
    String token = access(given);

    assertThat(token).startsWith("octd_");
    assertThat(send("GET", "/me", token, null).at("/person/email")).isEqualTo(email);
    assertThat(send("POST", "/applications", token, Map.of("name", "x")).at("/type"))
        .endsWith("/reading-only");
    assertThat(parks(token).status()).as("it is not for the gate").isEqualTo(401);
    assertThat(introspected(program, token).at("/active").asBoolean()).isTrue();
    JsonNode let = send("GET", "/me/authorizations", own, null).body();
    assertThat(let.at("/items/0/application").asString()).isEqualTo(program.of().application());
    assertThat(let.at("/items/0/scopes/0").asString()).isEqualTo("desk:read");

    String withdraw = "/me/authorizations/" + program.of().application();
    assertThat(send("DELETE", withdraw, own, null).status()).isEqualTo(204);

    assertThat(send("GET", "/me", token, null).status()).isEqualTo(401);
    assertThat(introspected(program, token).at("/active").asBoolean()).isFalse();
    assertThat(error(refresh(program, given))).isEqualTo("invalid_grant");
    assertThat(send("DELETE", withdraw, own, null).status()).isEqualTo(404);
  }

  @Test
  void what_somebody_let_is_told_to_them_and_ends_with_their_account() throws Exception {
    Program program = program("authorization-code");
    String email = UUID.randomUUID() + "@example.org";
    String own = register(email);
    Browser somebody = new Browser(desk(), "en");
    somebody.signIn(email, PASSWORD);
    Caller.Answer desk = redeem(program, code(allowed(somebody, program, "desk")), VERIFIER);
    Caller.Answer gate = redeem(program, code(allowed(somebody, program, DOWNLOAD)), VERIFIER);
    assertThat(send("GET", "/me/export", own, null).raw().body()).contains("consents", DOWNLOAD);

    assertThat(send("DELETE", "/me", own, null).status()).isEqualTo(204);

    assertThat(send("GET", "/me", access(desk), null).status()).isEqualTo(401);
    assertThat(parks(access(gate)).status()).isEqualTo(401);
    assertThat(error(refresh(program, gate))).isEqualTo("invalid_grant");
  }

  @Test
  void a_token_for_the_gate_opens_nothing_at_the_desk() throws Exception {
    Program program = program("client-credentials");
    String token = access(form(program.knowing(), Map.of("grant_type", "client_credentials")));

    assertThat(send("GET", "/me", token, null).status()).isEqualTo(401);
  }

  // ---- who somebody is
  // ---------------------------------------------------------------------------

  @Test
  void an_id_token_says_who_it_is_and_opens_nothing() throws Exception {
    Program program = program("authorization-code");
    Browser somebody = somebody();
    Map<String, String> answer =
        query(
            allow(
                    somebody,
                    program,
                    somebody.open(request(program, "openid " + DOWNLOAD, Map.of("nonce", "n-1"))),
                    "openid",
                    DOWNLOAD)
                .location());

    Caller.Answer given = redeem(program, code(answer), VERIFIER);

    String id = given.json().at("/id_token").asString();
    JWTClaimsSet claims = SignedJWT.parse(id).getJWTClaimsSet();
    assertThat(claims.getAudience()).containsExactly(program.id());
    assertThat(claims.getStringClaim("nonce")).isEqualTo("n-1");
    assertThat(claims.getIssuer()).isEqualTo(issuer());
    assertThat(parks(id).status()).isEqualTo(401);
    Caller.Answer second = refresh(program, given);
    assertThat(second.status()).as(second.text()).isEqualTo(200);
    JWTClaimsSet again =
        SignedJWT.parse(second.json().at("/id_token").asString()).getJWTClaimsSet();
    assertThat(again.getSubject()).isEqualTo(claims.getSubject());
    assertThat(refresh(program, second).status()).isEqualTo(200);
    Caller.Answer discovery =
        Caller.anybody().get(URI.create(desk() + "/.well-known/openid-configuration"));
    assertThat(discovery.json().at("/issuer").asString()).isEqualTo(issuer());
    assertThat(discovery.text()).doesNotContain("userinfo", "end_session");
  }

  // ---- what is said of a program
  // -----------------------------------------------------------------

  @Test
  void what_does_not_go_together_is_refused_by_its_field() throws Exception {
    Reuser reuser = reuser();
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put(
        "{'authentication':'none','grants':['client-credentials'],'tokenFormat':'jwt'}", "/grants");
    wrong.put(
        "{'authentication':'secret','grants':['authorization-code'],'tokenFormat':'jwt'}",
        "/redirectUris");
    wrong.put(
        "{'authentication':'secret','grants':['client-credentials'],'redirectUris':['https://a.org/b'],'tokenFormat':'jwt'}",
        "/redirectUris");
    wrong.put(
        "{'authentication':'private-key-jwt','grants':['client-credentials'],'tokenFormat':'jwt'}",
        "/jwks");
    wrong.put(
        "{'authentication':'secret','grants':['client-credentials'],'jwks':{'keys':[]},'tokenFormat':'jwt'}",
        "/jwks");
    wrong.put(
        "{'authentication':'self-signed-tls-client-auth','grants':['client-credentials'],'certificates':[],'tokenFormat':'jwt'}",
        "/authentication");
    wrong.put(
        "{'authentication':'magic','grants':['client-credentials'],'tokenFormat':'jwt'}",
        "/authentication");
    wrong.put("{'authentication':'secret','grants':['password'],'tokenFormat':'jwt'}", "/grants/0");
    wrong.put(
        "{'authentication':'secret','grants':['client-credentials'],'tokenFormat':'saml'}",
        "/tokenFormat");
    for (String redirect :
        List.of(
            "http://app.org/b",
            "https://a.org/b#c",
            "app:/b",
            "no address",
            "https:///b",
            "https://u@a.org/b",
            "https://a.org/*")) {
      wrong.put(
          "{'authentication':'secret','grants':['authorization-code'],'redirectUris':['"
              + redirect
              + "'],'tokenFormat':'jwt'}",
          "/redirectUris/0");
    }
    for (Map.Entry<String, String> one : wrong.entrySet()) {
      Answer answer =
          send(
              "PUT",
              client(reuser),
              reuser.token(),
              JSON.readTree(one.getKey().replace('\'', '"')),
              "If-Match",
              "*");
      assertThat(answer.status()).as(one.getKey()).isEqualTo(422);
      assertThat(answer.at("/errors/0/pointer")).as(one.getKey()).isEqualTo(one.getValue());
    }
    for (String redirect :
        List.of(
            "https://a.org/b?c=d",
            "http://127.0.0.1:9000/b",
            "http://localhost/b",
            "org.example.app:/b")) {
      assertThat(
              send(
                      "PUT",
                      client(reuser),
                      reuser.token(),
                      Map.of(
                          "authentication",
                          "secret",
                          "grants",
                          List.of("authorization-code"),
                          "redirectUris",
                          List.of(redirect),
                          "tokenFormat",
                          "jwt"),
                      "If-Match",
                      "*")
                  .status())
          .as(redirect)
          .isEqualTo(200);
    }
  }

  @Test
  void a_private_key_is_never_taken() throws Exception {
    Reuser reuser = reuser();
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();

    Answer answer =
        send(
            "PUT",
            client(reuser),
            reuser.token(),
            Map.of(
                "authentication",
                "private-key-jwt",
                "grants",
                List.of("client-credentials"),
                "jwks",
                Map.of("keys", List.of(key.toJSONObject())),
                "tokenFormat",
                "jwt"),
            "If-Match",
            "*");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.raw().body())
        .contains("public keys only")
        .doesNotContain(key.getD().toString());
  }

  @Test
  void only_its_owner_says_how_an_application_comes_to_tokens() throws Exception {
    Reuser reuser = reuser();
    String stranger = register(UUID.randomUUID() + "@example.org");
    Answer usual = send("GET", client(reuser), reuser.token(), null);

    assertThat(usual.at("/authentication")).isEqualTo("secret");
    assertThat(usual.at("/grants/0")).isEqualTo("client-credentials");
    assertThat(send("GET", client(reuser), stranger, null).status()).isEqualTo(404);
    assertThat(send("PUT", client(reuser), stranger, usual.body(), "If-Match", "*").status())
        .isEqualTo(404);
    assertThat(
            send("PUT", client(reuser), reuser.token(), usual.body(), "If-Match", "\"7\"").status())
        .isEqualTo(412);
    assertThat(send("PUT", client(reuser), reuser.token(), usual.body()).status()).isEqualTo(428);
  }

  @Test
  void a_suspended_application_gets_nothing_of_what_it_was_let_do() throws Exception {
    Program program = program("authorization-code");
    Caller.Answer given = redeem(program, code(allowed(somebody(), program, DOWNLOAD)), VERIFIER);

    send(
        "POST",
        "/applications/" + program.of().application() + "/suspend",
        program.of().token(),
        null,
        "If-Match",
        "*");

    assertThat(error(refresh(program, given))).isEqualTo("invalid_client");
    assertThat(parks(access(given)).status()).isNotEqualTo(200);
  }

  // ---- how it is done
  // ----------------------------------------------------------------------------

  private Program program(String... grants) throws Exception {
    Map<String, Object> profile = new HashMap<>();
    profile.put("authentication", "secret");
    profile.put("grants", List.of(grants));
    profile.put("tokenFormat", "jwt");
    if (List.of(grants).contains("authorization-code")) {
      profile.put("redirectUris", List.of(BACK));
    }
    return program(profile);
  }

  private Program program(Map<String, Object> profile) throws Exception {
    String token = register(UUID.randomUUID() + "@example.org");
    Answer made = send("POST", "/applications", token, Map.of("name", "Parks map"));
    Reuser reuser = new Reuser(token, made.at("/application/id"));
    submitted(reuser, automatic);
    Answer set = send("PUT", client(reuser), token, profile, "If-Match", "*");
    assertThat(set.status()).as(set.raw().body()).isEqualTo(200);
    return new Program(reuser, made.at("/clientId"), made.at("/clientSecret"));
  }

  private static String client(Reuser reuser) {
    return "/applications/" + reuser.application() + "/client";
  }

  private Browser somebody() throws Exception {
    String email = UUID.randomUUID() + "@example.org";
    register(email);
    Browser browser = new Browser(desk(), "en");
    assertThat(browser.signIn(email, PASSWORD).status()).isEqualTo(303);
    return browser;
  }

  private String issuer() {
    return addresses.desk().publicUrl();
  }

  private static String request(Program program, String scope, Map<String, String> more)
      throws Exception {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("response_type", "code");
    fields.put("client_id", program.id());
    fields.put("redirect_uri", BACK);
    if (!scope.isEmpty()) {
      fields.put("scope", scope);
    }
    fields.put("state", "s-1");
    fields.put(
        "code_challenge",
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(UTF_8))));
    fields.put("code_challenge_method", "S256");
    fields.putAll(more);
    return "/oauth2/authorize?" + joined(fields);
  }

  private static String without(String address, String field) {
    return address.replaceAll("&" + field + "(_method)?=[^&]*", "");
  }

  private Map<String, String> allowed(Browser somebody, Program program, String scope)
      throws Exception {
    Page page = somebody.open(request(program, scope, Map.of()));
    if (page.location().startsWith(BACK)) {
      return query(page.location());
    }
    return query(allow(somebody, program, page, scope.split(" ")).location());
  }

  private static String code(Map<String, String> answer) {
    @Nullable String code = answer.get("code");
    assertThat(code).as(answer.toString()).isNotBlank();
    return String.valueOf(code);
  }

  private Map<String, String> refused(Browser somebody, Program program, String scope)
      throws Exception {
    return query(
        allow(somebody, program, somebody.open(request(program, scope, Map.of()))).location());
  }

  /** Answers the page of consent that a request led to; without scopes it is refused. */
  private static Page allow(Browser somebody, Program program, Page sent, String... scopes) {
    assertThat(sent.location()).as(sent.text()).contains("/my/consent?");
    String page = path(sent.location());
    assertThat(somebody.open(page).status()).isEqualTo(200);
    return somebody.post("/oauth2/authorize", "none", answer(program, query(page), scopes));
  }

  private static Map<String, String> answer(
      Program program, Map<String, String> asked, String... scopes) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("client_id", program.id());
    fields.put("state", String.valueOf(asked.get("state")));
    for (int i = 0; i < scopes.length; i++) {
      // A map has one value a name, and a form several.
      fields.put(i == 0 ? "scope" : "n=" + i + "&scope", scopes[i]);
    }
    return fields;
  }

  private static String consent(Browser somebody, String request) {
    Page page = somebody.open(request);
    assertThat(page.location()).as(page.text()).contains("/my/consent?");
    return path(page.location());
  }

  private static String path(String address) {
    URI uri = URI.create(address);
    return uri.getRawPath() + "?" + uri.getRawQuery();
  }

  private Caller.Answer redeem(Program program, String code, String verifier) {
    return form(
        program.knowing(),
        Map.of(
            "grant_type", "authorization_code",
            "code", code,
            "code_verifier", verifier,
            "redirect_uri", BACK));
  }

  private Caller.Answer refresh(Program program, Caller.Answer given) {
    return form(
        program.knowing(),
        Map.of(
            "grant_type",
            "refresh_token",
            "refresh_token",
            given.json().at("/refresh_token").asString()));
  }

  private Caller.Answer detailed(Program program, String details) {
    return form(
        program.knowing(),
        Map.of("grant_type", "client_credentials", "authorization_details", details));
  }

  private Caller.Answer exchange(Program program, String token, String scope) {
    return form(
        program.knowing(),
        Map.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token",
            token,
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
            "scope",
            scope));
  }

  private Caller.Answer pushed(Program program, String scope) throws Exception {
    return form(program.knowing(), "/oauth2/par", query(request(program, scope, Map.of())));
  }

  private JsonNode device(Program program, String scope) {
    Caller.Answer answer =
        form(program.knowing(), "/oauth2/device_authorization", Map.of("scope", scope));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private Caller.Answer poll(Program program, JsonNode shown) {
    return form(
        program.knowing(),
        Map.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:device_code",
            "device_code",
            shown.at("/device_code").asString()));
  }

  private static Page answerDevice(
      Browser somebody, Program program, JsonNode shown, boolean allow) {
    String code = shown.at("/user_code").asString();
    assertThat(somebody.open("/my/device").status()).isEqualTo(200);
    Page asked = somebody.post("/oauth2/device_verification", "none", Map.of("user_code", code));
    assertThat(asked.location()).as(asked.text()).contains("/my/consent?");
    String page = path(asked.location());
    assertThat(somebody.open(page).text()).contains(code);
    Map<String, String> fields = answer(program, query(page));
    fields.put("user_code", code);
    if (allow) {
      fields.put("scope", DOWNLOAD);
    }
    return somebody.post("/oauth2/device_verification", "none", fields);
  }

  private String assertion(Program program, ECKey key, String audience, long seconds)
      throws Exception {
    SignedJWT signed =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID(key.getKeyID())
                .type(JOSEObjectType.JWT)
                .build(),
            new JWTClaimsSet.Builder()
                .issuer(program.id())
                .subject(program.id())
                .audience(audience)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
                .build());
    signed.sign(new ECDSASigner(key));
    return signed.serialize();
  }

  private Caller.Answer signed(Program program, String assertion) {
    return form(
        Caller.anybody(),
        Map.of(
            "grant_type",
            "client_credentials",
            "client_id",
            program.id(),
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion",
            assertion));
  }

  private JsonNode introspected(Program program, String token) {
    return form(program.knowing(), "/oauth2/introspect", Map.of("token", token)).json();
  }

  private Caller.Answer form(Caller caller, Map<String, String> fields) {
    return form(caller, "/oauth2/token", fields);
  }

  private Caller.Answer form(Caller caller, String path, Map<String, String> fields) {
    return caller.postText(
        URI.create(desk() + path), "application/x-www-form-urlencoded", joined(fields));
  }

  private static String joined(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static Map<String, String> query(String address) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher pairs = Pattern.compile("[?&]([^=&]+)=([^&#]*)").matcher(address);
    while (pairs.find()) {
      fields.put(pairs.group(1), URLDecoder.decode(pairs.group(2), UTF_8));
    }
    return fields;
  }

  private static String access(Caller.Answer given) {
    assertThat(given.status()).as(given.text()).isEqualTo(200);
    return given.json().at("/access_token").asString();
  }

  private static String error(Caller.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isIn(400, 401);
    return answer.json().at("/error").asString();
  }

  private URI parks() {
    return URI.create("http://127.0.0.1:" + gate.port() + "/rennes/parks");
  }

  private Caller.Answer parks(String token) {
    return Caller.bearing(token).get(parks());
  }

  private interface Ask {
    int status();
  }

  private static List<Integer> atOnce(int times, Ask ask) throws Exception {
    List<Future<Integer>> answers = new ArrayList<>();
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(times)) {
      for (int i = 0; i < times; i++) {
        answers.add(threads.submit(ask::status));
      }
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get());
      }
    }
    return statuses;
  }
}
