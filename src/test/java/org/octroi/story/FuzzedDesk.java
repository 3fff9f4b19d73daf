package org.octroi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.Schemathesis;
import org.octroi.testing.Schemathesis.Bounds;
import org.octroi.testing.Schemathesis.Outcome;
import org.octroi.testing.StartedOctroi;
import tools.jackson.databind.JsonNode;

/**
 * A desk with one person of each role and something of everything, for requests that are made up
 * from the description of its API.
 */
final class FuzzedDesk {

  /** Guesses are not slowed down as a whole, and programs may register themselves. */
  static final String[] ARGUMENTS = {
    "--octroi.identity.accounts-per-address=1000000", "--octroi.identity.client-registration=true"
  };

  /** Each would end the run itself: the caller's account, or the token that it calls with. */
  private static final List<String> ENDS_THE_RUN = List.of("eraseMe", "endPersonalTokens");

  /**
   * Where calls follow from the answers of others, the caller finds the roles of all people of the
   * run, and may end those that it is about.
   */
  private static final String ENDS_ROLES_THAT_ARE_FOUND = "endRole";

  private static final String NOBODY = "anonymous";
  private static final String TERRITORY = "bordeaux";
  private static final String PURPOSE = "ServiceProvision";

  /** The members of an offer as it is read that it is written with. */
  private static final List<String> OFFERED =
      List.of(
          "title",
          "licence",
          "tier",
          "purposes",
          "reuserKinds",
          "eligibility",
          "approval",
          "fee",
          "validity",
          "form");

  private final StartedOctroi octroi;
  private final Story story;
  private final Map<String, String> tokens = new LinkedHashMap<>();
  private final Map<String, List<String>> names = new HashMap<>();
  private final Map<String, Object> bodies = new HashMap<>();

  FuzzedDesk(StartedOctroi octroi) {
    this.octroi = octroi;
    this.story = new Story(octroi);
    String holder = first("/territories/" + TERRITORY + "/holders?limit=1").path("slug").asString();
    Story.Reuser reuser = story.aReuser("fuzzed");
    tokens.put(NOBODY, "");
    tokens.put("reuser", reuser.deskToken());
    tokens.put("editor", tokenAt("holder-editor", holder));
    tokens.put("reviewer", tokenAt("holder-reviewer", holder));
    tokens.put(
        "administrator",
        story.tokenOf(Map.of("role", "territory-administrator", "territory", TERRITORY)));
    tokens.put("operator", story.operatorToken());
    tokens.put("auditor", story.tokenOf(Map.of("role", "auditor")));
    things(reuser, holder);
  }

  /** The callers, by what they are. */
  List<String> callers() {
    return List.copyOf(tokens.keySet());
  }

  /** A reuser's application like any other, for the addresses of the authorization server. */
  Story.Reuser anotherReuser() {
    return story.aReuser("forms");
  }

  /** Calls every operation, in turns as these of the callers, who are no less afterwards. */
  Outcome fuzz(List<String> callers, Bounds bounds, Path scratch)
      throws IOException, InterruptedException {
    Map<String, String> calling = new LinkedHashMap<>(tokens);
    calling.keySet().retainAll(callers);
    List<String> without = new ArrayList<>();
    if (!callers.equals(List.of(NOBODY))) {
      without.addAll(ENDS_THE_RUN);
      if (bounds.phases().contains("stateful")) {
        without.add(ENDS_ROLES_THAT_ARE_FOUND);
      }
    }
    Outcome outcome =
        Schemathesis.run(
            octroi.desk("/api/v1/openapi.json"),
            calling,
            Map.of("names", names, "bodies", bodies),
            without,
            bounds,
            scratch);
    calling.forEach(this::isStillThere);
    return outcome;
  }

  private void isStillThere(String caller, String token) {
    if (!token.isEmpty()) {
      Answer me = Caller.bearing(token).get(octroi.desk("/api/v1/me"));
      assertThat(me.status()).as("%s is no longer known: %s", caller, me.text()).isEqualTo(200);
    }
  }

  private String tokenAt(String role, String holder) {
    return story.tokenOf(Map.of("role", role, "territory", TERRITORY, "holder", holder));
  }

