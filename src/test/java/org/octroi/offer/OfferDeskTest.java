package org.octroi.offer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.URI;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.StoreDraft;
import org.octroi.catalogue.Stores;
import org.octroi.identity.FirstAdministrator;
import org.octroi.obligation.Catalogue;
import org.octroi.store.StoreAddress;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.Drafts;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A holder's editor at the desk, by HTTP: what is published, what the law says, and to whom. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.data-folder=target/test-offer-desk",
      "octroi.demo=false",
      "management.server.port=0",
      "spring.datasource.url=jdbc:h2:mem:offerdesk;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfferDeskTest {

  private static final Actor HOUSE = new Actor.House("test");
  private static final String PASSWORD = "quiet rivers carry barges";

  @Autowired private Environment environment;
  @Autowired private FirstAdministrator first;
  @Autowired private Territories territories;
  @Autowired private Holders holders;
  @Autowired private Stores stores;
  @Autowired private Datasets datasets;
  @Autowired private PublicationGuard guard;
  @Autowired private JdbcClient jdbc;

  private Caller operator = Caller.anybody();
  private Caller editor = Caller.anybody();
  private Caller reviewer = Caller.anybody();
  private Caller neighbour = Caller.anybody();
  private Caller stranger = Caller.anybody();

  @BeforeAll
  void two_cities() {
    operator =
        Caller.bearing(
            Caller.anybody()
                .post(
                    uri("/people/first-administrator"),
                    Map.of(
                        "link",
                        first.renewLink().orElseThrow(),
                        "email",
                        "ops@example.org",
                        "displayName",
                        "Ops",
                        "password",
                        PASSWORD))
                .json()
                .at("/token")
                .asString());
    for (String slug : List.of("rennes", "bordeaux")) {
      TerritoryId city =
          territories
              .keep(
                  Slug.ofTerritory(slug),
                  new Bilingual(slug, slug),
                  ZoneId.of("Europe/Paris"),
                  HOUSE)
              .kept()
              .id();
      for (String holder : List.of("ville", "regie")) {
        fill(city, holder);
      }
    }
    editor = staff("holder-editor", "rennes", "ville");
    reviewer = staff("holder-reviewer", "rennes", "ville");
    neighbour = staff("holder-editor", "rennes", "regie");
    stranger = staff("holder-editor", "bordeaux", "ville");
  }

  @Test
  void an_editor_publishes_an_offer_that_the_public_reads_as_it_was_written() {
    Map<String, Object> body = paid(anOffer("as-written", "trees"));
    body.put("form", List.of(question()));

    Answer made = editor.post(uri("/territories/rennes/offers"), body);

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    JsonNode read = read(made);
    assertThat(made.header("Location")).endsWith("/api/v1/offers/" + read.at("/id").asString());
    assertThat(read).isEqualTo(made.json());
    assertThat(read.at("/version").asInt()).isEqualTo(1);
    assertThat(read.at("/level").asString()).isEqualTo("associated");
    assertThat(read.at("/fee/kind").asString()).isEqualTo("at-cost");
    assertThat(read.at("/fee/price/amount").decimalValue()).isEqualByComparingTo("1200");
    assertThat(read.at("/fee/calculation/text/fr").asString()).isEqualTo("Coût d'extraction");
    assertThat(read.at("/fee/reduced/0/reuserKind").asString()).isEqualTo("researcher");
    assertThat(read.at("/fee/reduced/0/amount").decimalValue()).isEqualByComparingTo("0");
    assertThat(read.at("/form/0/options/1/value").asString()).isEqualTo("large");
    assertThat(read.at("/basis/article").asString()).contains("L311-6");
    assertThat(read.at("/tier/obligations/trees/masks/0/digits").asInt()).isEqualTo(2);
    assertThat(read.at("/tier/obligations/trees/attribution").asBoolean()).isTrue();
    assertThat(
            jdbc.sql(
                    "select count(*) from audit_entry where action = 'offer.published' and"
                        + " subject_id = :id")
                .param("id", read.at("/id").asString())
                .query(Integer.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void a_next_version_says_what_it_changed_and_the_one_before_stays() {
    Answer made = publish(paid(anOffer("next", "trees")));
    String id = made.json().at("/id").asString();
    Map<String, Object> body = paid(anOffer("next", "trees"));
    fee(body).put("price", Map.of("amount", 900, "currency", "EUR"));
    body.put("purposes", List.of("ScientificResearch", "ServiceProvision"));
    body.put("form", List.of(question()));

    Answer next = version(id, body, made.header("ETag"));

    assertThat(next.status()).as(next.text()).isEqualTo(201);
    assertThat(next.json().at("/version").asInt()).isEqualTo(2);
    JsonNode before = get("/offers/" + id);
    assertThat(before.at("/inForce").asBoolean()).isFalse();
    assertThat(before.at("/fee/price/amount").decimalValue()).isEqualByComparingTo("1200");
    JsonNode changes = get("/offers/" + next.json().at("/id").asString() + "/changes");
    assertThat(changes.at("/since").asInt()).isEqualTo(1);
    assertThat(changes.at("/changes").findValuesAsString("member"))
        .containsExactly("/purposes", "/fee", "/form");
    assertThat(changes.at("/changes/0/says/en").asString())
        .isEqualTo("Purposes, added: ServiceProvision");
    assertThat(changes.at("/changes/1/says/fr").asString())
        .startsWith("Redevance : 900 EUR par an, au coût (réduit : researcher 0)")
        .contains("(avant : 1200 EUR par an");
    assertThat(get("/offers/" + id + "/changes").at("/changes").isEmpty()).isTrue();
    JsonNode versions = get("/offers/" + id + "/versions?limit=1");
    assertThat(versions.at("/items/0/version").asInt()).isEqualTo(2);
    assertThat(
            get("/offers/" + id + "/versions?limit=1&after=" + versions.at("/next").asString())
                .at("/items/0/version")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void who_comes_second_is_told_so() {
    Answer made = publish(anOffer("second", "trees"));
    String id = made.json().at("/id").asString();
    Map<String, Object> body = anOffer("second", "trees");
    body.put("title", Map.of("fr", "Autre", "en", "Other"));
    assertThat(version(id, body, made.header("ETag")).status()).isEqualTo(201);
    body.put("title", Map.of("fr", "Encore", "en", "Again"));

    Answer late = version(id, body, made.header("ETag"));
    Answer blind = editor.post(uri("/offers/" + id + "/versions"), body);

    assertThat(late.status()).isEqualTo(412);
    assertThat(late.json().at("/currentVersion").asString()).isEqualTo("\"2\"");
    assertThat(blind.status()).isEqualTo(428);
    assertThat(
            editor
                .with("If-Match", "\"1\"")
                .post(uri("/offers/" + id + "/withdraw"), Map.of())
                .status())
        .isEqualTo(412);
  }

  @Test
  void of_two_at_once_one_is_published() throws Exception {
    Answer made = publish(anOffer("race", "trees"));
    String id = made.json().at("/id").asString();
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        Map<String, Object> body = anOffer("race", "trees");
        body.put("title", Map.of("fr", "Titre " + i, "en", "Title " + i));
        answers.add(threads.submit(() -> version(id, body, made.header("ETag"))));
      }
    }

    List<Integer> statuses = new ArrayList<>();
    for (Future<Answer> answer : answers) {
      statuses.add(answer.get().status());
    }
    assertThat(statuses).containsOnlyOnce(201).allMatch(s -> s == 201 || s == 412 || s == 503);
    assertThat(get("/offers/" + id + "/versions").at("/items").size()).isEqualTo(2);
  }

  @Test
  void the_same_key_publishes_once() {
    String key = UUID.randomUUID().toString();
    Map<String, Object> body = anOffer("key", "trees");

    Answer once = editor.with("Idempotency-Key", key).post(uri("/territories/rennes/offers"), body);
    Answer again =
        editor.with("Idempotency-Key", key).post(uri("/territories/rennes/offers"), body);
    Answer anew = editor.post(uri("/territories/rennes/offers"), body);

    assertThat(again.status()).isEqualTo(201);
    assertThat(again.text()).isEqualTo(once.text());
    assertThat(anew.status()).isEqualTo(409);
  }

  @Test
  void nobody_publishes_for_another_holder_or_territory() {
    Map<String, Object> body = anOffer("theirs", "trees");
    URI rennes = uri("/territories/rennes/offers");
    String id = publish(anOffer("mine", "trees")).json().at("/id").asString();

    assertThat(Caller.anybody().post(rennes, body).status()).isEqualTo(401);
    for (Caller other : List.of(reviewer, neighbour, stranger, operator)) {
      assertThat(other.post(rennes, body).status()).isEqualTo(403);
      assertThat(other.post(uri("/territories/rennes/offers/check"), body).status()).isEqualTo(403);
      assertThat(
              other
                  .with("If-Match", "\"1\"")
                  .post(uri("/offers/" + id + "/versions"), anOffer("mine", "trees"))
                  .status())
          .isEqualTo(403);
      assertThat(other.post(uri("/offers/" + id + "/withdraw"), Map.of()).status()).isEqualTo(403);
    }
    assertThat(editor.post(uri("/territories/bordeaux/offers"), body).status()).isEqualTo(403);
    assertThat(editor.post(uri("/territories/nowhere/offers"), body).status()).isEqualTo(404);
    body.put("datasets", List.of("regie-trees"));
    assertThat(pointers(editor.post(rennes, body))).contains("/datasets/0");
    body.put("holder", "nobody");
    assertThat(pointers(editor.post(rennes, body))).containsExactly("/holder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slug | No Slug | /slug",
        "title | {\"fr\":\"Un\"} | /title/en",
        "datasets | [] | /datasets",
        "datasets | [\"trees\",\"trees\"] | /datasets/1",
        "datasets | [null] | /datasets/0",
        "licence | {\"id\":\"etalab-9\",\"version\":1} | /licence/id",
        "licence | {\"id\":\"etalab-2.0\",\"version\":9} | /licence/version",
        "licence | {\"id\":\"etalab-2.0\",\"number\":9} | /licence/number",
        "tier | {\"name\":\"T!\"} | /tier/name",
        "tier | {\"name\":\"t1\",\"rate\":{\"requests\":5,\"per\":\"PT0S\"}} | /tier/rate/per",
        "tier | {\"name\":\"t1\",\"rate\":{\"requests\":5,\"per\":\"PT1S\",\"burst\":2}} |"
            + " /tier/rate/burst",
        "tier | {\"name\":\"t1\",\"quota\":{\"requestsPerDay\":0}} | /tier/quota/requestsPerDay",
        "tier | {\"name\":\"t1\",\"quota\":{\"rowsPerDay\":5}} | /tier/quota/rowsPerDay",
        "tier | {\"name\":\"t1\",\"obligations\":{\"parks\":{}}} | /tier/obligations/parks",
        "tier | {\"name\":\"t1\",\"obligations\":{\"trees\":{\"columns\":[\"colour\"]}}} |"
            + " /tier/obligations/trees/columns",
        "tier |"
            + " {\"name\":\"t1\",\"obligations\":{\"trees\":{\"masks\":[{\"column\":\"lon\",\"how\":\"round\"}]}}}"
            + " | /tier/obligations/trees/masks/0/digits",
        "tier |"
            + " {\"name\":\"t1\",\"obligations\":{\"trees\":{\"area\":{\"west\":2,\"south\":1,\"east\":1}}}}"
            + " | /tier/obligations/trees/area/north",
        "tier | {\"name\":\"t1\",\"obligations\":{\"trees\":{\"delay\":\"P1D\"}}} |"
            + " /tier/obligations/trees/delay",
        "tier |"
            + " {\"name\":\"t1\",\"obligations\":{\"trees\":{\"rows\":[{\"column\":\"name\",\"operator\":\"eq\",\"values\":[]}]}}}"
            + " | /tier/obligations/trees/rows/0/values",
        "tier | {\"name\":\"t1\",\"obligations\":{\"trees\":{\"formats\":[\"tablet\"]}}} |"
            + " /tier/obligations/trees/formats/0",
        "tier | {\"name\":\"t1\",\"obligations\":{\"trees\":{\"attribution\":false}}} |"
            + " /tier/obligations/trees/attribution",
        "purposes | [\"Fun!\"] | /purposes/0",
        "purposes | [\"ServiceProvsion\"] | /purposes/0",
        "reuserKinds | [\"king\"] | /reuserKinds/0",
        "eligibility | everyone | /eligibility",
        "approval | three-reviewers | /approval",
        "validity | P101Y | /validity",
        "fee | {\"kind\":\"gift\"} | /fee/kind",
        "fee | {\"kind\":\"at-cost\",\"per\":\"year\"} | /fee/price",
        "fee |"
            + " {\"kind\":\"at-cost\",\"per\":\"year\",\"price\":{\"amount\":1e999,\"currency\":\"EUR\"}}"
            + " | /fee/price/amount",
        "fee |"
            + " {\"kind\":\"at-cost\",\"per\":\"week\",\"price\":{\"amount\":1,\"currency\":\"EUX\"}}"
            + " | /fee/price/currency",
        "fee | {\"kind\":\"share-above-audience\",\"per\":\"year\",\"percentage\":2} |"
            + " /fee/audience",
        "fee |"
            + " {\"kind\":\"share-above-audience\",\"per\":\"year\",\"percentage\":101,\"audience\":{\"threshold\":1,\"of\":{\"fr\":\"a\",\"en\":\"b\"}}}"
            + " | /fee/percentage",
        "fee |"
            + " {\"kind\":\"at-cost\",\"per\":\"year\",\"price\":{\"amount\":1,\"currency\":\"EUR\"},\"calculation\":{\"address\":\"file:///etc\"}}"
            + " | /fee/calculation/address",
        "fee |"
            + " {\"kind\":\"at-cost\",\"per\":\"year\",\"price\":{\"amount\":1,\"currency\":\"EUR\"},\"reduced\":[{\"reuserKind\":\"citizen\",\"amount\":5}]}"
            + " | /fee",
        "form | [{\"id\":\"a\",\"title\":{\"fr\":\"a\",\"en\":\"b\"},\"kind\":\"choice\"}] |"
            + " /form/0",
        "form | [{\"id\":\"a\",\"title\":{\"fr\":\"a\",\"en\":\"b\"},\"kind\":\"mood\"}] |"
            + " /form/0/kind",
        "form |"
            + " [{\"id\":\"a\",\"title\":{\"fr\":\"a\",\"en\":\"b\"},\"kind\":\"date\",\"earliest\":\"soon\"}]"
            + " | /form/0/earliest",
        "basis | because | /basis",
        "grounds | [{\"rule\":\"no-such-rule\",\"ground\":\"because it has to be so\"}] |"
            + " /grounds/0/rule",
        "grounds | [{\"rule\":\"licence-off-list\",\"ground\":\"because\"}] | /grounds/0/ground",
        "colour | red | /colour",
      })
  void every_wrong_member_is_named_by_its_pointer(String member, String value, String pointer) {
    Map<String, Object> body = anOffer("wrong", "trees");
    body.put(
        member,
        value.startsWith("[") || value.startsWith("{")
            ? JsonMapper.shared().readTree(value)
            : value);

    Answer refused = editor.post(uri("/territories/rennes/offers"), body);

    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(pointers(refused)).contains(pointer);
  }

  @Test
  void all_that_is_wrong_is_said_at_once_and_a_check_publishes_nothing() {
    Map<String, Object> body = anOffer("checked", "trees");
    body.put("eligibility", "everyone");
    body.put("validity", "one year");
    URI check = uri("/territories/rennes/offers/check");

    Answer wrong = editor.post(check, body);
    Map<String, Object> gated = anOffer("checked", "communes");
    Answer unlawful = editor.post(check, gated);
    Answer fine = editor.post(check, anOffer("checked", "trees"));

    assertThat(wrong.status()).isEqualTo(200);
    assertThat(wrong.json().at("/errors").findValuesAsString("pointer"))
        .containsExactlyInAnyOrder("/eligibility", "/validity");
    assertThat(unlawful.json().at("/findings").findValuesAsString("rule"))
        .contains("high-value-gated");
    assertThat(unlawful.json().at("/findings/0/reviewed").asBoolean(true)).isFalse();
    assertThat(fine.json().at("/errors").isEmpty()).isTrue();
    assertThat(fine.json().at("/findings").isEmpty()).isTrue();
    assertThat(get("/territories/rennes/offers").at("/items").findValuesAsString("slug"))
        .doesNotContain("checked");
  }

  @Test
  void what_the_law_forbids_is_not_published() {
    Answer refused = editor.post(uri("/territories/rennes/offers"), anOffer("gated", "communes"));

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("offer-unlawful");
    JsonNode finding = refused.json().at("/findings/0");
    assertThat(finding.at("/severity").asString()).isEqualTo("blocking");
    assertThat(finding.at("/pointer").asString()).isEqualTo("/eligibility");
    assertThat(finding.at("/article").asString()).contains("2023/138");
    assertThat(finding.at("/change/fr").asString()).startsWith("Publiez d'abord");
    assertThat(finding.at("/datasets/0").asString()).isEqualTo("communes");
    assertThat(get("/territories/rennes/offers").at("/items").findValuesAsString("slug"))
        .doesNotContain("gated");
  }

  @Test
  void a_gated_offer_may_stand_beside_an_open_one() {
    Map<String, Object> open = anOffer("areas-open", "areas");
    open.put("eligibility", "anyone");
    open.remove("validity");

    assertThat(
            editor.post(uri("/territories/rennes/offers"), anOffer("areas-fast", "areas")).status())
        .isEqualTo(422);
    publish(open);
    publish(anOffer("areas-fast", "areas"));
  }

  @Test
  void against_a_warning_a_ground_is_given_and_kept() {
    Map<String, Object> body = anOffer("grounded", "trees");
    body.put("licence", Map.of("id", "CC-BY-SA-4.0", "version", 1));
    Answer without = editor.post(uri("/territories/rennes/offers"), body);
    body.put(
        "grounds",
        List.of(
            Map.of(
                "rule",
                "licence-off-list",
                "ground",
                "The data came to us under this licence, which we must keep.")));

    Answer with = publish(body);

    assertThat(without.status()).isEqualTo(409);
    assertThat(without.problem()).isEqualTo("ground-needed");
    assertThat(without.json().at("/findings/0/rule").asString()).isEqualTo("licence-off-list");
    String id = with.json().at("/id").asString();
    JsonNode shown = get("/offers/" + id).at("/grounds/0");
    assertThat(shown.at("/ground").asString()).startsWith("The data came to us");
    assertThat(shown.has("by")).isFalse();
    JsonNode kept = editor.get(uri("/offers/" + id + "/findings")).json().at("/items/0");
    assertThat(kept.at("/finding/rule").asString()).isEqualTo("licence-off-list");
    assertThat(kept.at("/by/kind").asString()).isEqualTo("person");
    assertThat(kept.at("/at").asString()).isNotEmpty();
    assertThat(
            jdbc.sql(
                    "select details from audit_entry where action = 'offer.ground-given' and"
                        + " subject_id = :id")
                .param("id", id)
                .query(String.class)
                .single())
        .contains("licence-off-list")
        .doesNotContain("came to us");
  }

  @Test
  void a_refusal_is_raised_back_to_the_offer_and_its_holder_sees_it() {
    String id = publish(anOffer("refused", "trees")).json().at("/id").asString();
    AccessRequestId request = AccessRequestId.create();

    guard.refusedToOthers(OfferId.of(id), request, HOUSE);
    guard.refusedToOthers(OfferId.of(id), request, HOUSE);

    for (Caller own : List.of(editor, reviewer, operator)) {
      JsonNode items = own.get(uri("/offers/" + id + "/findings")).json().at("/items");
      assertThat(items.size()).isEqualTo(1);
      assertThat(items.at("/0/finding/rule").asString()).isEqualTo("exclusivity-refused");
      assertThat(items.at("/0/request").asString()).isEqualTo(request.toString());
    }
    assertThat(Caller.anybody().get(uri("/offers/" + id + "/findings")).status()).isEqualTo(401);
    assertThat(neighbour.get(uri("/offers/" + id + "/findings")).status()).isEqualTo(403);
    assertThat(stranger.get(uri("/offers/" + id + "/findings")).status()).isEqualTo(403);
    assertThat(editor.get(uri("/offers/" + UUID.randomUUID() + "/findings")).status())
        .isEqualTo(404);
  }

  @Test
  void every_kind_of_fee_is_read_as_it_was_written() {
    Map<String, Map<String, Object>> fees = new LinkedHashMap<>();
    fees.put(
        "share",
        Map.of(
            "kind",
            "share-above-audience",
            "percentage",
            2.5,
            "per",
            "year",
            "audience",
            Map.of(
                "threshold", 10000, "of", Map.of("fr", "usagers par mois", "en", "users a month")),
            "calculation",
            Map.of("address", "https://example.org/calcul"),
            "reduced",
            List.of(Map.of("reuserKind", "association", "percentage", 1))));
    fees.put(
        "above",
        Map.of(
            "kind", "share-above-audience",
            "price", Map.of("amount", 50, "currency", "EUR"),
            "per", "month",
            "audience", Map.of("threshold", 5, "of", Map.of("fr", "clients", "en", "customers")),
            "calculation", Map.of("address", "https://example.org/calcul"),
            "reduced", List.of(Map.of("reuserKind", "association", "amount", 10))));
    fees.forEach(
        (slug, fee) -> {
          Map<String, Object> body = paid(anOffer("fee-" + slug, "trees"));
          body.put("fee", fee);
          JsonNode read = read(publish(body)).at("/fee");
          fee.keySet().forEach(member -> assertThat(read.hasNonNull(member)).as(member).isTrue());
          assertThat(read.at("/audience/of/fr").asString()).isNotEmpty();
        });

    JsonNode duty = odrl("fee-share").at("/permission/0/duty/0");
    assertThat(duty.at("/constraint").findValuesAsString("leftOperand"))
        .containsExactly("payAmount", "timeInterval", "count");
    assertThat(duty.at("/constraint/1/rightOperand/@value").asString()).isEqualTo("P1Y");
    assertThat(
            odrl("fee-above")
                .at("/permission/0/duty/0/constraint/1/rightOperand/@value")
                .asString())
        .isEqualTo("P1M");
    Map<String, Object> free = anOffer("fee-free", "trees");
    free.put("fee", Map.of("kind", "free"));
    assertThat(read(publish(free)).at("/fee").isNull()).isTrue();
  }

  @Test
  void a_price_that_was_kept_before_there_were_other_kinds_is_still_read() {
    String id = publish(paid(anOffer("old", "trees"))).json().at("/id").asString();
    jdbc.sql(
            """
            update offer set fee_kind = 'price', fee_terms = null, fee_amount = 1200,
              fee_currency = 'EUR', fee_per = 'year', form = null
            where id = :id
            """)
        .param("id", id)
        .update();

    JsonNode read = get("/offers/" + id);

    assertThat(read.at("/fee/kind").asString()).isEqualTo("price");
    assertThat(read.at("/fee/price/currency").asString()).isEqualTo("EUR");
    assertThat(read.at("/form").isEmpty()).isTrue();
  }

  @Test
  void a_withdrawn_offer_is_no_longer_listed_and_may_come_back_as_the_next_version() {
    Answer made = publish(anOffer("gone", "trees"));
    String id = made.json().at("/id").asString();

    Answer gone =
        editor
            .with("If-Match", made.header("ETag"))
            .post(uri("/offers/" + id + "/withdraw"), Map.of());

    assertThat(gone.status()).as(gone.text()).isEqualTo(200);
    assertThat(gone.json().at("/inForce").asBoolean(true)).isFalse();
    assertThat(get("/territories/rennes/offers?limit=200").at("/items").findValuesAsString("slug"))
        .doesNotContain("gone");
    Answer back = version(id, anOffer("gone", "trees"), gone.header("ETag"));
    assertThat(back.status()).isEqualTo(201);
    assertThat(back.json().at("/version").asInt()).isEqualTo(2);
  }

  @Test
  void a_territory_s_offers_are_paged_by_slug() {
    for (String slug : List.of("page-a", "page-b", "page-c")) {
      publish(anOffer(slug, "trees"));
    }

    JsonNode page = get("/territories/rennes/offers?limit=2&after=page");
    JsonNode rest = get("/territories/rennes/offers?limit=1&after=" + page.at("/next").asString());

    assertThat(page.at("/items").findValuesAsString("slug")).contains("page-a", "page-b");
    assertThat(rest.at("/items/0/slug").asString()).isEqualTo("page-c");
    assertThat(Caller.anybody().get(uri("/territories/rennes/offers?limit=0")).status())
        .isEqualTo(422);
  }

  /** Nothing that people publish may go around the guard. */
  @Test
  void only_the_guarded_door_publishes_offers() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(PublishOffers.class.getName())
        .should()
        .callMethod(Offers.class, "publish", TerritoryId.class, List.class, Actor.class)
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.octroi"));
  }

  private void fill(TerritoryId city, String slug) {
    HolderId holder = holders.keep(city, Drafts.city(slug, slug), HOUSE).kept().id();
    StoreId store =
        stores
            .keep(
                city,
                new StoreDraft(
                    new Slug("files-" + slug),
                    holder,
                    new StoreAddress.Folder("demo", "files"),
                    Optional.empty(),
                    true),
                HOUSE)
            .kept()
            .id();
    String before = slug.equals("ville") ? "" : slug + "-";
    dataset(city, holder, store, before + "trees", Classification.CONTROLLED);
    dataset(city, holder, store, before + "communes", Classification.PUBLIC, "high-value");
    dataset(city, holder, store, before + "areas", Classification.PUBLIC, "high-value");
  }

  private void dataset(
      TerritoryId city,
      HolderId holder,
      StoreId store,
      String slug,
      Classification classification,
      String... flags) {
    datasets.keep(
        city,
        Drafts.file(
            slug,
            new Bilingual(slug, slug),
            holder,
            store,
            slug + ".csv",
            new Catalogue(
                List.of(
                    new Catalogue.Column("name", Catalogue.Type.TEXT, false),
                    new Catalogue.Column("lon", Catalogue.Type.NUMBER, false)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            classification,
            flags),
        HOUSE);
  }

  /** An offer that the law has nothing against: identified, automatic, free, of a year. */
  private static Map<String, Object> anOffer(String slug, String dataset) {
    Map<String, Object> body = new HashMap<>();
    body.put("slug", slug);
    body.put("holder", "ville");
    body.put("title", Map.of("fr", "Offre " + slug, "en", "Offer " + slug));
    body.put("datasets", List.of(dataset));
    body.put("licence", Map.of("id", "etalab-2.0", "version", 1));
    body.put(
        "tier",
        Map.of("name", "steady", "rate", Map.of("requests", 10, "per", "PT1S", "burst", 20)));
    body.put("eligibility", "identified");
    body.put("validity", "P1Y");
    return body;
  }

  /** The same, at cost, for research, with coarse places, on a basis that covers it. */
  private static Map<String, Object> paid(Map<String, Object> body) {
    body.put("basis", "business-secret");
    body.put("purposes", List.of("ScientificResearch"));
    body.put(
        "tier",
        Map.of(
            "name",
            "coarse",
            "obligations",
            Map.of(
                "trees",
                Map.of("masks", List.of(Map.of("column", "lon", "how", "round", "digits", 2))))));
    Map<String, Object> fee = new HashMap<>();
    fee.put("kind", "at-cost");
    fee.put("price", Map.of("amount", 1200, "currency", "EUR"));
    fee.put("per", "year");
    fee.put(
        "calculation",
        Map.of("text", Map.of("fr", "Coût d'extraction", "en", "Cost of extraction")));
    fee.put("reduced", List.of(Map.of("reuserKind", "researcher", "amount", 0)));
    body.put("fee", fee);
    return body;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> fee(Map<String, Object> body) {
    return Optional.ofNullable((Map<String, Object>) body.get("fee")).orElseThrow();
  }

  private static Map<String, Object> question() {
    return Map.of(
        "id",
        "size",
        "title",
        Map.of("fr", "Votre taille ?", "en", "Your size?"),
        "kind",
        "choice",
        "required",
        true,
        "options",
        List.of(
            Map.of("value", "small", "title", Map.of("fr", "Petite", "en", "Small")),
            Map.of("value", "large", "title", Map.of("fr", "Grande", "en", "Large"))));
  }

  private Answer publish(Map<String, Object> body) {
    Answer made = editor.post(uri("/territories/rennes/offers"), body);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made;
  }

  private Answer version(String id, Map<String, Object> body, String tag) {
    return editor.with("If-Match", tag).post(uri("/offers/" + id + "/versions"), body);
  }

  private JsonNode read(Answer made) {
    return get("/offers/" + made.json().at("/id").asString());
  }

  private JsonNode odrl(String slug) {
    for (JsonNode offer : get("/territories/rennes/offers?limit=200").at("/items")) {
      if (offer.at("/slug").asString().equals(slug)) {
        return Caller.anybody()
            .with("Accept", "application/ld+json")
            .get(uri("/offers/" + offer.at("/id").asString()))
            .json();
      }
    }
    throw new AssertionError("no offer " + slug);
  }

  private JsonNode get(String path) {
    Answer answer = Caller.anybody().get(uri(path));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static List<String> pointers(Answer refused) {
    return refused.json().at("/errors").findValuesAsString("pointer");
  }

  private Caller staff(String role, String territory, String holder) {
    Answer made =
        Caller.anybody()
            .post(
                uri("/people"),
                Map.of(
                    "email",
                    UUID.randomUUID() + "@example.org",
                    "displayName",
                    "Staff",
                    "password",
                    PASSWORD,
                    "reuserKind",
                    "citizen"));
    Answer granted =
        operator.post(
            uri("/roles"),
            Map.of(
                "person",
                made.json().at("/person/id").asString(),
                "role",
                role,
                "territory",
                territory,
                "holder",
                holder));
    assertThat(granted.status()).as(granted.text()).isEqualTo(201);
    return Caller.bearing(made.json().at("/token").asString());
  }

  private URI uri(String path) {
    return URI.create(
        "http://127.0.0.1:" + environment.getProperty("local.server.port") + "/api/v1" + path);
  }
}
