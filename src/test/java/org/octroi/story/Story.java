package org.octroi.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.octroi.testing.Browser;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.StartedOctroi;
import tools.jackson.databind.JsonNode;

/** The people of a story, each made as they would make themselves: by the desk's API. */
final class Story {

  private static final String PASSWORD = "seven bridges over the Vilaine";

  private final StartedOctroi octroi;
  private final String operatorToken;

  /** Uses the one-time link of the start screen. */
  Story(StartedOctroi octroi) {
    this.octroi = octroi;
    Answer made =
        Caller.anybody()
            .post(
                octroi.desk("/api/v1/people/first-administrator"),
                Map.of(
                    "link",
                    octroi.administratorLink().orElseThrow(),
                    "email",
                    "operator@example.org",
                    "displayName",
                    "Operator",
                    "password",
                    PASSWORD));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    this.operatorToken = made.json().path("token").asString();
  }

  String operatorToken() {
    return operatorToken;
  }

  Caller operator() {
    return Caller.bearing(operatorToken);
  }

  /** Somebody new with a role at a holder. */
  Caller aReviewerOf(String territory, String holder) {
    return granted(Map.of("role", "holder-reviewer", "territory", territory, "holder", holder));
  }

  /** Somebody new who audits everything. */
  Caller anAuditor() {
    return granted(Map.of("role", "auditor"));
  }

  /** The personal token of somebody new with this role. */
  String tokenOf(Map<String, String> role) {
    JsonNode made = registered("staff-" + UUID.randomUUID() + "@example.org", "public-body");
    Map<String, String> grant = new java.util.HashMap<>(role);
    grant.put("person", made.path("person").path("id").asString());
    Answer granted = operator().post(octroi.desk("/api/v1/roles"), grant);
    assertThat(granted.status()).as(granted.text()).isEqualTo(201);
    return made.path("token").asString();
  }

  /** Somebody new who is signed in at the pages. */
  Browser atThePages() {
    String email = "person-" + UUID.randomUUID() + "@example.org";
    registered(email, "citizen");
    Browser browser = new Browser(octroi.desk("").toString(), "en");
    Browser.Page signedIn = browser.signIn(email, PASSWORD);
    assertThat(signedIn.status()).as(signedIn.text()).isEqualTo(303);
    return browser;
  }

  private Caller granted(Map<String, String> role) {
    return Caller.bearing(tokenOf(role));
  }

  private JsonNode registered(String email, String kind) {
    Answer made =
        Caller.anybody()
            .post(
                octroi.desk("/api/v1/people"),
                Map.of(
                    "email", email,
                    "displayName", "A person of the story",
                    "password", PASSWORD,
                    "reuserKind", kind));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    // No mail server is set, so an operator says that the address is theirs.
    Answer confirmed =
        operator()
            .post(
                octroi.desk(
                    "/api/v1/people/"
                        + made.json().path("person").path("id").asString()
                        + "/confirm-email"),
                Map.of());
    assertThat(confirmed.status()).as(confirmed.text()).isBetween(200, 299);
    return made.json();
  }

  /** A company that has registered itself and one application. */
  Reuser aReuser(String name) {
    String application = name + "-" + UUID.randomUUID().toString().substring(0, 8);
    String token = registered(application + "@example.org", "company").path("token").asString();
    Caller desk = Caller.bearing(token);
    Answer made = desk.post(octroi.desk("/api/v1/applications"), Map.of("name", application));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return new Reuser(token, application, made.json());
  }

  /** A reuser with one application. */
  final class Reuser {

    private final String deskToken;
    private final Caller desk;
    private final String applicationName;
    private final JsonNode application;

    private Reuser(String deskToken, String applicationName, JsonNode application) {
      this.deskToken = deskToken;
      this.desk = Caller.bearing(deskToken);
      this.applicationName = applicationName;
      this.application = application;
    }

    Caller desk() {
      return desk;
    }

    /** The personal token by which the reuser's programs call the desk. */
    String deskToken() {
      return deskToken;
    }

    String applicationName() {
      return applicationName;
    }

    String applicationId() {
      return application.path("application").path("id").asString();
    }

    String clientId() {
      return application.path("clientId").asString();
    }

    String clientSecret() {
      return application.path("clientSecret").asString();
    }

    /** Says how the application comes to its tokens. */
    Answer setClient(Map<String, Object> profile) {
      return desk.with("If-Match", "*")
          .put(
              octroi.desk(
                  "/api/v1/applications/"
                      + application.path("application").path("id").asString()
                      + "/client"),
              profile);
    }

    /** The request for an offer, with its terms read, accepted and submitted. */
    JsonNode submitted(String territory, String offerSlug, String... purposes) {
      JsonNode offer = offer(territory, offerSlug);
      Answer draft =
          desk.post(
              octroi.desk("/api/v1/requests"),
              Map.of(
                  "offer", offer.path("id").asString(),
                  "application", application.path("application").path("id").asString(),
                  "purposes", List.of(purposes),
                  "reuse", "A map of where people are, for the night bus."));
      assertThat(draft.status()).as(draft.text()).isEqualTo(201);
      Answer submitted =
          desk.post(
              octroi.desk("/api/v1/requests/" + draft.json().path("id").asString() + "/submit"),
              Map.of("acceptedTextSha256", offer.path("licence").path("textSha256").asString()));
      assertThat(submitted.status()).as(submitted.text()).isEqualTo(200);
      return submitted.json();
    }

    /** The agreement that an automatic offer gives at once. */
    JsonNode withAgreementOn(String territory, String offerSlug, String... purposes) {
      JsonNode request = submitted(territory, offerSlug, purposes);
      assertThat(request.path("state").asString()).isEqualTo("approved");
      Answer agreement =
          desk.get(octroi.desk("/api/v1/agreements/" + request.path("agreement").asString()));
      assertThat(agreement.status()).as(agreement.text()).isEqualTo(200);
      return agreement.json();
    }

    /** An access token by client credentials. */
    String token() {
      Answer answer = tokenAnswer("grant_type=client_credentials");
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      return answer.json().path("access_token").asString();
    }

    /** What the token endpoint answers to this form. */
    Answer tokenAnswer(String form) {
      return formAnswer("/oauth2/token", form);
    }

    /** What an address of the authorization server answers to this form of its program. */
    Answer formAnswer(String path, String form) {
      String credentials =
          URLEncoder.encode(clientId(), UTF_8) + ":" + URLEncoder.encode(clientSecret(), UTF_8);
      return Caller.anybody()
          .with(
              "Authorization",
              "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)))
          .postText(octroi.desk(path), "application/x-www-form-urlencoded", form);
    }
  }

  /** The published offer of this name, as the desk shows it. */
  JsonNode offer(String territory, String slug) {
    for (JsonNode dataset :
        Caller.anybody()
            .get(octroi.desk("/api/v1/territories/" + territory + "/datasets?limit=100"))
            .json()
            .path("items")) {
      JsonNode offers =
          Caller.anybody()
              .get(
                  octroi.desk(
                      "/api/v1/territories/"
                          + territory
                          + "/datasets/"
                          + dataset.path("slug").asString()
                          + "/offers"))
              .json()
              .path("items");
      for (JsonNode offer : offers) {
        if (offer.path("slug").asString().equals(slug)) {
          return Caller.anybody()
              .get(octroi.desk("/api/v1/offers/" + offer.path("id").asString()))
              .json();
        }
      }
    }
    throw new AssertionError("No offer " + slug + " in " + territory);
  }
}