  private void things(Story.Reuser reuser, String holder) {
    names.put("territories", List.of(TERRITORY, "rennes"));
    names.put("holders", List.of(holder));
    JsonNode offer = story.offer(TERRITORY, "presence-discovery");
    JsonNode reviewed = story.offer(TERRITORY, "presence-pro");
    List<String> datasets = new ArrayList<>(List.of("presence"));
    for (JsonNode dataset : items("/territories/" + TERRITORY + "/datasets?limit=100")) {
      if (dataset.path("slug").asString().equals("presence")) {
        datasets.add(dataset.path("id").asString());
      }
    }
    names.put("datasets", datasets);
    names.put("offers", List.of(offer.path("id").asString(), reviewed.path("id").asString()));

    Caller editor = Caller.bearing(tokens.getOrDefault("editor", ""));
    Map<String, Object> licence = licence();
    Map<String, Object> anotherLicence = new HashMap<>(licence);
    anotherLicence.putAll(Map.of("slug", "fuzzed", "holder", holder));
    String draft =
        made(editor, "/territories/" + TERRITORY + "/licences", anotherLicence)
            .path("licence")
            .asString();
    names.put("licences", List.of(draft, "ODbL-1.0", "etalab-2.0"));

    Caller desk = reuser.desk();
    names.put(
        "organisations",
        List.of(id(made(desk, "/organisations", Map.of("name", "A club", "kind", "association")))));
    names.put("applications", List.of(reuser.applicationId()));
    String keys = "/applications/" + reuser.applicationId() + "/keys";
    names.put("keys", List.of(id(made(desk, keys, Map.of("name", "A key")).path("key"))));
    JsonNode agreement = reuser.withAgreementOn(TERRITORY, "presence-discovery", PURPOSE);
    JsonNode waiting = reuser.submitted(TERRITORY, "presence-pro", PURPOSE);
    Map<String, Object> asked = draft(reuser, offer);
    names.put("agreements", List.of(id(agreement)));
    names.put("requests", List.of(id(waiting), id(made(desk, "/requests", asked))));
    Map<String, Object> wanted =
        Map.of(
            "territory",
            TERRITORY,
            "holder",
            holder,
            "wanted",
            "Wells",
            "purposes",
            List.of(PURPOSE));
    names.put("demands", List.of(id(made(desk, "/demands", wanted))));
    // Names below .invalid are nobody's (RFC 6761 §6.4): no letter leaves the machine.
    Map<String, Object> webhook =
        Map.of("url", "https://hooks.invalid/octroi", "kinds", List.of("webhook.tested"));
    names.put("webhooks", List.of(id(made(desk, "/webhooks", webhook).path("webhook"))));
    Caller operator = story.operator();
    names.put(
        "gates", List.of(id(made(operator, "/gates", Map.of("name", "A gate")).path("gate"))));
    names.put("people", List.of(somebody()));
    Map<String, Object> role =
        Map.of("person", names.getOrDefault("people", List.of()).getFirst(), "role", "auditor");
    names.put("roles", List.of(id(made(operator, "/roles", role))));

    Map<String, Object> offered = new HashMap<>();
    OFFERED.forEach(member -> offered.put(member, offer.path(member)));
    offered.put("datasets", List.of("presence"));
    bodies.put("publishOfferVersion", offered);
    Map<String, Object> anotherOffer = new HashMap<>(offered);
    anotherOffer.putAll(Map.of("slug", "fuzzed", "holder", holder));
    bodies.put("publishOffer", anotherOffer);
    bodies.put("checkOffer", anotherOffer);
    bodies.put("draftLicence", anotherLicence);
    bodies.put("reviseLicenceDraft", licence);
    bodies.put("draftRequest", asked);
    bodies.put("askForData", wanted);
    bodies.put(
        "submitRequest",
        Map.of("acceptedTextSha256", offer.path("licence").path("textSha256").asString()));
    bodies.put("grantRole", role);
    bodies.put("registerWebhook", webhook);
    bodies.put(
        "setApplicationClient",
        Map.of(
            "authentication",
            "secret",
            "grants",
            List.of("client-credentials"),
            "tokenFormat",
            "jwt"));
    bodies.put(
        "registerClient",
        Map.of("client_name", "A program", "grant_types", List.of("client_credentials")));
    bodies.put(
        "registerPerson",
        Map.of(
            "email",
            "somebody@example.org",
            "displayName",
            "Somebody",
            "password",
            "seven bridges over the Vilaine",
            "reuserKind",
            "citizen"));
  }

  private static Map<String, Object> draft(Story.Reuser reuser, JsonNode offer) {
    return Map.of(
        "offer", id(offer),
        "application", reuser.applicationId(),
        "purposes", List.of(PURPOSE),
        "reuse", "A map of where people are, for the night bus.");
  }

  private static Map<String, Object> licence() {
    return Map.of(
        "name",
        Map.of("fr", "Une licence", "en", "A licence"),
        "terms",
        Map.of(
            "permissions", List.of("use"),
            "prohibitions", List.of(),
            "duties", List.of("attribute")),
        "text",
        Map.of("fr", "Citez.", "en", "Attribute."),
        "authoritative",
        "fr");
  }

  private String somebody() {
    return Caller.bearing(story.tokenOf(Map.of("role", "auditor")))
        .get(octroi.desk("/api/v1/me"))
        .json()
        .path("person")
        .path("id")
        .asString();
  }

  private JsonNode made(Caller by, String path, Map<String, Object> body) {
    Answer answer = by.post(octroi.desk("/api/v1" + path), body);
    assertThat(answer.status()).as("%s: %s", path, answer.text()).isEqualTo(201);
    return answer.json();
  }

  private static String id(JsonNode thing) {
    String id = thing.path("id").asString("");
    assertThat(id).as(thing.toString()).isNotEmpty();
    return id;
  }

  private JsonNode first(String path) {
    return items(path).get(0);
  }

  private JsonNode items(String path) {
    return Caller.anybody().get(octroi.desk("/api/v1" + path)).json().path("items");
  }
}
