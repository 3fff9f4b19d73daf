package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/**
 * What both sides of a request say to each other before it is decided, and what time does to it.
 */
class RequestDialogueTest extends AtTheDesk {

  @Autowired private RequestClock requestClock;

  @Test
  void while_information_is_awaited_the_clock_stands_still() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);
    Instant due = Instant.parse(sent.at("/dueAt"));

    Answer asked = decide(sent, "ask", reviewer, Map.of("text", "Which area?"));
    waiting(sent, 10);
    Answer answered = act(sent, "answer", reuser, Map.of("text", "The old town."));

    assertThat(asked.at("/state")).isEqualTo("information-asked");
    assertThat(asked.at("/waitingSince")).isNotEmpty();
    assertThat(answered.at("/state")).isEqualTo("submitted");
    assertThat(Instant.parse(answered.at("/dueAt"))).isAfterOrEqualTo(due.plusSeconds(10 * 86_400));
    assertThat(messages(sent, reuser.token()).findValuesAsString("kind"))
        .containsExactly("question", "answer");
  }

  @Test
  void nobody_decides_while_it_is_the_applicants_turn() throws Exception {
    Answer sent = submitted(reuser(), reviewed);
    decide(sent, "ask", reviewer, Map.of("text", "Which area?"));

    assertThat(decide(sent, "approve", reviewer, Map.of()).at("/type"))
        .endsWith("/request-not-open");
    assertThat(decide(sent, "ask", reviewer, Map.of("text", "And why?")).at("/type"))
        .endsWith("/request-not-open");
  }

  @Test
  void an_answer_leads_back_to_where_one_of_two_had_approved() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, twice);
    decide(sent, "approve", reviewer, Map.of());
    decide(sent, "ask", secondReviewer, Map.of("text", "Which area?"));

    assertThat(act(sent, "answer", reuser, Map.of("text", "The old town.")).at("/state"))
        .isEqualTo("half-approved");
    assertThat(decide(sent, "approve", secondReviewer, Map.of()).at("/state"))
        .isEqualTo("approved");
  }

  @Test
  void a_request_whose_applicant_is_silent_for_sixty_days_lapses() throws Exception {
    Reuser reuser = reuser();
    Answer silent = submitted(reuser, reviewed);
    decide(silent, "ask", reviewer, Map.of("text", "Which area?"));
    Answer patient = submitted(reuser(), reviewed);
    decide(patient, "ask", reviewer, Map.of("text", "Which area?"));
    waiting(silent, 61);
    waiting(patient, 59);

    requestClock.tick();

    assertThat(send("GET", "/requests/" + silent.at("/id"), reuser.token(), null).at("/state"))
        .isEqualTo("lapsed");
    assertThat(send("GET", "/requests/" + patient.at("/id"), reviewer, null).at("/state"))
        .isEqualTo("information-asked");
  }

  @Test
  void a_term_that_is_over_is_noticed_once_and_says_what_silence_means() throws Exception {
    Answer sent = submitted(reuser(), reviewed);
    jdbc.sql("update access_request set due_at = :past where id = :id")
        .param("past", LocalDateTime.ofInstant(Instant.now().minusSeconds(60), ZoneOffset.UTC))
        .param("id", sent.at("/id"))
        .update();

    requestClock.tick();
    requestClock.tick();

    assertThat(send("GET", "/requests/" + sent.at("/id"), reviewer, null).at("/overdue"))
        .contains("CADA");
    assertThat(onRecord("request.overdue", sent.at("/id"))).isEqualTo(1);
  }

  @Test
  void more_time_is_taken_once_and_on_a_ground() throws Exception {
    Answer sent = submitted(reuser(), reviewed);

    Answer extended =
        decide(sent, "extend", reviewer, Map.of("ground", "The columns must be checked."));

    assertThat(extended.at("/extended/by")).isEqualTo("P30D");
    assertThat(Instant.parse(extended.at("/dueAt")))
        .isAfter(Instant.parse(sent.at("/dueAt")).plusSeconds(28 * 86_400));
    assertThat(decide(sent, "extend", reviewer, Map.of("ground", "Again.")).status())
        .isEqualTo(409);
    assertThat(decide(sent, "extend", reviewer, Map.of()).at("/errors/0/pointer"))
        .isEqualTo("/ground");
  }

  @Test
  void a_request_is_looked_after_by_a_reviewer_of_the_holder() throws Exception {
    Answer sent = submitted(reuser(), reviewed);
    String me = send("GET", "/me", reviewer, null).at("/person/id");
    String stranger = send("GET", "/me", otherCitysReviewer, null).at("/person/id");

    assertThat(decide(sent, "assign", reviewer, Map.of("reviewer", me)).at("/assignee"))
        .isEqualTo(me);
    assertThat(
            decide(sent, "assign", reviewer, Map.of("reviewer", stranger)).at("/errors/0/pointer"))
        .isEqualTo("/reviewer");
    assertThat(decide(sent, "assign", reviewer, Map.of()).body().get("assignee").isNull()).isTrue();
  }

  @Test
  void narrower_terms_bind_once_their_hash_is_accepted() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);

    Answer proposed =
        propose(
            sent,
            Map.of(
                "validity", "P6M",
                "tier", Map.of("quota", Map.of("requestsPerDay", 100)),
                "note", "Half a year to begin with."));
    String terms = proposed.at("/proposal/sha256");

    assertThat(proposed.at("/state")).isEqualTo("proposed");
    assertThat(proposed.at("/proposal/tier/quota/requestsPerDay")).isEqualTo("100");
    assertThat(proposed.at("/proposal/tier/rate/requests")).isEqualTo("10");
    assertThat(
            act(sent, "accept", reuser, accepted(reviewed.licence().textSha256(), "0".repeat(64)))
                .at("/type"))
        .endsWith("/terms-not-accepted");
    Answer minted = act(sent, "accept", reuser, accepted(reviewed.licence().textSha256(), terms));
    assertThat(minted.at("/state")).isEqualTo("approved");
    Answer agreement = send("GET", "/agreements/" + minted.at("/agreement"), reuser.token(), null);
    assertThat(agreement.body().at("/narrower").asBoolean(false)).isTrue();
    assertThat(Instant.parse(agreement.at("/validUntil")))
        .isBefore(Instant.now().plusSeconds(190L * 86_400));
  }

  @Test
  void narrower_terms_may_be_turned_down() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);
    propose(sent, Map.of("validity", "P6M"));

    assertThat(act(sent, "withdraw", reuser, Map.of()).at("/state")).isEqualTo("withdrawn");
    assertThat(decide(sent, "approve", reviewer, Map.of()).status()).isEqualTo(409);
  }

  @Test
  void of_two_reviewers_the_second_approves_the_narrower_terms_before_the_applicant_is_asked()
      throws Exception {
    Answer sent = submitted(reuser(), twice);

    assertThat(propose(sent, Map.of("validity", "P1Y")).at("/state")).isEqualTo("half-approved");
    assertThat(
            send(
                    "POST",
                    "/requests/" + sent.at("/id") + "/propose",
                    secondReviewer,
                    Map.of("validity", "P1M"))
                .status())
        .isEqualTo(409);
    assertThat(decide(sent, "approve", secondReviewer, Map.of()).at("/state"))
        .isEqualTo("proposed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"tier": {"quota": {"requestsPerDay": 2000}}}                   | /tier/quota/requestsPerDay
          {"tier": {"quota": {"requestsPerDay": -1}}}                     | /tier/quota/requestsPerDay
          {"tier": {"rate": {"requests": 20, "per": "PT1S", "burst": 20}}} | /tier/rate
          {"tier": {"rate": {"requests": 5, "per": "soon", "burst": 5}}}  | /tier/rate/per
          {"tier": {"name": "gold"}}                                      | /tier/name
          {"tier": {"obligations": {"lakes": {"columns": ["a"]}}}}        | /tier/obligations/lakes
          {"tier": {"obligations": {"parks": {"columns": ["a"]}}}}        | /tier/obligations/parks/columns
          {"tier": {"obligations": {"parks": {"formats": ["wav"]}}}}      | /tier/obligations/parks/formats/0
          {"tier": {"obligations": {"parks": {"masks": [{}]}}}}           | /tier/obligations/parks/masks/0/column
          {"tier": {"obligations": {"parks": {"rows": [{"column": "a", "operator": "eq"}]}}}} | /tier/obligations/parks/rows/0/values
          {"validity": "P-1D"}                                  | /validity
          {"validity": "P9999999Y"}                             | /validity
          {"validity": "half a year"}                           | /validity
          {"purposes": ["Marketing"]}                           | /purposes
          {"purposes": ["Nonsense"]}                            | /purposes/0
          {"colour": "red"}                                     | /colour
          {}                                                    | ''
          """)
  void terms_that_are_wider_or_not_narrower_are_refused(String body, String pointer)
      throws Exception {
    Answer sent = submitted(reuser(), reviewed);

    Answer refused = propose(sent, JSON.readTree(body));

    assertThat(refused.status()).as(refused.raw().body()).isEqualTo(422);
    assertThat(refused.at("/errors/0/pointer")).isEqualTo(pointer);
  }

  @Test
  void both_sides_write_to_each_other_and_nobody_else_reads_it() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);
    String path = "/requests/" + sent.at("/id") + "/messages";

    send("POST", path, reuser.token(), Map.of("text", "When may I hope for an answer?"));
    send("POST", path, reviewer, Map.of("text", "This week."));

    assertThat(messages(sent, reviewer).findValuesAsString("side"))
        .containsExactly("reuser", "holder");
    assertThat(send("GET", path, reuser().token(), null).status()).isEqualTo(404);
    assertThat(send("POST", path, otherCitysReviewer, Map.of("text", "Hm.")).status())
        .isEqualTo(404);
    assertThat(send("POST", path, operator, Map.of("text", "Hm.")).status()).isEqualTo(404);
    assertThat(send("POST", path, reviewer, Map.of("text", " ")).at("/errors/0/pointer"))
        .isEqualTo("/text");
  }

  @Test
  void a_draft_is_rewritten_by_its_applicant_only_and_only_as_a_draft() throws Exception {
    Reuser reuser = reuser();
    Answer draft = draft(reuser, reviewed);
    Map<String, Object> body =
        Map.of("purposes", List.of("ServiceProvision"), "reuse", "A map of lakes");
    String path = "/requests/" + draft.at("/id");

    assertThat(send("PUT", path, reuser.token(), body).status()).isEqualTo(428);
    Answer rewritten = send("PUT", path, reuser.token(), body, "If-Match", "\"1\"");
    assertThat(rewritten.at("/reuse")).isEqualTo("A map of lakes");
    assertThat(send("PUT", path, reuser.token(), body, "If-Match", "\"1\"").status())
        .isEqualTo(412);
    assertThat(send("PUT", path, reviewer, body, "If-Match", "\"2\"").status()).isEqualTo(404);
    act(draft, "submit", reuser, Map.of("acceptedTextSha256", reviewed.licence().textSha256()));
    assertThat(send("PUT", path, reuser.token(), body, "If-Match", "*").at("/type"))
        .endsWith("/request-not-open");
  }

  @Test
  void the_slower_of_two_reviewers_is_told_who_decided_what() throws Exception {
    Answer sent = submitted(reuser(), reviewed);
    String tag = sent.raw().headers().firstValue("ETag").orElseThrow();
    decide(sent, "refuse", reviewer, Map.of("ground", "capacity"));

    Answer late =
        send(
            "POST",
            "/requests/" + sent.at("/id") + "/approve",
            secondReviewer,
            Map.of(),
            "If-Match",
            tag);

    assertThat(late.status()).isEqualTo(412);
    assertThat(late.at("/decisions/0/verdict")).isEqualTo("refuse");
    assertThat(late.at("/decisions/0/reviewer"))
        .isEqualTo(send("GET", "/me", reviewer, null).at("/person/id"));
  }

  @Test
  void an_application_holds_one_agreement_of_an_offer_at_a_time() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");

    Answer second =
        act(
            draft(reuser, automatic),
            "submit",
            reuser,
            Map.of("acceptedTextSha256", automatic.licence().textSha256()));

    assertThat(second.at("/type")).endsWith("/agreement-exists");
    change(agreement, "revoke", Map.of("ground", "misuse"));
    assertThat(submitted(reuser, automatic).at("/state")).isEqualTo("approved");
  }

  @Test
  void reviewers_see_how_the_same_case_was_decided_and_what_else_the_reuser_asked()
      throws Exception {
    Answer approvedOnce = submitted(reuser(), reviewed);
    decide(approvedOnce, "approve", reviewer, Map.of());
    Answer refusedOnce = submitted(reuser(), reviewed);
    decide(refusedOnce, "refuse", reviewer, Map.of("ground", "capacity"));
    Reuser reuser = reuser();
    Answer other = submitted(reuser, twice);
    Answer sent = submitted(reuser, reviewed);

    Answer compared = send("GET", "/requests/" + sent.at("/id") + "/like-cases", reviewer, null);

    assertThat(compared.body().at("/sameCase").findValuesAsString("id"))
        .contains(approvedOnce.at("/id"), refusedOnce.at("/id"));
    assertThat(compared.body().at("/decidedDifferently").asBoolean(false)).isTrue();
    assertThat(compared.body().at("/sameReuser").findValuesAsString("id"))
        .containsExactly(other.at("/id"));
    assertThat(
            send("GET", "/requests/" + sent.at("/id") + "/like-cases", reuser.token(), null)
                .status())
        .isEqualTo(403);
  }

  @Test
  void a_file_is_told_by_its_bytes_and_comes_back_as_it_was() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);
    byte[] pdf = "%PDF-1.7\nnot much of one".getBytes(StandardCharsets.US_ASCII);

    Answer attached = attach(sent, reuser.token(), "plan.pdf", pdf);

    assertThat(attached.status()).as(attached.raw().body()).isEqualTo(201);
    assertThat(attached.at("/mediaType")).isEqualTo("application/pdf");
    HttpResponse<byte[]> back =
        http.send(
            HttpRequest.newBuilder(
                    uri("/requests/" + sent.at("/id") + "/attachments/" + attached.at("/id")))
                .header("Authorization", "Bearer " + reviewer)
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(back.body()).isEqualTo(pdf);
    assertThat(back.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment");
    assertThat(attach(sent, reuser().token(), "plan.pdf", pdf).status()).isEqualTo(404);
  }

  @Test
  void nothing_that_runs_is_attached() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);

    assertThat(attach(sent, reuser.token(), "a.pdf", new byte[] {'M', 'Z', 0, 1}).status())
        .isEqualTo(415);
    assertThat(attach(sent, reuser.token(), "a.pdf", new byte[0]).status()).isEqualTo(422);
    assertThat(attach(sent, reuser.token(), "..%2Fa.pdf", "text".getBytes()).status())
        .isEqualTo(422);
    assertThat(attach(sent, reuser.token(), "a.txt", new byte[(10 << 20) + 1]).status())
        .isEqualTo(413);
  }

  @Test
  void who_asks_for_data_without_an_offer_is_answered_by_its_holder() throws Exception {
    Reuser reuser = reuser();
    Map<String, Object> asked =
        Map.of(
            "territory", "rennes",
            "holder", "ville",
            "wanted", "The trees of the parks, by species",
            "purposes", List.of("ServiceProvision"));
    Answer demand = send("POST", "/demands", reuser.token(), asked);

    assertThat(demand.status()).as(demand.raw().body()).isEqualTo(201);
    assertThat(demand.at("/dueAt")).isNotEmpty();
    String path = "/demands/" + demand.at("/id");
    assertThat(send("GET", path, reuser().token(), null).status()).isEqualTo(404);
    assertThat(send("GET", path, otherCitysReviewer, null).status()).isEqualTo(404);
    assertThat(
            send("POST", path + "/answer", reuser.token(), Map.of("ground", "capacity")).status())
        .isEqualTo(403);
    assertThat(
            send("POST", path + "/answer", reviewer, Map.of("ground", "other"))
                .at("/errors/0/pointer"))
        .isEqualTo("/note");
    Answer answered =
        send("POST", path + "/offer", reviewer, Map.of("offer", reviewed.id().toString()));
    assertThat(answered.at("/status")).isEqualTo("offered");
    assertThat(send("POST", path + "/withdraw", reuser.token(), null).status()).isEqualTo(409);
    assertThat(send("GET", "/demands", reviewer, null).body().at("/items").findValuesAsString("id"))
        .contains(demand.at("/id"));
  }

  @Test
  void each_side_is_told_what_the_other_did() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);
    decide(sent, "ask", reviewer, Map.of("text", "Which area?"));
    act(sent, "answer", reuser, Map.of("text", "The old town."));
    send("POST", "/requests/" + sent.at("/id") + "/messages", reviewer, Map.of("text", "Thanks."));
    decide(sent, "refuse", reviewer, Map.of("ground", "capacity"));

    assertThat(told(reuser.token(), sent))
        .containsExactly("request.refused", "request.message", "request.asked");
    assertThat(told(secondReviewer, sent)).containsExactly("request.answered", "request.submitted");
    JsonNode refused = send("GET", "/me/notices", reuser.token(), null).body().at("/items/0");
    assertThat(refused.toString()).contains("CADA").contains("/api/v1/requests/" + sent.at("/id"));
  }

  @Test
  void the_questions_of_an_offer_are_answered_before_a_request_is_sent() throws Exception {
    Answer offer = offerThatAsks();
    assertThat(offer.status()).as(offer.raw().body()).isEqualTo(201);
    Reuser reuser = reuser();
    Map<String, Object> body = new HashMap<>();
    body.put("offer", offer.at("/id"));
    body.put("application", reuser.application());
    body.put("purposes", List.of("ServiceProvision"));
    body.put("reuse", "A map of parks");
    body.put("answers", Map.of("audience", "many", "colour", "red"));
    assertThat(
            send("POST", "/requests", reuser.token(), body)
                .body()
                .at("/errors")
                .findValuesAsString("pointer"))
        .containsExactlyInAnyOrder("/answers/audience", "/answers/colour");
    body.put("answers", Map.of());
    Answer draft = send("POST", "/requests", reuser.token(), body);
    Map<String, String> accepted = Map.of("acceptedTextSha256", offer.at("/licence/textSha256"));
    assertThat(act(draft, "submit", reuser, accepted).at("/errors/0/pointer"))
        .isEqualTo("/answers/audience");
    String plan =
        attach(draft, reuser.token(), "plan.txt", "A plan.".getBytes(StandardCharsets.UTF_8))
            .at("/id");
    body.keySet().retainAll(List.of("purposes", "reuse"));
    body.put("answers", Map.of("audience", 5000, "plan", "somewhere-else"));
    String path = "/requests/" + draft.at("/id");
    send("PUT", path, reuser.token(), body, "If-Match", "*");
    assertThat(act(draft, "submit", reuser, accepted).at("/errors/0/pointer"))
        .isEqualTo("/answers/plan");
    body.put("answers", Map.of("audience", 5000, "plan", plan));
    send("PUT", path, reuser.token(), body, "If-Match", "*");

    Answer sent = act(draft, "submit", reuser, accepted);

    assertThat(sent.at("/state")).as(sent.raw().body()).isEqualTo("submitted");
    assertThat(sent.at("/answers/audience")).isEqualTo("5000");
  }

  @Test
  void a_refusal_where_others_were_granted_the_same_is_raised_on_the_offer() throws Exception {
    String editor = staffOf("rennes", "holder-editor");
    String path = "/offers/" + reviewed.id() + "/findings";
    decide(submitted(reuser(), reviewed), "approve", reviewer, Map.of());

    decide(submitted(reuser(), reviewed), "refuse", reviewer, Map.of("ground", "capacity"));

    assertThat(send("GET", path, editor, null).raw().body()).contains("exclusivity-refused");
    assertThat(send("GET", path, otherCitysReviewer, null).status()).isEqualTo(403);
  }

  private Answer offerThatAsks() throws Exception {
    Map<String, Object> body = new HashMap<>();
    body.put("slug", "asking");
    body.put("holder", "ville");
    body.put("title", Map.of("fr", "Demande", "en", "Asks"));
    body.put("datasets", List.of("parks"));
    body.put(
        "licence", Map.of("id", reviewed.licence().slug(), "version", reviewed.licence().number()));
    body.put("tier", Map.of("name", "standard"));
    body.put("purposes", List.of("ServiceProvision"));
    body.put("eligibility", "identified");
    body.put("approval", "one-reviewer");
    body.put("basis", "protected-data");
    body.put(
        "grounds",
        List.of(Map.of("rule", "licence-off-list", "ground", "The source asks for this licence.")));
    body.put(
        "form",
        List.of(
            Map.of(
                "id",
                "audience",
                "title",
                Map.of("fr", "Combien de lecteurs ?", "en", "How many readers?"),
                "kind",
                "number",
                "required",
                true,
                "least",
                1),
            Map.of(
                "id",
                "plan",
                "title",
                Map.of("fr", "Un plan", "en", "A plan"),
                "kind",
                "file",
                "required",
                false)));
    return send("POST", "/territories/rennes/offers", staffOf("rennes", "holder-editor"), body);
  }

  /** The kinds of the notices about a request that somebody got, newest first. */
  private List<String> told(String token, Answer about) throws Exception {
    return send("GET", "/me/notices?limit=200", token, null)
        .body()
        .at("/items")
        .valueStream()
        .filter(notice -> notice.at("/subject/id").asString("").equals(about.at("/id")))
        .map(notice -> notice.at("/kind").asString(""))
        .toList();
  }

  private Answer act(Answer request, String how, Reuser reuser, Object body) throws Exception {
    return send("POST", "/requests/" + request.at("/id") + "/" + how, reuser.token(), body);
  }

  private Answer propose(Answer request, Object body) throws Exception {
    return send("POST", "/requests/" + request.at("/id") + "/propose", reviewer, body);
  }

  private static Map<String, String> accepted(String text, String terms) {
    return Map.of("acceptedTextSha256", text, "acceptedTermsSha256", terms);
  }

  private JsonNode messages(Answer request, String reader) throws Exception {
    return send("GET", "/requests/" + request.at("/id") + "/messages", reader, null)
        .body()
        .at("/items");
  }

  private Answer attach(Answer request, String token, String name, byte[] bytes) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(
                    uri("/requests/" + request.at("/id") + "/attachments?name=" + name))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer, JSON.readTree(answer.body()));
  }

  private void waiting(Answer request, int days) {
    jdbc.sql("update access_request set waiting_since = :since where id = :id")
        .param(
            "since",
            LocalDateTime.ofInstant(Instant.now().minusSeconds(days * 86_400L), ZoneOffset.UTC))
        .param("id", request.at("/id"))
        .update();
  }

  private long onRecord(String action, String subject) {
    return jdbc.sql("select count(*) from audit_entry where action = :action and subject_id = :id")
        .param("action", action)
        .param("id", UUID.fromString(subject).toString())
        .query(Long.class)
        .single();
  }
}
