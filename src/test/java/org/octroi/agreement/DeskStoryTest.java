package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.licence.LicenceDraft;
import org.octroi.licence.LicenceTexts;
import org.octroi.licence.Terms;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territory;
import org.octroi.testing.Caller;
import org.octroi.vocabulary.Bilingual;
import tools.jackson.databind.JsonNode;

/** The desk's story by HTTP: from an account to a revoked agreement, and all that is refused. */
class DeskStoryTest extends AtTheDesk {

  @Test
  void the_description_says_which_operations_need_a_token() throws Exception {
    JsonNode description = send("GET", "/openapi.json", "", null).body();

    assertThat(description.at("/security/0/personalToken").isArray()).isTrue();
    assertThat(description.at("/paths/~1api~1v1~1territories/get/security").toString())
        .isEqualTo("[{}]");
    assertThat(description.at("/paths/~1api~1v1~1people/post/security").toString())
        .isEqualTo("[{}]");
    assertThat(description.at("/paths/~1api~1v1~1me/get").has("operationId")).isTrue();
    assertThat(description.at("/paths/~1api~1v1~1me/get").has("security")).isFalse();
  }

  @Test
  void a_licence_answers_what_may_be_done_and_what_must_be() throws Exception {
    Answer all = send("GET", "/licences/ODbL-1.0/versions/1/answers", "", null);
    Answer one = send("GET", "/licences/ODbL-1.0/versions/1/answers?act=modify", "", null);
    Answer none = send("GET", "/licences/ODbL-1.0/versions/1/answers?act=eat", "", null);

    assertThat(all.body().at("/answers").findValuesAsString("act"))
        .containsExactly("sell", "redistribute", "modify", "combine", "train");
    assertThat(one.body().at("/answers").size()).isEqualTo(1);
    assertThat(one.at("/answers/0/because/0/kind")).isEqualTo("permission");
    assertThat(one.at("/answers/0/because/0/action")).isEqualTo("derive");
    assertThat(one.at("/answers/0/duties/1/odrl")).isEqualTo("cc:ShareAlike");
    assertThat(one.at("/textSha256"))
        .isEqualTo(licences.version("ODbL-1.0", 1).orElseThrow().textSha256());
    assertThat(none.status()).isEqualTo(422);
    assertThat(none.at("/errors/0/pointer")).isEqualTo("act");
    assertThat(send("GET", "/licences/ODbL-1.0/versions/9/answers", "", null).status())
        .isEqualTo(404);
  }

  @Test
  void licences_are_combined_and_bad_questions_refused() throws Exception {
    Answer yes = send("GET", "/licences/combine?licence=etalab-2.0&licence=ODbL-1.0", "", null);
    Answer no = send("GET", "/licences/combine?licence=CC-BY-SA-4.0&licence=ODbL-1.0", "", null);

    assertThat(yes.body().at("/results").toString()).isEqualTo("[\"ODbL-1.0\"]");
    assertThat(yes.at("/because/1/quotes")).contains("Derivative Database");
    assertThat(no.body().at("/allowed").asBoolean(true)).isFalse();
    assertThat(send("GET", "/licences/combine?licence=ODbL-1.0", "", null).status()).isEqualTo(422);
    assertThat(send("GET", "/licences/combine", "", null).status()).isEqualTo(422);
    assertThat(send("GET", "/licences/combine?licence=ODbL-1.0&licence=none", "", null).status())
        .isEqualTo(404);
  }

  @Test
  void a_licence_says_whether_it_is_on_the_french_list_and_whether_its_text_is_at_hand()
      throws Exception {
    Answer open = send("GET", "/licences/etalab-2.0", "", null);
    Answer mobility = send("GET", "/licences/licence-mobilites", "", null);

    assertThat(open.at("/onFrenchList")).isEqualTo("CRPA, D323-2-1");
    assertThat(open.body().hasNonNull("terms")).isFalse();
    assertThat(mobility.body().hasNonNull("onFrenchList")).isFalse();
    assertThat(mobility.body().at("/versions").size()).isZero();
    assertThat(mobility.body().at("/terms/duties").toString())
        .isEqualTo("[\"attribute\",\"shareAlike\"]");
  }

