package org.octroi.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.Schemathesis.Bounds;
import org.octroi.testing.Schemathesis.Outcome;
import org.octroi.testing.StartedOctroi;
import tools.jackson.databind.JsonNode;

/**
 * The API of the started program under requests that are made up; {@code bench/drill fuzz} makes up
 * more of them.
 */
class FuzzedApiIT {

  private static final long SEED = 20261127;

  /** What covers the parameters of each operation, with all callers in turns. */
  private static final Bounds SHORT = new Bounds("coverage", 1, 0, SEED);

  @TempDir private static Path folder;
  private static StartedOctroi octroi;
  private static FuzzedDesk desk;

  @BeforeAll
  static void a_desk_with_something_of_everything() {
    octroi = StartedOctroi.in(folder, FuzzedDesk.ARGUMENTS);
    desk = new FuzzedDesk(octroi);
  }

  @AfterAll
  static void stop() {
    octroi.close();
  }

  @Test
  void every_operation_answers_every_caller_as_the_description_says() throws Exception {
    Outcome outcome = desk.fuzz(desk.callers(), SHORT, folder.resolve("fuzz"));
    assertThat(outcome.breaks()).as(outcome.words()).isZero();
    assertThat(outcome.callers()).containsOnlyKeys(desk.callers());
    assertThat(outcome.callers())
        .allSatisfy(
            (caller, tally) -> {
              assertThat(tally.faults()).as(outcome.words()).isZero();
              // One with little to be made up for comes round to some of the callers.
              assertThat(tally.operations()).isGreaterThan(120);
              assertThat(tally.answered()).isPositive();
            });
  }

  @Test
  void request_that_cannot_be_read_is_a_problem_of_the_caller() {
    Caller reuser = desk.anotherReuser().desk();
    for (String path :
        List.of(
            "/api/v1/territories?=5",
            "/api/v1/statistics/top?%C2%82=5",
            "/api/v1/territories/%5C")) {
      Answer answer = reuser.get(octroi.desk(path));
      assertThat(answer.status()).as(path).isEqualTo(400);
      assertThat(answer.problem()).as(path).isEqualTo("malformed-request");
      assertThat(answer.header("Content-Type")).as(path).startsWith("application/problem+json");
    }
  }

  @Test
  void pushed_request_of_nobody_is_refused() {
    Answer answer =
        Caller.anybody().postForm(octroi.desk("/oauth2/par"), Map.of("state", "anywhere"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").asString()).isEqualTo("invalid_client");
  }

  @Test
  void parameter_given_twice_is_refused_wherever_programs_send_forms() {
    Story.Reuser reuser = desk.anotherReuser();
    for (String path : Forms.ADDRESSES) {
      Answer answer =
          reuser.formAnswer(path, "grant_type=authorization_code&code=one&code=another");
      assertThat(answer.status()).as(path).isEqualTo(400);
      assertThat(answer.json().path("error").asString()).as(path).isEqualTo("invalid_request");
    }
  }

  @Test
  void description_has_one_shape_for_each_class_and_says_what_may_be_null() {
    JsonNode shapes = send("/api/v1/openapi.json").json().path("components").path("schemas");
    assertThat(shapes.has("Registration")).isFalse();
    assertThat(shapes.at("/PeopleRegistration/properties/reuserKind/type").asString())
        .isEqualTo("string");
    assertThat(shapes.at("/IssuerRegistration/properties/url/type").asString()).isEqualTo("string");
    assertThat(shapes.at("/ApplicationView/properties/contact/type").toString()).contains("null");
    assertThat(shapes.at("/ApplicationView/required").toString())
        .contains("clientId")
        .doesNotContain("contact");
  }

  private static Answer send(String path) {
    return Caller.anybody().get(octroi.desk(path));
  }

  @Test
  void authorization_server_refuses_any_form_without_a_fault() {
    Story.Reuser reuser = desk.anotherReuser();
    Forms forms = new Forms(reuser.clientId(), new Random(SEED));
    for (String path : Forms.ADDRESSES) {
      for (int i = 0; i < 120; i++) {
        String form = forms.next();
        Answer answer =
            i % 2 == 0
                ? reuser.formAnswer(path, form)
                : Caller.anybody()
                    .postText(octroi.desk(path), "application/x-www-form-urlencoded", form);
        assertThat(answer.status()).as("%s %s: %s", path, form, answer.text()).isBetween(200, 499);
        if (!answer.text().isEmpty()) {
          assertThat(answer.header("Content-Type")).as("%s %s", path, form).contains("json");
        }
      }
    }
  }

  /** Forms with fields and values that mean something there, and some that mean nothing. */
  private static final class Forms {

    static final List<String> ADDRESSES =
        List.of(
            "/oauth2/token",
            "/oauth2/introspect",
            "/oauth2/revoke",
            "/oauth2/par",
            "/oauth2/device_authorization");

    private static final List<String> FIELDS =
        List.of(
            "grant_type",
            "scope",
            "client_id",
            "client_secret",
            "client_assertion",
            "client_assertion_type",
            "code",
            "code_verifier",
            "redirect_uri",
            "refresh_token",
            "device_code",
            "user_code",
            "token",
            "token_type_hint",
            "subject_token",
            "subject_token_type",
            "actor_token",
            "audience",
            "resource",
            "authorization_details",
            "response_type",
            "request_uri",
            "request",
            "state",
            "code_challenge",
            "code_challenge_method",
            "prompt",
            "nonce",
            "dpop_jkt");

    private final List<String> values;
    private final Random random;

    Forms(String clientId, Random random) {
      this.random = random;
      this.values =
          List.of(
              clientId,
              "client_credentials",
              "authorization_code",
              "refresh_token",
              "urn:ietf:params:oauth:grant-type:device_code",
              "urn:ietf:params:oauth:grant-type:token-exchange",
              "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
              "urn:ietf:params:oauth:token-type:access_token",
              "urn:ietf:params:oauth:request_uri:nowhere",
              "octroi:bordeaux/presence:read",
              "openid octroi:desk",
              "[{\"type\":\"octroi-access\",\"dataset\":\"bordeaux/presence\"}]",
              "[{\"type\":",
              "{}",
              "[null]",
              "null",
              "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
              "eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
              "...",
              "octr_0",
              "octd_0",
              "https://example.org/back",
              "http://[::1",
              "code",
              "S256",
              "none",
              "-1",
              "1e999",
              " ",
              "");
    }

    /** Up to eight fields, now and then one of them twice or broken. */
    String next() {
      StringBuilder form = new StringBuilder();
      int fields = random.nextInt(9);
      for (int i = 0; i < fields; i++) {
        form.append(i == 0 ? "" : "&").append(FIELDS.get(random.nextInt(FIELDS.size())));
        form.append('=').append(URLEncoder.encode(value(), UTF_8));
      }
      if (random.nextInt(3) > 0) {
        form.append("&grant_type=")
            .append(URLEncoder.encode(values.get(1 + random.nextInt(5)), UTF_8));
      }
      return random.nextInt(20) == 0 ? form + "&=%zz" : form.toString();
    }

    private String value() {
      if (random.nextInt(4) > 0) {
        return values.get(random.nextInt(values.size()));
      }
      return random
          .ints(random.nextInt(40), 0, Character.MAX_CODE_POINT + 1)
          .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();
    }
  }
}
