package org.octroi.licence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.StoreDraft;
import org.octroi.catalogue.Stores;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.Gate;
import org.octroi.identity.FirstAdministrator;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Obligations;
import org.octroi.offer.Eligibility;
import org.octroi.offer.OfferDraft;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Unit;
import org.octroi.quota.Window;
import org.octroi.store.StoreAddress;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.Drafts;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A holder writes a licence, publishes it, and changes it while others hold agreements on it. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.demo=false",
      "octroi.gate.port=0",
      "octroi.data-folder=target/test-licences",
      "octroi.store.roots.parks=target/test-licences/parks",
      "management.server.port=0",
      "spring.datasource.url=jdbc:h2:mem:licences;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HolderLicenceStoryTest {

  private static final Actor HOUSE = new Actor.House("test");
  private static final String FR = "# Licence\n\nLe réutilisateur peut utiliser les données.\n";
  private static final String EN = "# Licence\n\nThe reuser may use the data.\n";

  @LocalServerPort private int port;
  @Autowired private Gate gate;
  @Autowired private FirstAdministrator first;
  @Autowired private JdbcClient jdbc;
  @Autowired private TransactionTemplate transaction;
  @Autowired private ApplicationEventPublisher events;
  @Autowired private Territories territories;
  @Autowired private Holders holders;
  @Autowired private Stores stores;
  @Autowired private Datasets datasets;
  @Autowired private Offers offers;
  @Autowired private Licences licences;

  private TerritoryId city;
  private HolderId holder;
  private Caller operator = Caller.anybody();
  private Caller editor = Caller.anybody();
  private Caller reviewer = Caller.anybody();
  private Caller auditor = Caller.anybody();
  private Caller neighbour = Caller.anybody();
  private Caller otherCity = Caller.anybody();
  private Caller nobodySpecial = Caller.anybody();

  @BeforeAll
  void two_cities_and_their_staff() throws IOException {
    Answer ops =
        Caller.anybody()
            .post(
                desk("/people/first-administrator"),
                Map.of(
                    "link",
                    first.renewLink().orElseThrow(),
                    "email",
                    "ops@example.org",
                    "displayName",
                    "Ops",
                    "password",
                    "quiet rivers carry barges"));
    operator = Caller.bearing(ops.json().path("token").asString());
    city = city("rennes");
    city("bordeaux");
    holder = holder(city, "ville");
    holder(city, "trains");
    holder(territories.find("bordeaux").orElseThrow().id(), "ville");
    editor = staff("holder-editor", "rennes", "ville");
    reviewer = staff("holder-reviewer", "rennes", "ville");
    auditor = staff("auditor", "rennes", "");
    neighbour = staff("holder-editor", "rennes", "trains");
    otherCity = staff("holder-editor", "bordeaux", "ville");
    nobodySpecial = Caller.bearing(person().path("token").asString());
    Path folder = Files.createDirectories(Path.of("target/test-licences/parks"));
    Files.writeString(folder.resolve("parks.csv"), "name\nThabor\n");
  }

  @Test
  void a_draft_is_written_seen_by_staff_only_and_published_frozen() throws Exception {
    Answer begun = editor.post(desk("/territories/rennes/licences"), draft("own", "ville"));
    assertThat(begun.status()).as(begun.text()).isEqualTo(201);
    assertThat(begun.header("ETag")).isEqualTo("\"1\"");
    assertThat(begun.header("Location")).endsWith("/api/v1/licences/rennes:own/draft");
    assertThat(begun.json().path("findings").size()).isZero();

    URI where = desk("/licences/rennes:own/draft");
    for (Caller may : List.of(editor, reviewer, auditor)) {
      assertThat(may.get(where).status()).isEqualTo(200);
    }
    for (Caller mayNot : List.of(neighbour, otherCity, nobodySpecial)) {
      assertThat(mayNot.get(where).problem()).isEqualTo("not-found");
      assertThat(mayNot.with("If-Match", "\"1\"").put(where, revision()).status()).isEqualTo(404);
      assertThat(mayNot.with("If-Match", "\"1\"").delete(where).status()).isEqualTo(404);
      assertThat(publish(mayNot, "own", 1, Map.of("reacceptance", false)).status()).isEqualTo(404);
    }
    assertThat(Caller.anybody().get(where).status()).isEqualTo(401);
    assertThat(Caller.anybody().get(desk("/licences/rennes:own")).status()).isEqualTo(404);
    assertThat(reviewer.with("If-Match", "\"1\"").put(where, revision()).problem())
        .isEqualTo("forbidden");
    assertThat(publish(auditor, "own", 1, Map.of("reacceptance", false)).problem())
        .isEqualTo("forbidden");

    assertThat(editor.put(where, revision()).problem()).isEqualTo("precondition-required");
    Answer revised = editor.with("If-Match", "\"1\"").put(where, revision());
    assertThat(revised.status()).as(revised.text()).isEqualTo(200);
    assertThat(revised.header("ETag")).isEqualTo("\"2\"");
    assertThat(editor.with("If-Match", "\"1\"").put(where, revision()).problem())
        .isEqualTo("stale-version");
    assertThat(publish(editor, "own", 1, Map.of("reacceptance", false)).problem())
        .isEqualTo("stale-version");
    assertThat(
            editor
                .post(desk("/licences/rennes:own/draft/publish"), Map.of("reacceptance", false))
                .problem())
        .isEqualTo("precondition-required");

    Answer published = publish(editor, "own", 2, Map.of("reacceptance", false));
    assertThat(published.status()).as(published.text()).isEqualTo(201);
    assertThat(published.header("Location")).endsWith("/licences/rennes:own/versions/1");
    assertThat(editor.get(where).status()).isEqualTo(404);
    JsonNode version = Caller.anybody().get(desk("/licences/rennes:own/versions/1")).json();
    assertThat(version.path("textSha256").asString())
        .isEqualTo(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(FR.getBytes(UTF_8))));
    assertThat(version.path("effectiveAt").asString())
        .isEqualTo(version.path("publishedAt").asString());
    assertThat(version.path("reacceptBy").isNull()).isTrue();
    assertThat(version.path("changes").isNull()).isTrue();
    assertThat(version.path("note").asString()).isEqualTo("The first one.");
    assertThat(
            jdbc.sql(
                    "select action from audit_entry where subject_id = 'rennes:own' order by place")
                .query(String.class)
                .list())
        .containsExactly("licence.draft-begun", "licence.draft-revised");
  }

  @Test
  void the_next_version_begins_from_the_newest_and_says_what_it_changes() {
    published("next", Map.of("reacceptance", false));
    URI where = desk("/licences/rennes:next/draft");

    for (Caller mayNot : List.of(neighbour, otherCity, auditor)) {
      assertThat(mayNot.post(where, Map.of()).problem()).isEqualTo("forbidden");
    }
    Answer begun = editor.post(where, Map.of());
    assertThat(begun.status()).as(begun.text()).isEqualTo(201);
    assertThat(begun.json().path("version").asInt()).isEqualTo(2);
    assertThat(begun.json().path("text").path("fr").asString()).isEqualTo(FR);
    assertThat(editor.post(where, Map.of()).problem()).isEqualTo("conflict");
    Map<String, Object> attributing =
        with(
            with(revision(), "terms", terms(List.of("use"), List.of("attribute"))),
            "text",
            Map.of("fr", FR + "Il cite la source.", "en", EN + "Name the source."));
    Answer revised = editor.with("If-Match", "\"1\"").put(where, attributing);
    assertThat(revised.json().at("/changes/0/says/en").asString())
        .isEqualTo("Now demanded: name the source and its last update");

    assertThat(publish(editor, "next", 2, Map.of("reacceptance", false)).status()).isEqualTo(201);
    JsonNode licence = Caller.anybody().get(desk("/licences/rennes:next")).json();
    assertThat(licence.at("/versions/0/number").asInt()).isEqualTo(2);
    assertThat(licence.at("/versions/0/changes").asString())
        .endsWith("/licences/rennes:next/versions/2/changes");
    assertThat(
            Caller.anybody()
                .get(desk("/licences/rennes:next/versions/2/changes"))
                .json()
                .path("terms")
                .size())
        .isEqualTo(1);
  }

  @Test
  void a_draft_is_thrown_away_and_its_name_is_free_again() {
    assertThat(begin("away").status()).isEqualTo(201);
    assertThat(begin("away").problem()).isEqualTo("conflict");
    URI where = desk("/licences/rennes:away/draft");

    assertThat(editor.delete(where).problem()).isEqualTo("precondition-required");
    assertThat(editor.with("If-Match", "\"7\"").delete(where).problem()).isEqualTo("stale-version");
    assertThat(editor.with("If-Match", "\"1\"").delete(where).status()).isEqualTo(204);
    assertThat(begin("away").status()).isEqualTo(201);
  }

  @Test
  void nobody_writes_for_another_holder_or_changes_a_licence_that_is_no_holder_s() {
    URI rennes = desk("/territories/rennes/licences");

    assertThat(neighbour.post(rennes, draft("theirs", "ville")).problem()).isEqualTo("forbidden");
    assertThat(otherCity.post(rennes, draft("theirs", "ville")).problem()).isEqualTo("forbidden");
    assertThat(operator.post(rennes, draft("theirs", "ville")).problem()).isEqualTo("forbidden");
    assertThat(Caller.anybody().post(rennes, draft("theirs", "ville")).status()).isEqualTo(401);
    assertThat(editor.post(desk("/licences/ODbL-1.0/draft"), Map.of()).problem())
        .isEqualTo("forbidden");
    assertThat(editor.post(desk("/licences/rennes:none/draft"), Map.of()).problem())
        .isEqualTo("not-found");
    assertThat(editor.post(desk("/territories/nowhere/licences"), draft("a", "ville")).problem())
        .isEqualTo("not-found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          slug|"A B"|/slug
          slug|null|/slug
          holder|"nobody"|/holder
          name|{"fr":"a"}|/name/en
          name|{"fr":"a\\u202eb","en":"b"}|/name/fr
          authoritative|"de"|/authoritative
          text|{"fr":"<b>gras</b>","en":"a"}|/text/fr
          text|{"fr":"a","en":"[x](javascript:y)"}|/text/en
          terms|{"permissions":["fly"],"prohibitions":[],"duties":[]}|/terms/permissions/0
          terms|{"permissions":["use"],"prohibitions":["use"],"duties":[]}|/terms
          terms|{"permissions":["use"],"prohibitions":[]}|/terms/duties
          terms|{"permissions":[],"prohibitions":[],"duties":[],"constraints":[{"action":"use","leftOperand":"count","atMost":5}]}|/terms
          terms|{"permissions":["use"],"prohibitions":[],"duties":[],"constraints":[{"action":"use","leftOperand":"moon"}]}|/terms/constraints/0/leftOperand
          terms|{"permissions":["use"],"prohibitions":[],"duties":[],"constraints":[{"action":"use","leftOperand":"count"}]}|/terms/constraints/0/atMost
          terms|{"permissions":["use"],"prohibitions":[],"duties":[],"constraints":[{"action":"use","leftOperand":"count","atMost":5,"place":"Rennes"}]}|/terms/constraints/0
          terms|{"permissions":["use"],"prohibitions":[],"duties":[],"constraints":[{"action":"use","leftOperand":"purpose","anyOf":["Flying"]}]}|/terms/constraints/0/anyOf
          terms|{"permissions":["use"],"prohibitions":[],"duties":[],"constraints":[{"action":"use","leftOperand":"recipient","anyOf":["robot"]}]}|/terms/constraints/0/anyOf
          terms|{"permissions":["use"],"prohibitions":[],"duties":[],"constraints":[{"action":"use","leftOperand":"spatial","box":{"west":9,"south":0,"east":1,"north":2}}]}|/terms/constraints/0/box
          terms|{"permissions":["use"],"prohibitions":[],"duties":[],"constraints":[{"action":"use","leftOperand":"dateTime","until":"soon"}]}|/terms/constraints/0/until
          terms|{"permissions":["use"],"prohibitions":[],"duties":[],"constraints":[{"action":"use","leftOperand":"elapsedTime","period":"P0D"}]}|/terms/constraints/0/period
          colour|"red"|/colour
          """)
  void bad_input_is_a_problem_that_names_the_field(String member, String value, String pointer) {
    Map<String, Object> body = draft("bad", "ville");
    body.remove(member);
    String json = JsonMapper.shared().writeValueAsString(body);
    String bad = json.substring(0, json.length() - 1) + ",\"" + member + "\":" + value + "}";

    Answer refused = editor.postText(desk("/territories/rennes/licences"), "application/json", bad);

    assertThat(refused.status()).as(refused.text()).isBetween(400, 422);
    assertThat(refused.json().at("/errors").toString()).contains("\"" + pointer + "\"");
  }

  @Test
  void a_text_that_contradicts_its_terms_is_told_and_not_published() {
    Map<String, Object> paid = draft("paid", "ville");
    paid.put("text", Map.of("fr", FR + "Une redevance est due.", "en", EN));
    paid.put("terms", terms(List.of("use"), List.of("attribute")));
    Answer begun = editor.post(desk("/territories/rennes/licences"), paid);
    assertThat(begun.json().path("findings").findValuesAsString("rule"))
        .containsExactly("fee-not-in-terms", "attribution-not-in-text");
    assertThat(begun.json().at("/findings/0/quotes/0/words").asString()).isEqualTo("redevance");

    Answer refused =
        publish(
            editor,
            "paid",
            1,
            Map.of("reacceptance", false, "acknowledged", List.of("attribution-not-in-text")));
    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.json().at("/errors").size()).isEqualTo(1);
    assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/text/fr");
    assertThat(refused.json().at("/findings/0/rule").asString()).isEqualTo("fee-not-in-terms");

    Map<String, Object> free = with(revision(), "terms", paid.get("terms"));
    editor.with("If-Match", "\"1\"").put(desk("/licences/rennes:paid/draft"), free);
    Answer unread = publish(editor, "paid", 2, Map.of("reacceptance", false));
    assertThat(unread.json().at("/errors/0/pointer").asString()).isEqualTo("/acknowledged");
    Answer wrong =
        publish(
            editor,
            "paid",
            2,
            Map.of(
                "reacceptance",
                false,
                "acknowledged",
                List.of("attribution-not-in-text", "no-such-rule")));
    assertThat(wrong.json().at("/errors/0/detail").asString()).contains("no-such-rule");
    assertThat(
            publish(
                    editor,
                    "paid",
                    2,
                    Map.of(
                        "reacceptance", false, "acknowledged", List.of("attribution-not-in-text")))
                .status())
        .isEqualTo(201);
    assertThat(
            jdbc.sql(
                    "select details from audit_entry where action = 'licence.published'"
                        + " and details like '%rennes:paid%'")
                .query(String.class)
                .single())
        .contains("attribution-not-in-text");
  }

  @ParameterizedTest
  @CsvSource({
    "-PT1H, false, , /effectiveAt",
    "PT20000H, false, , /effectiveAt",
    "PT0S, true, , /grace",
    "PT0S, true, P29D, /grace",
    "PT0S, true, P1Y1D, /grace",
    "PT0S, true, P999999999Y, /grace",
    "PT0S, true, P-1Y, /grace",
    "PT0S, false, P60D, /grace"
  })
  void a_moment_or_a_grace_that_can_not_be_is_refused(
      Duration from, boolean reacceptance, String grace, String pointer) {
    String slug = "x" + UUID.randomUUID();
    published(slug, Map.of("reacceptance", false));
    editor.post(desk("/licences/rennes:" + slug + "/draft"), Map.of());
    Map<String, Object> body = new HashMap<>();
    body.put("effectiveAt", Instant.now().plus(from).plusSeconds(1).toString());
    body.put("reacceptance", reacceptance);
    if (grace != null) {
      body.put("grace", grace);
    }

    Answer refused = publish(editor, slug, 1, body);

    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo(pointer);
  }

  @Test
  void a_first_version_asks_nobody_to_accept_it_again() {
    begin("first");

    assertThat(
            publish(editor, "first", 1, Map.of("reacceptance", true, "grace", "P30D"))
                .json()
                .at("/errors/0/pointer")
                .asString())
        .isEqualTo("/reacceptance");
  }

  @Test
  void a_version_that_is_not_in_effect_yet_leaves_the_one_before_in_place() {
    published("later", Map.of("reacceptance", false));
    editor.post(desk("/licences/rennes:later/draft"), Map.of());
    Instant inAWeek = Instant.now().plus(Duration.ofDays(7)).truncatedTo(ChronoUnit.SECONDS);
    Answer later =
        publish(
            editor,
            "later",
            1,
            Map.of("effectiveAt", inAWeek.toString(), "reacceptance", true, "grace", "P2M"));
    assertThat(later.status()).as(later.text()).isEqualTo(201);
    assertThat(Instant.parse(later.json().path("reacceptBy").asString()))
        .isEqualTo(inAWeek.atZone(ZoneId.of("Europe/Paris")).plusMonths(2).toInstant());

    assertThat(licences.newest("rennes:later").orElseThrow().number()).isEqualTo(2);
    assertThat(licences.inEffect("rennes:later").orElseThrow().number()).isEqualTo(1);
    LicenceVersion accepted = licences.version("rennes:later", 1).orElseThrow();
    assertThat(licences.asked(accepted.id())).isEmpty();
    assertThat(licences.reacceptances(Set.of(accepted.id()))).containsKey(accepted.id());
    editor.post(desk("/licences/rennes:later/draft"), Map.of());
    assertThat(
            publish(editor, "later", 1, Map.of("reacceptance", false))
                .json()
                .at("/errors/0/pointer")
                .asString())
        .isEqualTo("/effectiveAt");
  }

  @Test
  void a_new_licence_version_past_its_grace_closes_the_gate_and_says_where_to_accept() {
    published("strict", Map.of("reacceptance", false));
    LicenceVersion accepted = licences.version("rennes:strict", 1).orElseThrow();
    PublishedOffer offer = offer(accepted);
    Reuser reuser = reuser(offer);
    URI data = URI.create("http://localhost:" + gate.port() + "/rennes/parks");
    assertThat(reuser.caller().get(data).status()).isEqualTo(200);

    editor.post(desk("/licences/rennes:strict/draft"), Map.of());
    Answer asking = publish(editor, "strict", 1, Map.of("reacceptance", true, "grace", "P30D"));
    assertThat(asking.status()).as(asking.text()).isEqualTo(201);

    // In force when the call answers: the agreement serves on, and says until when.
    Answer warned = reuser.caller().get(data);
    assertThat(warned.status()).isEqualTo(200);
    assertThat(warned.header("Octroi-Reaccept-By")).endsWith("GMT");
    assertThat(licences.asked(accepted.id()))
        .hasValueSatisfying(asked -> assertThat(asked.version().number()).isEqualTo(2));

    thirtyOneDaysPass("rennes:strict");
    Answer refused = reuser.caller().get(data);

    assertThat(refused.status()).as(refused.text()).isEqualTo(403);
    assertThat(refused.problem()).isEqualTo("reacceptance-required");
    LicenceVersion newest = licences.version("rennes:strict", 2).orElseThrow();
    assertThat(refused.json().at("/accept/href").asString())
        .endsWith("/api/v1/agreements/" + reuser.agreement() + "/accept");
    assertThat(refused.json().at("/accept/number").asInt()).isEqualTo(2);
    assertThat(refused.json().at("/accept/textSha256").asString()).isEqualTo(newest.textSha256());

    // Another version that asks nobody neither opens the gate nor hides what must be accepted.
    editor.post(desk("/licences/rennes:strict/draft"), Map.of());
    assertThat(publish(editor, "strict", 1, Map.of("reacceptance", false)).status()).isEqualTo(201);
    assertThat(reuser.caller().get(data).json().at("/accept/number").asInt()).isEqualTo(3);

    URI accept = desk("/agreements/" + reuser.agreement() + "/accept");
    assertThat(reuser.owner().post(accept, Map.of("acceptedTextSha256", "0".repeat(64))).problem())
        .isEqualTo("terms-not-accepted");
    String third = licences.version("rennes:strict", 3).orElseThrow().textSha256();
    assertThat(reviewer.post(accept, Map.of("acceptedTextSha256", third)).status()).isEqualTo(403);
    Answer accepting = reuser.owner().post(accept, Map.of("acceptedTextSha256", third));
    assertThat(accepting.status()).as(accepting.text()).isEqualTo(200);
    assertThat(accepting.json().at("/textSha256").asString()).isEqualTo(third);
    assertThat(reuser.owner().post(accept, Map.of("acceptedTextSha256", third)).problem())
        .isEqualTo("conflict");
    Answer served = reuser.caller().get(data);
    assertThat(served.status()).as(served.text()).isEqualTo(200);
    assertThat(served.header("Octroi-Reaccept-By")).isEmpty();
    assertThat(served.header("Link")).contains("/licences/rennes:strict/versions/3>");
  }

  /** Puts the moments of the newest version back, and tells the gates of it. */
  private void thirtyOneDaysPass(String name) {
    LicenceVersion newest = licences.newest(name).orElseThrow();
    transaction.executeWithoutResult(
        tx -> {
          jdbc.sql(
                  """
                  update licence_version
                  set effective_at = dateadd('DAY', -31, effective_at),
                    reaccept_by = dateadd('DAY', -31, reaccept_by)
                  where id = :id
                  """)
              .param("id", newest.id().toString())
              .update();
          events.publishEvent(new LicenceVersionPublished(newest.licence().id(), newest.id()));
        });
  }

  private record Reuser(Caller caller, Caller owner, String agreement) {}

  private Reuser reuser(PublishedOffer offer) {
    Caller owner = Caller.bearing(person().path("token").asString());
    Answer made = owner.post(desk("/applications"), Map.of("name", "Parks"));
    Answer draft =
        owner.post(
            desk("/requests"),
            Map.of(
                "offer",
                offer.id().toString(),
                "application",
                made.json().path("application").path("id").asString(),
                "purposes",
                List.of("ServiceProvision"),
                "reuse",
                "A map of parks"));
    assertThat(draft.status()).as(draft.text()).isEqualTo(201);
    Answer sent =
        owner.post(
            desk("/requests/" + draft.json().path("id").asString() + "/submit"),
            Map.of("acceptedTextSha256", offer.licence().textSha256()));
    assertThat(sent.status()).as(sent.text()).isEqualTo(200);
    String credentials =
        made.json().path("clientId").asString() + ":" + made.json().path("clientSecret").asString();
    Answer token =
        Caller.anybody()
            .with(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)))
            .postText(
                URI.create("http://localhost:" + port + "/oauth2/token"),
                "application/x-www-form-urlencoded",
                "grant_type=client_credentials");
    assertThat(token.status()).as(token.text()).isEqualTo(200);
    return new Reuser(
        Caller.bearing(token.json().path("access_token").asString()),
        owner,
        sent.json().path("agreement").asString());
  }

  private PublishedOffer offer(LicenceVersion licence) {
    StoreId store =
        stores
            .keep(
                city,
                new StoreDraft(
                    new Slug("files"),
                    holder,
                    new StoreAddress.Folder("parks", ""),
                    Optional.empty(),
                    true),
                HOUSE)
            .kept()
            .id();
    DatasetId dataset =
        datasets
            .keep(
                city,
                Drafts.file(
                    "parks",
                    new Bilingual("Parcs", "Parks"),
                    holder,
                    store,
                    "parks.csv",
                    Catalogue.NONE,
                    Classification.RESTRICTED),
                HOUSE)
            .kept()
            .id();
    return offers
        .publish(
            city,
            List.of(
                new OfferDraft(
                    new Slug("parks"),
                    holder,
                    new Bilingual("Offre", "Offer"),
                    List.of(dataset),
                    licence.id(),
                    new Snapshot.Tier(
                        new TierName("standard"),
                        new Limits(
                            new Limits.Rate(100, Duration.ofSeconds(1), 100),
                            List.of(Quota.of(Unit.REQUESTS, Window.DAY, 1000))),
                        Map.of(dataset, Obligations.NONE)),
                    Eligibility.IDENTIFIED,
                    Set.of(),
                    new TreeSet<>(Set.of(new Purpose("ServiceProvision"))),
                    Approval.AUTOMATIC,
                    Optional.empty(),
                    Optional.empty())),
            HOUSE)
        .getFirst()
        .kept();
  }

  private Answer begin(String slug) {
    return editor.post(desk("/territories/rennes/licences"), draft(slug, "ville"));
  }

  private void published(String slug, Map<String, Object> how) {
    Answer begun = begin(slug);
    assertThat(begun.status()).as(begun.text()).isEqualTo(201);
    Answer published = publish(editor, slug, 1, how);
    assertThat(published.status()).as(published.text()).isEqualTo(201);
  }

  private Answer publish(Caller by, String slug, int version, Map<String, Object> how) {
    return by.with("If-Match", "\"" + version + "\"")
        .post(desk("/licences/rennes:" + slug + "/draft/publish"), how);
  }

  private static Map<String, Object> draft(String slug, String holder) {
    return with(with(revision(), "slug", slug), "holder", holder);
  }

  private static Map<String, Object> revision() {
    Map<String, Object> body = new HashMap<>();
    body.put("name", Map.of("fr", "Licence de la ville", "en", "The city's licence"));
    body.put("terms", terms(List.of("use"), List.of()));
    body.put("text", Map.of("fr", FR.replace("\n", "\r\n"), "en", EN));
    body.put("authoritative", "fr");
    body.put("note", "The first one.");
    return body;
  }

  private static Map<String, Object> terms(List<String> permissions, List<String> duties) {
    return Map.of("permissions", permissions, "prohibitions", List.of(), "duties", duties);
  }

  private static Map<String, Object> with(Map<String, Object> body, String member, Object value) {
    Map<String, Object> more = new HashMap<>(body);
    more.put(member, value);
    return more;
  }

  private TerritoryId city(String slug) {
    return territories
        .keep(Slug.ofTerritory(slug), new Bilingual(slug, slug), ZoneId.of("Europe/Paris"), HOUSE)
        .kept()
        .id();
  }

  private HolderId holder(TerritoryId territory, String slug) {
    return holders.keep(territory, Drafts.city(slug, slug), HOUSE).kept().id();
  }

  private JsonNode person() {
    Answer made =
        Caller.anybody()
            .post(
                desk("/people"),
                Map.of(
                    "email", UUID.randomUUID() + "@example.org",
                    "displayName", "Somebody",
                    "password", "quiet rivers carry barges",
                    "reuserKind", "company"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.json();
  }

  private Caller staff(String role, String territory, String holder) {
    JsonNode person = person();
    Map<String, Object> grant = new HashMap<>();
    grant.put("person", person.at("/person/id").asString());
    grant.put("role", role);
    grant.put("territory", territory);
    if (!holder.isEmpty()) {
      grant.put("holder", holder);
    }
    Answer granted = operator.post(desk("/roles"), grant);
    assertThat(granted.status()).as(granted.text()).isEqualTo(201);
    return Caller.bearing(person.path("token").asString());
  }

  private URI desk(String path) {
    return URI.create("http://localhost:" + port + "/api/v1" + path);
  }
}