  @Test
  void a_version_is_read_as_odrl_by_who_asks_for_json_ld() throws Exception {
    Answer odrl =
        send("GET", "/licences/ODbL-1.0/versions/1", "", null, "Accept", "application/ld+json");

    assertThat(odrl.raw().headers().firstValue("Content-Type")).hasValue("application/ld+json");
    JsonNode policy = odrl.body();
    assertThat(policy.at("/@type").asString()).isEqualTo("Set");
    assertThat(policy.at("/uid").asString()).endsWith("/api/v1/licences/ODbL-1.0/versions/1");
    assertThat(policy.at("/permission").toString())
        .contains(
            "#data\"],\"action\":\"derive\",\"duty\":[{\"action\":\"attribute\"},"
                + "{\"action\":\"cc:ShareAlike\"}]}",
            "\"action\":\"cc:CommercialUse\",\"duty\":[{\"action\":\"attribute\"}]}");
    assertThat(send("GET", "/licences/ODbL-1.0/versions/1", "", null).at("/text"))
        .startsWith("## Open Data Commons Open Database License");
  }

  @Test
  void an_offer_and_its_agreement_are_read_as_odrl() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    String odrl = "/agreements/" + agreement + ".jsonld";

    JsonNode offer =
        send("GET", "/offers/" + automatic.id(), "", null, "Accept", "application/ld+json").body();
    JsonNode policy = send("GET", odrl, reuser.token(), null).body();

