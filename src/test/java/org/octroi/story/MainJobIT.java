package org.octroi.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.StartedOctroi;
import tools.jackson.databind.JsonNode;

/** The main job, end to end, on the demo's two territories. */
class MainJobIT {

  private static StartedOctroi octroi;
  private static Story story;

  @BeforeAll
  static void start(@TempDir Path folder) {
    octroi = StartedOctroi.in(folder);
    story = new Story(octroi);
  }

  @AfterAll
  static void stop() {
    octroi.close();
  }

  @Test
  void the_curl_of_the_start_screen_works_as_pasted() {
    Answer answer = Caller.anybody().get(URI.create(octroi.curlAddress().orElseThrow()));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().isEmpty()).isFalse();
  }

  @Test
  void an_anonymous_answer_carries_licence_source_last_update_and_rate() {
    Answer answer = Caller.anybody().get(octroi.gate("/rennes/bus-stops?limit=1"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Link")).contains("rel=\"license\"").contains("rel=\"describedby\"");
    assertThat(answer.header("Octroi-Attribution") + answer.header("Octroi-Attribution*"))
        .contains("STAR");
    assertThat(answer.header("Last-Modified")).isNotEmpty();
    assertThat(answer.header("RateLimit")).contains("\"day\";r=");
    assertThat(answer.header("RateLimit-Policy")).contains("\"day\";q=");
    assertThat(answer.header("Octroi-Request")).isNotEmpty();
  }

  @Test
  void one_agreement_opens_api_table_and_file_and_its_revocation_closes_all_three_at_once() {
    Story.Reuser reuser = story.aReuser("three-doors");
    JsonNode agreement =
        reuser.withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
    String token = reuser.token();
    List<URI> doors =
        List.of(
            octroi.gate("/bordeaux/presence/api?limit=3"),
            octroi.gate("/bordeaux/presence/table?limit=3"),
            octroi.gate("/bordeaux/presence/file"));
    for (URI door : doors) {
      Answer open = Caller.bearing(token).get(door);
      assertThat(open.status()).as(door + "\n" + open.text()).isEqualTo(200);
      assertThat(open.header("Octroi-Agreement")).isEqualTo(agreement.path("number").asString());
    }

    Answer revocation =
        story
            .aReviewerOf("bordeaux", "garonne-presence")
            .post(
                octroi.desk("/api/v1/agreements/" + agreement.path("id").asString() + "/revoke"),
                Map.of("ground", "terms-breached"));
    assertThat(revocation.status()).as(revocation.text()).isEqualTo(200);

    Instant revoked = Instant.now();
    for (URI door : doors) {
      Answer closed = Caller.bearing(token).get(door);
      assertThat(closed.status()).isEqualTo(403);
      assertThat(closed.problem()).isEqualTo("agreement-revoked");
    }
    assertThat(Duration.between(revoked, Instant.now())).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void the_token_endpoint_says_of_itself_what_it_does_and_no_more() {
    Answer metadata = Caller.anybody().get(octroi.desk("/.well-known/oauth-authorization-server"));
    assertThat(metadata.status()).as(metadata.text()).isEqualTo(200);
    assertThat(metadata.json().path("issuer").asString()).isEqualTo(octroi.desk("").toString());
    assertThat(metadata.json().path("grant_types_supported").toString())
        .isEqualTo(
            "[\"client_credentials\",\"authorization_code\",\"refresh_token\","
                + "\"urn:ietf:params:oauth:grant-type:device_code\","
                + "\"urn:ietf:params:oauth:grant-type:token-exchange\"]");
    assertThat(metadata.text()).doesNotContain("registration", "userinfo", "tls_client");
    Answer keys = Caller.anybody().get(URI.create(metadata.json().path("jwks_uri").asString()));
    assertThat(keys.json().path("keys").size()).isEqualTo(1);
    assertThat(keys.text()).as("the public half only").doesNotContain("\"d\"", "\"p\"");
  }

  @Test
  void a_token_that_was_given_back_opens_nothing_while_the_next_one_does() {
    Story.Reuser reuser = story.aReuser("given-back");
    reuser.withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
    String token = reuser.token();
    URI door = octroi.gate("/bordeaux/presence/api?limit=1");
    assertThat(Caller.bearing(token).get(door).status()).isEqualTo(200);

    assertThat(reuser.formAnswer("/oauth2/revoke", "token=" + token).status()).isEqualTo(200);

    Answer closed = Caller.bearing(token).get(door);
    assertThat(closed.status()).isEqualTo(401);
    assertThat(closed.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    assertThat(reuser.formAnswer("/oauth2/introspect", "token=" + token).text())
        .isEqualTo("{\"active\":false}");
    assertThat(Caller.bearing(reuser.token()).get(door).status()).isEqualTo(200);
  }

  @Test
  void a_token_is_given_for_the_gate_alone_and_for_scopes_that_agreements_give() {
    Story.Reuser reuser = story.aReuser("scopes");
    reuser.withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
    String form = "grant_type=client_credentials";
    assertThat(reuser.tokenAnswer(form + "&resource=https%3A%2F%2Felsewhere.example").text())
        .contains("invalid_target");
    assertThat(reuser.tokenAnswer(form + "&scope=octroi%3Abordeaux%2Fbike-racks%3Aread").text())
        .contains("invalid_scope");

    Answer read = reuser.tokenAnswer(form + "&scope=octroi%3Abordeaux%2Fpresence%3Aread");
    assertThat(read.status()).as(read.text()).isEqualTo(200);
    String token = read.json().path("access_token").asString();
    assertThat(Caller.bearing(token).get(octroi.gate("/bordeaux/presence/api?limit=1")).status())
        .isEqualTo(200);
    assertThat(Caller.bearing(token).get(octroi.gate("/bordeaux/presence/file")).status())
        .as("a token for reading does not download")
        .isEqualTo(403);
  }

  @Test
  void the_lower_tier_sees_fewer_columns_and_rows_in_api_table_and_file() {
    Story.Reuser reuser = story.aReuser("lower-tier");
    reuser.withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
    for (String door : List.of("api", "table")) {
      Answer answer =
          Caller.bearing(reuser.token())
              .get(octroi.gate("/bordeaux/presence/" + door + "?limit=200"));
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.text()).doesNotContain("visitors").doesNotContain("Caudéran");
    }
    String file = Caller.bearing(reuser.token()).get(octroi.gate("/bordeaux/presence/file")).text();
    assertThat(file).doesNotContain("visitors").doesNotContain("Caudéran");
  }

  @Test
  void another_purpose_than_the_agreed_one_is_refused_with_its_reason() {
    Story.Reuser reuser = story.aReuser("other-purpose");
    reuser.withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
    Answer refused =
        Caller.bearing(reuser.token())
            .with("Octroi-Purpose", "Marketing")
            .with("Accept-Language", "fr")
            .get(octroi.gate("/bordeaux/presence/api"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.problem()).isEqualTo("purpose-not-agreed");
    assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
    assertThat(refused.json().path("next").asString("")).isNotEmpty();
  }

  @Test
  void a_reviewed_offer_waits_for_its_holder_who_approves() {
    Story.Reuser reuser = story.aReuser("reviewed");
    JsonNode request = reuser.submitted("bordeaux", "presence-pro", "ServiceProvision");
    assertThat(request.path("state").asString()).isEqualTo("submitted");
    assertThat(Caller.bearing(reuser.token()).get(octroi.gate("/bordeaux/presence/api")).problem())
        .isEqualTo("agreement-required");

    Caller reviewer = story.aReviewerOf("bordeaux", "garonne-presence");
    Answer approved =
        reviewer.post(
            octroi.desk("/api/v1/requests/" + request.path("id").asString() + "/approve"),
            Map.of());
    assertThat(approved.status()).as(approved.text()).isEqualTo(200);

    Answer served =
        Caller.bearing(reuser.token()).get(octroi.gate("/bordeaux/presence/table?limit=5"));
    assertThat(served.status()).as(served.text()).isEqualTo(200);
    assertThat(served.header("Octroi-Tier")).isEqualTo("pro");
  }

  @Test
  void a_reviewed_offer_is_refused_with_a_ground_and_names_the_redress() {
    Story.Reuser reuser = story.aReuser("refused");
    JsonNode request = reuser.submitted("bordeaux", "presence-pro", "ServiceProvision");
    Answer refused =
        story
            .aReviewerOf("bordeaux", "garonne-presence")
            .post(
                octroi.desk("/api/v1/requests/" + request.path("id").asString() + "/refuse"),
                Map.of("ground", "insufficient-information", "note", "Which service is it for?"));
    assertThat(refused.status()).as(refused.text()).isEqualTo(200);
    assertThat(refused.json().path("state").asString()).isEqualTo("refused");
    assertThat(refused.text()).contains("insufficient-information").containsIgnoringCase("redress");
  }

  @Test
  void every_passage_shows_to_its_holder_and_to_its_reuser_and_to_nobody_else() {
    Story.Reuser reuser = story.aReuser("measured");
    reuser.withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
    String token = reuser.token();
    for (int i = 0; i < 5; i++) {
      assertThat(
              Caller.bearing(token).get(octroi.gate("/bordeaux/presence/table?limit=1")).status())
          .isEqualTo(200);
    }
    Caller.bearing(token)
        .with("Octroi-Purpose", "Marketing")
        .get(octroi.gate("/bordeaux/presence/table"));

    Caller holder = story.aReviewerOf("bordeaux", "garonne-presence");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              JsonNode items =
                  holder
                      .get(
                          octroi.desk(
                              "/api/v1/statistics/breakdown?territory=bordeaux&dimension=application"))
                      .json()
                      .path("items");
              assertThat(requestsOf(items, reuser.applicationName())).isEqualTo(6);
            });
    for (String dimension : List.of("dataset", "purpose", "status")) {
      assertThat(
              holder
                  .get(
                      octroi.desk(
                          "/api/v1/statistics/breakdown?territory=bordeaux&dimension=" + dimension))
                  .json()
                  .path("items")
                  .isEmpty())
          .as(dimension)
          .isFalse();
    }
    JsonNode own =
        reuser
            .desk()
            .get(
                octroi.desk(
                    "/api/v1/statistics/breakdown?territory=bordeaux&dimension=application"))
            .json()
            .path("items");
    assertThat(own.size()).isEqualTo(1);
    assertThat(requestsOf(own, reuser.applicationName())).isEqualTo(6);

    Caller elsewhere = story.aReviewerOf("rennes", "rennes-metropole");
    Answer nothing =
        elsewhere.get(
            octroi.desk("/api/v1/statistics/breakdown?territory=bordeaux&dimension=application"));
    assertThat(nothing.status() == 403 || nothing.json().path("items").isEmpty()).isTrue();
  }

  @Test
  void an_auditor_lists_who_did_what() {
    story.aReuser("audited").withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
    Answer audit = story.anAuditor().get(octroi.desk("/api/v1/audit?limit=100"));
    assertThat(audit.status()).as(audit.text()).isEqualTo(200);
    assertThat(audit.text()).contains("agreement").contains("application");
    Answer verified = story.anAuditor().get(octroi.desk("/api/v1/audit/verify"));
    assertThat(verified.status()).isEqualTo(200);
  }

  private static long requestsOf(JsonNode items, String name) {
    for (JsonNode item : items) {
      if (item.toString().contains(name)) {
        return item.path("requests").asLong();
      }
    }
    return 0;
  }
}