    assertThat(offer.at("/@type").asString()).isEqualTo("Offer");
    assertThat(offer.has("assignee")).isFalse();
    assertThat(offer.at("/assigner").asString()).isEqualTo("urn:uuid:" + automatic.holder());
    assertThat(offer.at("/permission/0/target/0").asString())
        .endsWith("/api/v1/territories/rennes/datasets/parks");
    assertThat(policy.at("/@type").asString()).isEqualTo("Agreement");
    assertThat(policy.at("/assignee").asString()).startsWith("urn:uuid:");
    assertThat(policy.at("/dct:identifier").asString()).startsWith("RENNES-");
    assertThat(policy.at("/dct:license/@id").asString()).contains("/api/v1/licences/");
    assertThat(policy.at("/permission/0/constraint/0").toString())
        .isEqualTo(
            "{\"leftOperand\":\"purpose\",\"operator\":\"isAnyOf\","
                + "\"rightOperand\":[\"https://w3id.org/dpv#ServiceProvision\"]}");
    assertThat(policy.at("/permission/0/constraint/1/leftOperand").asString())
        .isEqualTo("dateTime");
    assertThat(send("GET", odrl, "", null).status()).isEqualTo(401);
    assertThat(send("GET", odrl, reuser().token(), null).status()).isEqualTo(404);
    assertThat(send("GET", odrl, otherCitysReviewer, null).status()).isEqualTo(404);
    assertThat(send("GET", "/offers/nothing", "", null, "Accept", "application/ld+json").status())
        .isEqualTo(404);
  }

  @Test
  void a_next_version_says_what_it_changed() throws Exception {
    Territory rennes = territories.find("rennes").orElseThrow();
    for (int number = 1; number <= 2; number++) {
      licences.publish(
          rennes,
          new LicenceDraft(
              "rennes:engagee",
              Optional.empty(),
              new Bilingual("Licence engagée", "Engaged licence"),
              Optional.empty(),
              number,
              new LicenceTexts(Optional.of("Texte " + number), Optional.empty(), "fr"),
              new Terms(
                  new TreeSet<>(Set.of("use", "distribute")),
                  new TreeSet<>(number == 1 ? Set.of("commercialize") : Set.of()),
                  new TreeSet<>(number == 1 ? Set.of() : Set.of("attribute")))),
          HOUSE);
    }

    Answer changes = send("GET", "/licences/rennes:engagee/versions/2/changes", "", null);

    assertThat(changes.body().at("/textChanged").asBoolean(false)).isTrue();
    assertThat(changes.body().at("/terms").size()).isEqualTo(2);
    assertThat(changes.at("/terms/0/says/fr"))
        .isEqualTo("N'est plus interdit : utiliser à des fins commerciales");
    assertThat(changes.at("/terms/1/says/en"))
        .isEqualTo("Now demanded: name the source and its last update");
    for (String since : List.of("2", "0", "-1")) {
      Answer wrong =
          send("GET", "/licences/rennes:engagee/versions/2/changes?since=" + since, "", null);
      assertThat(wrong.status()).isEqualTo(422);
      assertThat(wrong.at("/errors/0/pointer")).isEqualTo("since");
    }
    assertThat(send("GET", "/licences/rennes:engagee/versions/1/changes", "", null).status())
        .isEqualTo(422);
  }

  @Test
  void what_is_to_be_cited_can_be_pasted() throws Exception {
    Answer line = send("GET", "/attribution?dataset=rennes/parks@2025-12-24", "", null);
    Answer wrong = send("GET", "/attribution?dataset=rennes/nothing", "", null);

    assertThat(line.at("/text/fr"))
        .isEqualTo(
            "Parcs — Ville, "
                + licences.list(new PageAsk(1, "")).items().getFirst().title().fr()
                + " ("
                + licences.list(new PageAsk(1, "")).items().getFirst().address()
                + "), mise à jour : 24 décembre 2025");
    assertThat(line.at("/html/en"))
        .contains("<time datetime=\"2025-12-24\">December 24, 2025</time>");
    assertThat(line.at("/markdown/en")).startsWith("[Parks](<").contains("/datasets/parks>)");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.at("/errors/0/pointer")).isEqualTo("dataset");
    for (String bad : List.of("rennes", "nowhere/parks", "rennes/parks@soon", "")) {
      assertThat(send("GET", "/attribution?dataset=" + bad, "", null).status())
          .as(bad)
          .isEqualTo(422);
    }
  }

  @Test
  void an_automatic_offer_gives_an_agreement_at_once() throws Exception {
    Reuser reuser = reuser();

    Answer sent = submitted(reuser, automatic);

    assertThat(sent.at("/state")).isEqualTo("approved");
    Answer agreement = send("GET", "/agreements/" + sent.at("/agreement"), reuser.token(), null);
    assertThat(agreement.at("/status")).isEqualTo("active");
    assertThat(agreement.raw().headers().firstValue("ETag")).hasValue("\"1.active\"");
  }

  @Test
  void a_reviewed_offer_waits_for_the_holder_with_a_deadline() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);
    assertThat(sent.at("/state")).isEqualTo("submitted");
    assertThat(Instant.parse(sent.at("/dueAt"))).isAfter(Instant.now());

    Answer approved = decide(sent, "approve", reviewer, Map.of("note", "fine"));

    assertThat(approved.at("/state")).isEqualTo("approved");
    assertThat(approved.at("/agreement")).isNotEmpty();
  }

  @Test
  void a_refusal_names_its_ground_and_the_redress() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);

    decide(sent, "refuse", reviewer, Map.of("ground", "capacity"));

    Answer seen = send("GET", "/requests/" + sent.at("/id"), reuser.token(), null);
    assertThat(seen.at("/decisions/0/ground")).isEqualTo("capacity");
    assertThat(seen.at("/redress")).contains("CADA");
  }

  @Test
  void two_reviewers_are_two_persons() throws Exception {
    Answer sent = submitted(reuser(), twice);

    assertThat(decide(sent, "approve", reviewer, Map.of()).at("/state")).isEqualTo("half-approved");
    assertThat(decide(sent, "approve", reviewer, Map.of()).at("/type")).endsWith("same-reviewer");
    assertThat(decide(sent, "approve", secondReviewer, Map.of()).at("/state"))
        .isEqualTo("approved");
  }

  @Test
  void many_approvals_at_once_mint_one_agreement() throws Exception {
    Answer sent = submitted(reuser(), reviewed);
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 6; i++) {
        String by = i % 2 == 0 ? reviewer : secondReviewer;
        answers.add(threads.submit(() -> decide(sent, "approve", by, Map.of())));
      }
    }

    List<Integer> statuses = new ArrayList<>();
    for (Future<Answer> answer : answers) {
      statuses.add(answer.get().status());
    }
    assertThat(statuses).containsOnlyOnce(200).allMatch(status -> status < 500);
    assertThat(
            jdbc.sql("select count(*) from agreement where request_id = :id")
                .param("id", sent.at("/id"))
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void nobody_decides_on_their_own_request() throws Exception {
    Answer made =
        send("POST", "/applications", reviewer, Map.of("name", "The reviewer's own program"));
    Answer sent = submitted(new Reuser(reviewer, made.at("/application/id")), reviewed);

    assertThat(decide(sent, "approve", reviewer, Map.of()).at("/type"))
        .endsWith("reviewer-conflict");
  }

  @Test
  void another_citys_reviewer_sees_nothing_of_it() throws Exception {
    Answer sent = submitted(reuser(), reviewed);

    assertThat(send("GET", "/requests/" + sent.at("/id"), otherCitysReviewer, null).status())
        .isEqualTo(404);
    assertThat(decide(sent, "approve", otherCitysReviewer, Map.of()).status()).isEqualTo(404);
    assertThat(send("GET", "/requests", otherCitysReviewer, null).body().at("/items").size())
        .isZero();
  }

  @Test
  void a_withdrawn_request_can_no_longer_be_approved() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);

    send("POST", "/requests/" + sent.at("/id") + "/withdraw", reuser.token(), null);

    assertThat(decide(sent, "approve", reviewer, Map.of()).at("/type"))
        .endsWith("request-not-open");
  }

  @Test
  void an_agreement_is_suspended_resumed_and_revoked_for_good() throws Exception {
    String agreement = submitted(reuser(), automatic).at("/agreement");
    Map<String, String> ground = Map.of("ground", "misuse");

    assertThat(change(agreement, "suspend", ground).at("/status")).isEqualTo("suspended");
    assertThat(change(agreement, "suspend", ground).at("/type")).endsWith("agreement-not-active");
    assertThat(change(agreement, "resume", null).at("/status")).isEqualTo("active");
    assertThat(change(agreement, "revoke", ground).at("/status")).isEqualTo("revoked");
    assertThat(change(agreement, "resume", null).status()).isEqualTo(409);
  }

  @Test
  void the_register_names_no_person() throws Exception {
    Reuser reuser = reuser();
    submitted(reuser, automatic);
    String name = send("GET", "/me", reuser.token(), null).at("/person/displayName");

    Answer register = send("GET", "/register", "", null);

    assertThat(register.status()).isEqualTo(200);
    assertThat(register.body().at("/items").size()).isPositive();
    assertThat(register.raw().body()).doesNotContain(name);
  }

  @Test
  void terms_are_accepted_by_the_hash_of_their_text_only() throws Exception {
    Reuser reuser = reuser();
    Answer draft = draft(reuser, automatic);

    Answer answer =
        send(
            "POST",
            "/requests/" + draft.at("/id") + "/submit",
            reuser.token(),
            Map.of("acceptedTextSha256", "0".repeat(64)));

    assertThat(answer.at("/type")).endsWith("terms-not-accepted");
  }

  @Test
  void a_purpose_that_is_not_offered_is_refused() throws Exception {
    Reuser reuser = reuser();

    Answer answer =
        send("POST", "/requests", reuser.token(), body(reuser, automatic, "DirectMarketing"));

    assertThat(answer.at("/type")).endsWith("purpose-not-offered");
  }

  @Test
  void the_audit_trail_shows_it_and_verifies() throws Exception {
    submitted(reuser(), automatic);

    assertThat(send("GET", "/audit", operator, null).raw().body()).contains("agreement.mint");
    assertThat(send("GET", "/audit/verify", operator, null).body().at("/intact").asBoolean())
        .isTrue();
    assertThat(send("GET", "/audit", reuser().token(), null).status()).isEqualTo(403);
  }

  @Test
  void the_audit_trail_is_exported_as_a_chain_of_json_lines() throws Exception {
    submitted(reuser(), automatic);
    String rennes = territories.find("rennes").orElseThrow().id().toString();
    Caller auditor = Caller.bearing(operator);

    Caller.Answer whole = auditor.get(uri("/audit/export"));
    Caller.Answer ofRennes = auditor.get(uri("/audit/export?territory=" + rennes));

    List<JsonNode> lines = whole.text().lines().map(JSON::readTree).toList();
    assertThat(whole.header("Content-Type")).isEqualTo("application/jsonl");
    assertThat(whole.text()).contains("agreement.mint").endsWith("}\n");
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i).at("/place").asLong()).isEqualTo(i + 1);
      assertThat(lines.get(i).at("/previousHash").asString())
          .isEqualTo(i == 0 ? "0".repeat(64) : lines.get(i - 1).at("/hash").asString());
    }
    assertThat(ofRennes.text().lines())
        .isNotEmpty()
        .allSatisfy(
            line -> assertThat(JSON.readTree(line).at("/territory").asString()).isEqualTo(rennes));
    assertThat(Caller.bearing(reuser().token()).get(uri("/audit/export")).status()).isEqualTo(403);
    assertThat(auditor.get(uri("/audit/export?territory=rennes!")).status()).isEqualTo(422);
  }

  @Test
  void the_same_idempotency_key_gives_the_same_answer_and_keeps_no_secret_in_clear()
      throws Exception {
    Reuser reuser = reuser();
    Map<String, String> once = Map.of("name", "Once");
    String[] key = {"Idempotency-Key", "k-" + UUID.randomUUID()};

    Answer made = send("POST", "/applications", reuser.token(), once, key);
    Answer again = send("POST", "/applications", reuser.token(), once, key);
    Answer other = send("POST", "/applications", reuser.token(), Map.of("name", "Other"), key);

    assertThat(again.raw().body()).isEqualTo(made.raw().body());
    assertThat(other.at("/type")).endsWith("idempotency-key-reused");
    assertThat(jdbc.sql("select sealed_answer from idempotent_answer").query(String.class).list())
        .noneMatch(kept -> kept != null && kept.contains(made.at("/clientSecret")));
  }

  @Test
  void a_stale_version_changes_nothing() throws Exception {
    Reuser reuser = reuser();
    String path = "/applications/" + reuser.application();

    Answer stale = send("POST", path + "/suspend", reuser.token(), null, "If-Match", "\"7\"");

    assertThat(stale.status()).isEqualTo(412);
    assertThat(send("GET", path, reuser.token(), null).at("/status")).isEqualTo("active");
  }

  @Test
  void the_origins_of_an_application_are_changed_by_its_owner_only() throws Exception {
    Reuser reuser = reuser();
    String path = "/applications/" + reuser.application();
    Map<String, Object> origins =
        Map.of("origins", List.of("https://a.example", "http://localhost:3000"));
    assertThat(send("GET", path, reuser.token(), null).body().at("/origins")).isEmpty();

    assertThat(send("PUT", path + "/origins", reuser.token(), origins).status()).isEqualTo(428);
    assertThat(send("PUT", path + "/origins", operator, origins, "If-Match", "\"1\"").status())
        .isEqualTo(404);
    Answer set = send("PUT", path + "/origins", reuser.token(), origins, "If-Match", "\"1\"");

    assertThat(set.status()).isEqualTo(200);
    assertThat(set.raw().headers().firstValue("ETag")).hasValue("\"2\"");
    assertThat(send("GET", path, reuser.token(), null).body().at("/origins").toString())
        .isEqualTo("[\"https://a.example\",\"http://localhost:3000\"]");
    assertThat(
            send("PUT", path + "/origins", reuser.token(), origins, "If-Match", "\"1\"").status())
        .isEqualTo(412);
    Answer bad =
        send(
            "PUT",
            path + "/origins",
            reuser.token(),
            Map.of("origins", List.of("https://A.example")),
            "If-Match",
            "\"2\"");
    assertThat(bad.status()).isEqualTo(422);
    assertThat(bad.at("/errors/0/pointer")).isEqualTo("/origins/0");
    assertThat(
            jdbc.sql(
                    """
                    select details from audit_entry
                    where action = 'application.set-origins' and subject_id = :id
                    """)
                .param("id", reuser.application())
                .query(String.class)
                .list())
        .singleElement()
        .asString()
        .contains("https://a.example http://localhost:3000");
  }

  @Test
  void a_role_is_not_taken_without_naming_its_version() throws Exception {
    assertThat(send("DELETE", "/roles/" + UUID.randomUUID(), operator, null).status())
        .isEqualTo(428);
  }

  @Test
  void the_first_administrators_link_is_gone_once_there_is_one() {
    assertThat(first.renewLink()).isEmpty();
  }

  @Test
  void a_bad_token_is_nobody_even_where_anybody_may_read() throws Exception {
    Answer answer = send("GET", "/register", "octp_made-up", null);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.raw().headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("invalid_token");
  }

  @Test
  void a_wrong_password_is_refused_and_then_slowed_down() throws Exception {
    Map<String, String> wrong = Map.of("email", "nobody@example.org", "password", "no such thing");
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      statuses.add(send("POST", "/people/tokens", "", wrong).status());
    }

    assertThat(statuses.subList(0, 5)).containsOnly(401);
    assertThat(statuses.getLast()).isEqualTo(429);
  }

  @Test
  void a_body_of_more_than_a_megabyte_is_refused_also_when_it_comes_in_chunks() throws Exception {
    byte[] long1 = ("{\"email\":\"" + "x".repeat(1_200_000) + "\"}").getBytes();
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri("/people"))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(long1)))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @ParameterizedTest(name = "{0} {1} answers {3} at {4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          POST|/people|{"email":"x","displayName":"A","password":"quiet rivers carry","reuserKind":"citizen"}|422|/email
          POST|/people|{"email":"a@example.org","displayName":"A","password":"short","reuserKind":"citizen"}|422|/password
          POST|/people|{"email":"a@example.org","displayName":"A","password":"motdepasse1234","reuserKind":"citizen"}|422|/password
          POST|/people|{"email":"a@example.org","displayName":"A","password":"quiet rivers carry","reuserKind":"robot"}|422|/reuserKind
          POST|/people|{"email":"a@example.org","extra":1}|422|/extra
          POST|/people|{"email":5}|422|/email
          POST|/people|{"email":|400|
          POST|/people|[]|400|
          POST|/organisations|{"name":"A","siren":"123456789","kind":"company"}|422|/siren
          POST|/organisations|{"name":"A","siret":"13002526500014","kind":"company"}|422|/siret
          POST|/organisations|{"name":"A","siren":"732829320","siret":"13002526500013","kind":"company"}|422|/siret
          POST|/organisations|{"name":" ","kind":"company"}|422|/name
          POST|/applications|{"name":"A","organisation":"nonsense"}|422|/organisation
          POST|/applications|{"name":"A","origins":["https://a.example","https://a.example/"]}|422|/origins/1
          POST|/applications|{"name":"A","origins":["*"]}|422|/origins/0
          POST|/applications|{"name":"A","origins":["null"]}|422|/origins/0
          POST|/applications|{"name":"A","origins":[null]}|422|/origins/0
          POST|/applications|{"name":"A","origins":["http://a.example"]}|422|/origins/0
          POST|/applications|{"name":"A","origins":"https://a.example"}|422|/origins
          POST|/applications|{"name":"A","origins":["","","","","","","","","","","","","","","","","","","","",""]}|422|/origins
          POST|/requests|{"offer":"nonsense","application":"x","purposes":["ServiceProvision"],"reuse":"a"}|422|/offer
          POST|/requests|{"offer":"a","application":"b","purposes":[],"reuse":"a"}|422|/purposes
          POST|/roles|{"person":"00000000-0000-7000-8000-000000000000","role":"emperor"}|422|/role
          POST|/roles|{"person":"a@example.org","role":"auditor"}|422|/person
          POST|/roles|{"person":"00000000-0000-7000-8000-000000000000","role":"auditor"}|422|/person
          POST|/organisations|{"name":"A\\u202eB","kind":"company"}|422|/name
          GET|/requests?limit=0||422|limit
          GET|/requests/nonsense||404|
          GET|/audit?after=x||422|after
          PUT|/applications|{}|405|
          """)
  void bad_input_is_a_problem_that_names_the_field(
      String method, String path, String body, int status, String pointer) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .header("Authorization", "Bearer " + operator)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    if (pointer != null) {
      assertThat(JSON.readTree(answer.body()).at("/errors").toString())
          .contains("\"" + pointer + "\"");
    }
  }

  @Test
  void equal_grants_at_once_are_one() throws Exception {
    Answer made = registered(UUID.randomUUID() + "@example.org");
    Map<String, String> grant = Map.of("person", made.at("/person/id"), "role", "auditor");
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 6; i++) {
        answers.add(threads.submit(() -> send("POST", "/roles", operator, grant)));
      }
    }

    Set<String> ids = new TreeSet<>();
    for (Future<Answer> answer : answers) {
      ids.add(answer.get().at("/id"));
    }
    assertThat(ids).hasSize(1).doesNotContain("");
  }

  @Test
  void the_last_operator_s_role_stays() throws Exception {
    String grant =
        jdbc.sql("select id from role_grant where role = 'operator'").query(String.class).single();

    Answer refused = send("DELETE", "/roles/" + grant, operator, null, "If-Match", "\"1\"");

    assertThat(refused.status()).isEqualTo(409);
  }

  @Test
  void all_tokens_end_at_once() throws Exception {
    String token = register(UUID.randomUUID() + "@example.org");

    assertThat(send("DELETE", "/people/tokens", token, null).status()).isEqualTo(204);
    assertThat(send("GET", "/me", token, null).status()).isEqualTo(401);
  }

  @Test
  void a_reviewer_s_organisation_of_the_same_siren_is_a_conflict() throws Exception {
    String member = register(UUID.randomUUID() + "@example.org");
    Map<String, String> company = Map.of("name", "Barges", "siren", "732829320", "kind", "company");
    Answer theirs = send("POST", "/organisations", member, company);
    assertThat(theirs.status()).as(theirs.raw().body()).isEqualTo(201);
    Reuser reuser =
        new Reuser(
            member,
            send(
                    "POST",
                    "/applications",
                    member,
                    Map.of("name", "Barges", "organisation", theirs.at("/id")))
                .at("/application/id"));
    Answer request = submitted(reuser, reviewed);
    String partial = reviewerOf("rennes");
    assertThat(send("POST", "/organisations", partial, company).status()).isEqualTo(201);

    assertThat(decide(request, "approve", partial, Map.of()).at("/type"))
        .endsWith("/reviewer-conflict");
  }

  @Test
  void a_key_with_another_condition_is_another_request() throws Exception {
    String token = register(UUID.randomUUID() + "@example.org");
    String key = UUID.randomUUID().toString();
    Map<String, String> body = Map.of("name", "Barges");
    send("POST", "/applications", token, body, "Idempotency-Key", key);

    assertThat(
            send("POST", "/applications", token, body, "Idempotency-Key", key, "If-Match", "\"1\"")
                .at("/type"))
        .endsWith("/idempotency-key-reused");
  }
}
