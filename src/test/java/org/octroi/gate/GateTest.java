package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.http.HttpDate;
import org.octroi.gate.http.RawClient;
import org.octroi.gate.http.RawClient.Answer;
import org.octroi.obligation.Obligations;
import org.octroi.token.ApiKey;
import org.octroi.usage.KeyUsage;
import org.octroi.usage.UsageEvent;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.usage.UsageEvents;
import org.octroi.usage.UsageJournal;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.KeyId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Slug;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The whole way of a request, over real sockets, with the real policy, ledger and journal. */
class GateTest {

  @TempDir static Path folder;
  private static GateHouse house;
  private static City city;
  private static int names;

  private final List<RawClient> clients = new ArrayList<>();
  private final String name = "data-" + ++names;

  @BeforeAll
  static void open() throws IOException, JOSEException {
    house = new GateHouse(folder);
    city = house.city;
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @AfterEach
  void hangUp() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  @Test
  void an_open_dataset_is_served_to_anybody_with_licence_source_and_date() throws IOException {
    house.upstream("/" + name, "[{\"name\":\"Thabor\"}]");
    var dataset = city.dataset(name).with(City.perDay(1000)).published();

    Answer answer = get("/rennes/" + name);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[{\"name\":\"Thabor\"}]");
    assertThat(answer.header("content-type")).startsWith("application/json");
    assertThat(answer.header("link"))
        .contains(
            "<http://desk.test/api/v1/licences/licence-ouverte/versions/2>; rel=\"license\"",
            "<http://desk.test/api/v1/territories/rennes/datasets/"
                + name
                + ">; rel=\"describedby\"",
            "<http://desk.test/api/v1/offers/"
                + dataset.offers().getFirst().id()
                + ">; rel=\"terms-of-service\"");
    assertThat(answer.header("octroi-attribution*"))
        .startsWith("UTF-8''Parks%20and%20gardens%20%E2%80%94%20Ville%20de%20Rennes")
        .endsWith("updated%20January%205%2C%202026");
    assertThat(answer.header("octroi-tier")).isEqualTo("standard");
    assertThat(answer.header("last-modified")).isEqualTo("Mon, 05 Jan 2026 09:00:00 GMT");
    assertThat(answer.header("ratelimit")).contains("r=999");
    assertThat(answer.header("ratelimit-policy")).contains("q=1000");
    assertThat(answer.header("cache-control")).isEqualTo("public, max-age=60");
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
    assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
  }

  @Test
  void a_served_passage_is_one_event_that_says_all() throws IOException {
    house.upstream("/" + name, "[1,2]");
    var dataset = city.dataset(name).published();

    UsageEvent event = event(get("/rennes/" + name, "User-Agent: curl/8.5"));

    assertThat(event.access().dataset()).isEqualTo(dataset.id());
    assertThat(event.status()).isEqualTo(200);
    assertThat(event.outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(event.bytesOut()).isEqualTo(5);
    assertThat(event.access().offer()).contains(dataset.offers().getFirst().id());
    assertThat(event.access().channel()).isEqualTo(Channel.MACHINE);
    assertThat(event.access().shapeHash()).isPresent();
    assertThat(event.access().policyRevision()).isPresent();
    assertThat(event.pseudonym()).hasSize(22);
    assertThat(event.reasons()).isEmpty();
    assertThat(event.provisional()).isFalse();
  }

  @Test
  void what_is_not_offered_is_not_found_and_no_event() throws IOException {
    Answer answer = get("/rennes/nothing");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(answer.body())
        .contains("\"type\":\"http://desk.test/problems/unknown-dataset\"")
        .contains("/rennes/nothing");
    assertThat(found(answer)).isEmpty();
  }

  @Test
  void a_problem_is_in_the_language_of_the_reader() throws IOException {
    assertThat(get("/rennes/nothing", "Accept-Language: fr-FR,fr;q=0.9").body())
        .contains("Ce jeu de données n’existe pas")
        .contains("\"next\":\"Comparez");
  }

  @Test
  void another_method_is_refused_and_counted() throws IOException {
    city.dataset(name).published();
    Answer answer =
        client().send("POST /rennes/" + name + " HTTP/1.1\r\nHost: gate\r\n\r\n").answer();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).contains("GET");
    assertThat(event(answer).reasons()).containsExactly("not-allowed-method");
  }

  @Test
  void an_application_reads_under_its_agreement_and_the_store_never_sees_its_token()
      throws Exception {
    house.upstream("/" + name, "[]");
    var dataset = city.dataset(name).controlled().published();
    var reuser = city.reuser(name);
    var agreement = reuser.agrees(dataset, "ServiceProvision");

    Answer answer =
        get("/rennes/" + name, bearer(), "Cookie: a=b", "X-Forwarded-For: 1.2.3.4", "Accept: */*");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("octroi-agreement")).isEqualTo(agreement.number().value());
    assertThat(answer.header("cache-control")).isEqualTo("private, no-store");
    assertThat(answer.header("access-control-allow-origin")).isEmpty();
    assertThat(answer.header("link")).contains("/api/v1/agreements/" + agreement.id());
    UsageEvent event = event(answer);
    assertThat(event.access().application()).contains(reuser.id());
    assertThat(event.access().agreement()).contains(agreement.id());
    assertThat(event.access().purpose()).contains(new Purpose("ServiceProvision"));
    assertThat(upstreamSaw().headers().keySet())
        .noneMatch(
            h ->
                Set.of("authorization", "cookie", "x-forwarded-for")
                    .contains(h.toLowerCase(java.util.Locale.ROOT)));
  }

  /** Says how often it was asked, and that anybody may keep that for a minute. */
  private void countingUpstream() {
    AtomicInteger asked = new AtomicInteger();
    house.upstream(
        "/" + name,
        exchange -> {
          exchange.getResponseHeaders().set("Cache-Control", "public, max-age=60");
          GateHouse.say(exchange, 200, "[" + asked.incrementAndGet() + "]");
        });
  }

  @Test
  void what_an_open_store_lets_be_kept_is_fetched_once_and_paid_for_each_time() throws IOException {
    countingUpstream();
    city.dataset(name).with(City.perDay(1000)).published();

    assertThat(get("/rennes/" + name).body()).isEqualTo("[1]");
    Answer again = get("/rennes/" + name);

    assertThat(again.body()).isEqualTo("[1]");
    assertThat(again.header("age")).isNotEmpty();
    assertThat(again.header("ratelimit")).contains("r=998");
    assertThat(event(again).bytesOut()).isEqualTo(3);
  }

  @Test
  void what_is_for_agreements_is_fetched_each_time_though_its_store_lets_it_be_kept()
      throws Exception {
    countingUpstream();
    city.reuser(name).agrees(city.dataset(name).controlled().published(), "ServiceProvision");

    assertThat(get("/rennes/" + name, bearer()).body()).isEqualTo("[1]");
    assertThat(get("/rennes/" + name, bearer()).body()).isEqualTo("[2]");
  }

  @Test
  void a_revoked_agreement_closes_at_once_though_the_token_lives_and_others_read_freely()
      throws Exception {
    house.upstream("/" + name, "[]");
    var dataset = city.dataset(name).published();
    var reuser = city.reuser(name);
    var agreement = reuser.agrees(dataset, "ServiceProvision");
    assertThat(get("/rennes/" + name, bearer()).status()).isEqualTo(200);

    reuser.becomes(agreement, AgreementStatus.REVOKED);

    Answer refused = get("/rennes/" + name, bearer());
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).contains("/problems/agreement-revoked", agreement.number().value());
    assertThat(event(refused).reasons()).startsWith("agreement-revoked");
    assertThat(event(refused).access().agreement()).contains(agreement.id());
    assertThat(get("/rennes/" + name).status()).isEqualTo(200);
  }

  @Test
  void a_suspended_application_is_refused_even_what_anybody_may_have() throws Exception {
    city.dataset(name).published();
    city.suspendedReuser(name);
    assertProblem(get("/rennes/" + name, bearer()), 403, "application-suspended");
  }

  @Test
  void a_bad_credential_is_refused_and_never_taken_for_none() throws Exception {
    city.dataset(name).published();
    city.reuser(name);

    Answer bad = get("/rennes/" + name, "Authorization: Bearer nonsense");
    assertProblem(bad, 401, "invalid-token");
    assertThat(bad.header("www-authenticate"))
        .isEqualTo(
            "Bearer error=\"invalid_token\","
                + " resource_metadata=\"http://gate.test/.well-known/oauth-protected-resource\"");
    assertThat(event(bad).reasons()).containsExactly("invalid-token");
    assertProblem(
        get("/rennes/" + name, "Authorization: Bearer " + house.token("stranger")),
        401,
        "invalid-token");
    assertProblem(get("/rennes/" + name, "Authorization: Basic YTpi"), 401, "invalid-token");
    assertProblem(get("/rennes/" + name, "X-API-Key: k"), 401, "invalid-token");
    assertProblem(get("/rennes/" + name, bearer(), "X-API-Key: k"), 400, "malformed-request");
    assertProblem(get("/rennes/" + name, bearer(), bearer()), 400, "malformed-request");
    String old =
        house.token(name, c -> c.expirationTime(Date.from(Instant.now().minusSeconds(120))));
    assertProblem(get("/rennes/" + name, "Authorization: Bearer " + old), 401, "expired-token");
  }

  @Test
  void a_key_reads_under_its_application_s_agreement_and_the_store_never_sees_it()
      throws Exception {
    house.upstream("/" + name, "[]");
    var dataset = city.dataset(name).controlled().published();
    var reuser = city.reuser(name);
    var agreement = reuser.agrees(dataset, "ServiceProvision");
    String key = reuser.key(Optional.empty()).text();

    Answer inItsOwnField = get("/rennes/" + name, "X-API-Key: " + key);
    Answer asABearerToken = get("/rennes/" + name, "Authorization: bearer " + key);

    for (Answer answer : List.of(inItsOwnField, asABearerToken)) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("octroi-agreement")).isEqualTo(agreement.number().value());
      assertThat(answer.header("cache-control")).isEqualTo("private, no-store");
      assertThat(answer.header("vary")).contains("X-API-Key");
      assertThat(event(answer).access().application()).contains(reuser.id());
    }
    assertThat(upstreamSaw().toString()).doesNotContain(key, key.substring(5));
    assertThat(shapeOf(inItsOwnField)).contains("\"authentication\":\"key\"");
  }

  @Test
  void a_key_that_is_not_good_is_refused_and_never_taken_for_nobody_s() throws Exception {
    house.upstream("/" + name, "[]");
    city.dataset(name).published();
    var reuser = city.reuser(name);
    String key = reuser.key(Optional.empty()).text();
    String over = reuser.key(Optional.of(Instant.now().minusSeconds(1))).text();
    assertThat(get("/rennes/" + name, "X-API-Key: " + key).status()).isEqualTo(200);

    String mistyped =
        key.substring(0, 10) + (key.charAt(10) == 'a' ? 'b' : 'a') + key.substring(11);
    for (String bad :
        List.of(mistyped, ApiKey.create().text(), key + "x", "octk_", key + ", " + key, "")) {
      for (String field : List.of("X-API-Key: ", "Authorization: Bearer ")) {
        Answer refused = get("/rennes/" + name, field + bad);
        assertProblem(refused, 401, "invalid-token");
        assertThat(refused.header("www-authenticate")).startsWith("Bearer error=\"invalid_token\"");
      }
    }
    Answer expired = get("/rennes/" + name, "X-API-Key: " + over);
    assertProblem(expired, 401, "expired-token");
    assertThat(expired.header("www-authenticate")).startsWith("Bearer error=\"invalid_token\"");
    for (String second : List.of("X-API-Key: " + key, "Authorization: Bearer " + key, bearer())) {
      assertProblem(get("/rennes/" + name, "X-API-Key: " + key, second), 400, "malformed-request");
    }

    reuser.hasKeys(List.of());
    assertProblem(get("/rennes/" + name, "X-API-Key: " + key), 401, "invalid-token");
  }

  @Test
  void a_key_in_the_query_is_refused_and_goes_nowhere() throws Exception {
    house.upstream("/" + name, "[]");
    city.dataset(name).published();
    String key = city.reuser(name).key(Optional.empty()).text();

    for (String query :
        List.of("api_key=" + key, "limit=3&" + key, "q=%6fctk_" + key.substring(5))) {
      Answer refused = get("/rennes/" + name + "?" + query);
      assertProblem(refused, 400, "malformed-request");
      assertThat(refused.body()).contains("X-API-Key").doesNotContain(key);
      assertThat(event(refused).toString()).doesNotContain(key);
    }
    assertThat(house.seen).noneMatch(seen -> seen.uri().startsWith("/" + name));
  }

  @Test
  void that_a_key_was_used_is_noted_once_a_day() throws Exception {
    house.upstream("/" + name, "[]");
    city.dataset(name).published();
    var reuser = city.reuser(name);
    String key = reuser.key(Optional.empty()).text();
    for (int i = 0; i < 3; i++) {
      assertThat(get("/rennes/" + name, "X-API-Key: " + key).status()).isEqualTo(200);
    }
    KeyId id = reuser.keys().getFirst().id();

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(house.context.getBean(KeyUsage.class).lastUsedOn(List.of(id)))
                    .containsEntry(id, LocalDate.now(ZoneOffset.UTC)));
  }

  @Test
  void a_token_in_the_query_is_no_token() throws Exception {
    var dataset = city.dataset(name).controlled().published();
    city.reuser(name).agrees(dataset, "ServiceProvision");
    assertProblem(
        get("/rennes/" + name + "?access_token=" + house.token(name)),
        401,
        "authentication-required");
  }

  @Test
  void who_needs_an_agreement_is_told_which_offers_would_serve() throws Exception {
    var dataset = city.dataset(name).controlled().published();
    city.reuser(name);
    String href = "http://desk.test/api/v1/offers/" + dataset.offers().getFirst().id();

    Answer nobody = get("/rennes/" + name);
    assertProblem(nobody, 401, "authentication-required");
    assertThat(nobody.body()).contains(href, "\"level\":\"engaged\"", "Standard access");
    assertThat(nobody.header("www-authenticate")).doesNotContain("error=");
    Answer known = get("/rennes/" + name, bearer());
    assertProblem(known, 403, "agreement-required");
    assertThat(known.body()).contains(href);
  }

  @Test
  void several_agreements_need_one_to_be_chosen() throws Exception {
    house.upstream("/" + name, "[]");
    var dataset = city.dataset(name).controlled().published();
    var reuser = city.reuser(name);
    var one = reuser.agrees(dataset, "ServiceProvision");
    var other = reuser.agrees(dataset, "ServiceProvision");

    Answer ambiguous = get("/rennes/" + name, bearer());
    assertProblem(ambiguous, 409, "agreement-ambiguous");
    assertThat(ambiguous.body()).contains(one.number().value(), other.number().value());
    assertThat(
            get("/rennes/" + name, bearer(), "Octroi-Agreement: " + one.number())
                .header("octroi-agreement"))
        .isEqualTo(one.number().value());
    assertProblem(
        get("/rennes/" + name, bearer(), "Octroi-Agreement: OTHER-2026-00000000"),
        403,
        "agreement-required");
    reuser.becomes(one, AgreementStatus.SUSPENDED);
    assertThat(get("/rennes/" + name, bearer()).header("octroi-agreement"))
        .isEqualTo(other.number().value());
  }

  @Test
  void a_renewed_agreement_takes_over_though_the_old_one_still_stands_as_active() throws Exception {
    house.upstream("/" + name, "[]");
    var dataset = city.dataset(name).controlled().published();
    var reuser = city.reuser(name);
    var old = reuser.agrees(dataset, "ServiceProvision");
    var renewed = reuser.agrees(dataset, "ServiceProvision");
    var later = reuser.agrees(dataset, "ServiceProvision");

    reuser.holds(old, City.LONG_AGO, Optional.of(Instant.now()));
    reuser.holds(later, Instant.now().plusSeconds(120), Optional.empty());

    assertThat(get("/rennes/" + name, bearer()).header("octroi-agreement"))
        .isEqualTo(renewed.number().value());
    reuser.becomes(renewed, AgreementStatus.REVOKED);
    reuser.becomes(later, AgreementStatus.REVOKED);
    assertProblem(
        get("/rennes/" + name, bearer(), "Octroi-Agreement: " + old.number()),
        403,
        "agreement-expired");
  }

  @Test
  void a_new_licence_version_past_its_grace_closes_the_gate_and_says_where_to_accept()
      throws Exception {
    house.upstream("/" + name, "[]");
    var dataset = city.dataset(name).controlled().published();
    var reuser = city.reuser(name);
    var agreement = reuser.agrees(dataset, "ServiceProvision");
    Instant deadline = Instant.now().plusSeconds(3600);
    var third = new Snapshot.NewerVersion(3, "c".repeat(64), City.LONG_AGO);
    var fourth = new Snapshot.NewerVersion(4, "d".repeat(64), Instant.now().minusSeconds(60));
    var fifth = new Snapshot.NewerVersion(5, "e".repeat(64), Instant.now().plusSeconds(7200));

    assertThat(get("/rennes/" + name, bearer()).header("octroi-reaccept-by")).isEmpty();
    reuser.isAskedToAccept(
        agreement, new Snapshot.Reacceptance(deadline, List.of(third, fourth, fifth)));
    Answer before = get("/rennes/" + name, bearer());
    assertThat(before.status()).isEqualTo(200);
    assertThat(before.header("octroi-reaccept-by")).isEqualTo(HttpDate.of(deadline));

    reuser.isAskedToAccept(
        agreement, new Snapshot.Reacceptance(Instant.now(), List.of(third, fourth, fifth)));
    Answer refused = get("/rennes/" + name, bearer());

    assertProblem(refused, 403, "reacceptance-required");
    assertThat(JsonMapper.shared().readTree(refused.body()).path("accept").toString())
        .contains(
            "\"href\":\"http://desk.test/api/v1/agreements/" + agreement.id() + "/accept\"",
            "\"licence\":\"http://desk.test/api/v1/licences/licence-ouverte/versions/4\"",
            "\"number\":4",
            "\"textSha256\":\"" + "d".repeat(64) + "\"");
    var other = reuser.agrees(dataset, "ServiceProvision");
    assertThat(get("/rennes/" + name, bearer()).header("octroi-agreement"))
        .isEqualTo(other.number().value());
  }

  @Test
  void the_purpose_must_be_one_that_was_agreed() throws Exception {
    house.upstream("/" + name, "[]");
    var dataset = city.dataset(name).controlled().published();
    city.reuser(name).agrees(dataset, "ResearchAndDevelopment", "ServiceProvision");
    String path = "/rennes/" + name;

    assertProblem(get(path, bearer()), 400, "purpose-required");
    assertProblem(get(path, bearer(), "Octroi-Purpose: Marketing"), 403, "purpose-not-agreed");
    assertThat(get(path, bearer(), "Octroi-Purpose: ServiceProvision").status()).isEqualTo(200);
    assertThat(get(path, bearer(), "Octroi-Purpose: AcademicResearch").status()).isEqualTo(200);
    Answer unknown = get(path, bearer(), "Octroi-Purpose: NoSuchPurpose");
    assertProblem(unknown, 400, "malformed-request");
    assertThat(unknown.body()).contains("Octroi-Purpose");
    String token = house.token(name, c -> c.claim("purpose", "ServiceProvision"));
    assertProblem(
        get(path, "Authorization: Bearer " + token, "Octroi-Purpose: Marketing"),
        400,
        "malformed-request");
    assertThat(event(get(path, "Authorization: Bearer " + token)).access().purpose())
        .contains(new Purpose("ServiceProvision"));
  }

  @Test
  void a_token_with_scopes_is_held_to_them() throws Exception {
    house.upstream("/" + name, "[]");
    var dataset = city.dataset(name).controlled().published();
    city.reuser(name).agrees(dataset, "ServiceProvision");
    String other = house.token(name, c -> c.claim("scope", "octroi:rennes/trees:read"));
    Answer refused = get("/rennes/" + name, "Authorization: Bearer " + other);
    assertProblem(refused, 403, "not-permitted");
    assertThat(refused.body()).contains("\"reasons\":[\"scope-missing\"]");
    assertThat(event(refused).reasons()).containsExactly("not-permitted", "scope-missing");
  }

  @Test
  void a_column_that_the_tier_hides_is_left_out_and_refused_to_who_asks_for_it()
      throws IOException {
    house.upstream("/" + name, "[{\"name\":\"Thabor\",\"owner\":\"somebody\"}]");
    city.dataset(name).rows("name", "owner").with(onlyColumn("name")).published();

    Answer answer = get("/rennes/" + name);
    assertThat(answer.body()).contains("Thabor").doesNotContain("owner");
    assertThat(answer.header("cache-control")).isEqualTo("private, no-store");
    assertThat(answer.header("accept-ranges")).isEqualTo("none");
    assertThat(answer.header("etag")).isEmpty();
    assertThat(event(answer).rows()).isEqualTo(1);
    Answer refused = get("/rennes/" + name + "?owner=x");
    assertProblem(refused, 403, "tier-forbids");
    assertThat(refused.body()).contains("The tier does not give what was asked: owner.");
    assertThat(event(refused).reasons()).containsExactly("tier-forbids", "tier-forbids-column");
  }

  @Test
  void an_answer_that_can_not_be_shaped_is_a_problem_and_not_half_an_answer() throws IOException {
    house.upstream("/" + name, "[{\"name\":\"Thabor\"},{\"name\": oops");
    city.dataset(name).rows("name", "owner").with(onlyColumn("name")).published();
    Answer answer = get("/rennes/" + name);
    assertProblem(answer, 502, "unshapeable-answer");
    assertThat(answer.body()).doesNotContain("Thabor");
  }

  @Test
  void a_quota_that_is_used_up_says_when_to_come_back() throws Exception {
    house.upstream("/" + name, "[]");
    var dataset = city.dataset(name).controlled().with(City.perDay(2)).published();
    city.reuser(name).agrees(dataset, "ServiceProvision");
    assertThat(get("/rennes/" + name, bearer()).header("ratelimit")).contains("r=1");
    assertThat(get("/rennes/" + name, bearer()).header("ratelimit")).contains("r=0");

    Answer refused = get("/rennes/" + name, bearer());
    assertProblem(refused, 429, "quota-exceeded");
    assertThat(Long.parseLong(refused.header("retry-after"))).isBetween(1L, 25 * 3600L);
    assertThat(refused.body()).contains("\"retry_after\":" + refused.header("retry-after"));
    assertThat(refused.header("ratelimit")).contains("r=0");
    assertThat(event(refused).reasons()).containsExactly("quota-exceeded");
  }

  @Test
  void a_pace_that_is_too_fast_says_when_to_come_back() throws IOException {
    house.upstream("/" + name, "[]");
    city.dataset(name).with(City.perHour(1)).published();
    assertThat(get("/rennes/" + name).status()).isEqualTo(200);
    Answer refused = get("/rennes/" + name);
    assertProblem(refused, 429, "rate-exceeded");
    assertThat(refused.header("retry-after")).isNotEmpty();
  }

  @Test
  void a_dataset_lets_no_more_through_in_all_whoever_asks() throws Exception {
    house.upstream("/" + name, "[]");
    var dataset =
        city.dataset(name).controlled().with(City.perDay(100)).inAll(City.perDay(3)).published();
    city.reuser(name).agrees(dataset, "ServiceProvision");
    city.reuser(name + "-other").agrees(dataset, "ServiceProvision");
    assertThat(get("/rennes/" + name, bearer()).header("ratelimit"))
        .matches("\"day\";r=99;t=\\d+, \"dataset-day\";r=2;t=\\d+");
    assertThat(
            get("/rennes/" + name, "Authorization: Bearer " + house.token(name + "-other"))
                .status())
        .isEqualTo(200);
    assertThat(get("/rennes/" + name, bearer()).status()).isEqualTo(200);

    Answer refused =
        get("/rennes/" + name, "Authorization: Bearer " + house.token(name + "-other"));

    assertProblem(refused, 429, "quota-exceeded");
    assertThat(refused.body()).contains("\"quota\":\"requestsPerDay\"", "\"of\":\"dataset\"");
    assertThat(refused.header("ratelimit")).contains("\"dataset-day\";r=0");
  }

  @Test
  void a_store_that_fails_costs_nothing() throws Exception {
    house.upstream("/" + name, exchange -> GateHouse.say(exchange, 500, "{\"secret\":1}"));
    var dataset = city.dataset(name).controlled().with(City.perDay(5)).published();
    city.reuser(name).agrees(dataset, "ServiceProvision");
    for (int i = 0; i < 8; i++) {
      Answer answer = get("/rennes/" + name, bearer());
      assertProblem(answer, 502, "store-unavailable");
      assertThat(answer.body()).doesNotContain("secret");
    }
  }

  @Test
  void a_request_that_the_store_refuses_costs_its_request() throws Exception {
    house.upstream("/" + name, exchange -> GateHouse.say(exchange, 404, "{}"));
    var dataset = city.dataset(name).controlled().with(City.perDay(2)).published();
    city.reuser(name).agrees(dataset, "ServiceProvision");

    assertThat(get("/rennes/" + name, bearer()).status()).isEqualTo(404);
    assertThat(get("/rennes/" + name, bearer()).status()).isEqualTo(404);

    assertProblem(get("/rennes/" + name, bearer()), 429, "quota-exceeded");
  }

  @Test
  void an_answer_that_can_not_be_shaped_costs_its_request() throws IOException {
    house.upstream("/" + name, "oops");
    city.dataset(name)
        .rows("name", "owner")
        .with(onlyColumn("name"))
        .with(City.perHour(1))
        .published();
    assertProblem(get("/rennes/" + name), 502, "unshapeable-answer");
    assertProblem(get("/rennes/" + name), 429, "rate-exceeded");
  }

  @Test
  void an_answer_that_is_too_long_for_the_tier_costs_its_request() throws IOException {
    house.upstream("/" + name, "[" + "1,".repeat(5000) + "1]");
    city.dataset(name).with(atMostBytes(1000)).with(City.perHour(1)).published();
    assertProblem(get("/rennes/" + name), 403, "tier-forbids");
    assertProblem(get("/rennes/" + name), 429, "rate-exceeded");
  }

  @Test
  void a_store_that_does_not_answer_in_time_is_a_problem() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    house.upstream(
        "/" + name,
        exchange -> {
          asked.countDown();
          hold(end);
          exchange.close();
        });
    city.dataset(name).published();
    assertProblem(get("/rennes/" + name), 504, "store-timeout");
    end.countDown();
  }

  @Test
  void a_paused_dataset_says_to_try_again() throws IOException {
    city.dataset(name).paused().published();
    Answer answer = get("/rennes/" + name);
    assertProblem(answer, 503, "dataset-paused");
    assertThat(answer.header("retry-after")).isEqualTo("300");
  }

  @Test
  void a_deprecated_dataset_says_so_with_every_answer_served_or_refused() throws IOException {
    house.upstream("/" + name, "[]");
    Instant since = Instant.parse("2027-03-01T00:00:00Z");
    var deprecation =
        new Snapshot.Deprecation(
            since,
            Optional.of(Instant.parse("2027-06-01T12:00:00Z")),
            Optional.empty(),
            Optional.of(new Slug("trees")));
    city.dataset(name).deprecated(deprecation).published();

    for (Answer answer :
        List.of(get("/rennes/" + name), get("/rennes/" + name, "Octroi-Purpose: none of them"))) {
      assertThat(answer.header("deprecation")).isEqualTo("@1803859200");
      assertThat(answer.header("sunset")).isEqualTo("Tue, 01 Jun 2027 12:00:00 GMT");
      assertThat(answer.header("link"))
          .contains(
              "<http://desk.test/api/v1/territories/rennes/datasets/"
                  + name
                  + ">; rel=\"deprecation\"",
              "<http://gate.test/rennes/trees>; rel=\"successor-version\"");
      assertThat(answer.header("access-control-expose-headers")).contains("Deprecation, Sunset");
    }
  }

  @Test
  void a_holders_own_page_explains_a_deprecation() throws IOException {
    house.upstream("/" + name, "[]");
    city.dataset(name)
        .deprecated(
            new Snapshot.Deprecation(
                City.LONG_AGO,
                Optional.empty(),
                Optional.of("https://example.org/why"),
                Optional.empty()))
        .published();

    Answer answer = get("/rennes/" + name);

    assertThat(answer.header("link")).contains("<https://example.org/why>; rel=\"deprecation\"");
    assertThat(answer.header("sunset")).isEmpty();
  }

  @Test
  void a_retired_dataset_is_gone_and_no_event() throws IOException {
    city.dataset(name).retired().published();

    Answer answer = get("/rennes/" + name);

    assertProblem(answer, 410, "dataset-retired");
    assertThat(found(answer)).isEmpty();
  }

  @Test
  void head_asks_the_store_for_the_head_only() throws IOException {
    house.upstream("/" + name, "[1,2,3]");
    city.dataset(name).published();
    Answer answer =
        client().send("HEAD /rennes/" + name + " HTTP/1.1\r\nHost: gate\r\n\r\n").answer(true);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(upstreamSaw().method()).isEqualTo("HEAD");
    assertThat(event(answer).bytesOut()).isZero();
  }

  @Test
  void more_than_the_tiers_bytes_is_refused_before_it_begins() throws IOException {
    house.upstream("/" + name, "[" + "1,".repeat(5000) + "1]");
    city.dataset(name).with(atMostBytes(1000)).published();
    assertProblem(get("/rennes/" + name), 403, "tier-forbids");
  }

  @Test
  void a_store_that_breaks_off_in_the_middle_is_not_taken_for_whole() throws IOException {
    house.upstream(
        "/" + name,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 1_000_000);
          exchange.getResponseBody().write(new byte[300_000]);
          exchange.getResponseBody().flush();
          exchange.close();
        });
    city.dataset(name).published();
    RawClient client = client().get("/rennes/" + name);
    Answer head = client.head();
    assertThat(head.header("content-length")).isEqualTo("1000000");
    assertThat(client.isClosed()).isTrue();
    assertThat(event(head).outcome()).isEqualTo(Outcome.CUT);
    assertThat(event(head).bytesOut()).isLessThanOrEqualTo(300_000);
  }

  @Test
  void a_reader_who_stops_reading_slows_the_store_and_one_who_leaves_stops_it() throws Exception {
    AtomicLong written = new AtomicLong();
    CountDownLatch stopped = new CountDownLatch(1);
    house.upstream("/" + name, exchange -> pour(exchange, written, stopped));
    city.dataset(name).published();
    RawClient client = client().get("/rennes/" + name);
    Answer head = client.head();
    await()
        .pollInterval(java.time.Duration.ofMillis(300))
        .until(
            new java.util.concurrent.Callable<Boolean>() {
              private long before = -1;

              @Override
              public Boolean call() {
                boolean still = before == written.get() && before > 0;
                before = written.get();
                return still;
              }
            });
    assertThat(written.get()).isLessThan(64L << 20);

    client.vanish();

    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
    await().untilAsserted(() -> assertThat(found(head)).isPresent());
    assertThat(event(head).outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(event(head).bytesOut()).isPositive();
  }

  @Test
  void a_long_body_is_on_record_while_it_is_still_on_its_way() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    house.upstream(
        "/" + name,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 10L << 20);
          exchange.getResponseBody().write(new byte[9 << 20]);
          exchange.getResponseBody().flush();
          hold(goOn);
          exchange.getResponseBody().write(new byte[1 << 20]);
          exchange.close();
        });
    city.dataset(name).published();
    RawClient client = client().get("/rennes/" + name);
    Answer head = client.head();
    for (int i = 0; i < 9; i++) {
      assertThat(client.read(1 << 20)).hasSize(1 << 20);
    }
    await().untilAsserted(() -> assertThat(found(head)).isPresent());
    assertThat(event(head).provisional()).isTrue();
    assertThat(event(head).bytesOut()).isGreaterThanOrEqualTo(8L << 20);

    goOn.countDown();
    assertThat(client.read(1 << 20)).hasSize(1 << 20);
    assertThat(event(head).provisional()).isFalse();
    assertThat(event(head).bytesOut()).isEqualTo(10L << 20);
  }

  @Test
  void a_caller_who_varies_their_requests_may_not_ask_the_policy_without_end() throws Exception {
    house.upstream("/" + name, "[]");
    city.dataset(name).rows("a", "b", "c", "d", "e", "f", "g", "h").published();
    city.reuser(name);
    RawClient client = client();
    assertThat(client.get("/rennes/" + name, bearer()).answer().status()).isEqualTo(200);

    Answer last = client.get("/rennes/" + name + "?a=1", bearer()).answer();
    for (int set = 2; set < 256 && last.status() == 200; set++) {
      last = client.get("/rennes/" + name + "?" + parametersOf(set), bearer()).answer();
    }

    assertProblem(last, 429, "rate-exceeded");
    assertThat(Long.parseLong(last.header("retry-after"))).isBetween(1L, 60L);
    assertThat(event(last).reasons()).containsExactly("rate-exceeded");
    assertThat(client.get("/rennes/" + name, bearer()).answer().status()).isEqualTo(200);
  }

  private static String parametersOf(int set) {
    return IntStream.range(0, 8)
        .filter(bit -> (set & 1 << bit) != 0)
        .mapToObj(bit -> (char) ('a' + bit) + "=1")
        .collect(Collectors.joining("&"));
  }

  @Test
  void rows_of_a_table_are_chosen_only_where_that_is_offered_and_by_who_may_query()
      throws Exception {
    city.dataset(name).rows("name").table(Action.READ).published();
    Answer notOffered = get("/rennes/" + name + "?name=x");
    assertProblem(notOffered, 403, "not-permitted");
    assertThat(event(notOffered).reasons()).contains("action-not-offered");
    assertThat(event(notOffered).access().action()).isEqualTo(Action.QUERY);

    String other = name + "-queried";
    var dataset =
        city.dataset(other).rows("name").table(Action.READ, Action.QUERY).controlled().published();
    city.reuser(other).agrees(dataset, "ServiceProvision");
    String reads = house.token(other, c -> c.claim("scope", "octroi:rennes/" + other + ":read"));
    Answer onlyReads = get("/rennes/" + other + "?name=x", "Authorization: Bearer " + reads);
    assertProblem(onlyReads, 403, "not-permitted");
    assertThat(event(onlyReads).reasons()).contains("scope-missing");
  }

  @Test
  void a_reader_who_stands_still_is_cut_as_if_they_had_hung_up() throws IOException {
    Files.write(folder.resolve("files").resolve(name), new byte[48 << 20]);
    city.dataset(name).file(name).published();

    Answer head = client().get("/rennes/" + name).head();

    await()
        .untilAsserted(
            () -> assertThat(found(head).map(UsageEvent::outcome)).contains(Outcome.CANCELLED));
  }

  @Test
  void a_range_beyond_the_end_is_a_problem_that_says_how_long_it_is() throws IOException {
    Files.writeString(folder.resolve("files").resolve(name), "[1,2]");
    city.dataset(name).file(name).published();

    Answer answer = get("/rennes/" + name, "Range: bytes=5-");

    assertProblem(answer, 416, "range-not-satisfiable");
    assertThat(answer.header("content-range")).isEqualTo("bytes */5");
    assertThat(event(answer).outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void a_condition_on_a_date_is_answered_for_the_very_date_of_the_file_only() throws IOException {
    Files.writeString(folder.resolve("files").resolve(name), "[1,2]");
    city.dataset(name).file(name).published();
    String future = "Fri, 01 Jan 2100 00:00:00 GMT";

    Answer whole = get("/rennes/" + name, "If-Modified-Since: " + future);
    assertThat(whole.status()).isEqualTo(200);
    String date = whole.header("last-modified");
    assertThat(get("/rennes/" + name, "If-Modified-Since: " + date).status()).isEqualTo(304);
    assertThat(get("/rennes/" + name, "Range: bytes=0-0", "If-Range: " + future).status())
        .isEqualTo(200);
    assertThat(get("/rennes/" + name, "Range: bytes=0-0", "If-Range: " + date).status())
        .isEqualTo(200);
    String tag = whole.header("etag");
    assertThat(get("/rennes/" + name, "If-None-Match: " + tag).status()).isEqualTo(304);
    assertThat(get("/rennes/" + name, "Range: bytes=0-0", "If-Range: " + tag).status())
        .isEqualTo(206);
  }

  @Test
  void a_body_of_unknown_length_is_cut_at_the_tiers_bytes_and_not_before() throws IOException {
    house.upstream("/" + name, exchange -> pour(exchange, new AtomicLong(), new CountDownLatch(1)));
    city.dataset(name).with(atMostBytes(100_000)).published();
    RawClient client = client().get("/rennes/" + name);

    Answer head = client.head();

    assertThat(client.isClosed()).isTrue();
    assertThat(event(head).outcome()).isEqualTo(Outcome.CUT);
    assertThat(event(head).bytesOut()).isEqualTo(100_000);
  }

  @Test
  void a_fault_before_anything_left_is_a_problem_and_not_a_broken_line() throws IOException {
    house.upstream("/" + name, "[1]");
    city.dataset(name).licence("no\nheader").published();
    Answer answer = get("/rennes/" + name);
    assertProblem(answer, 500, "internal-fault");
    assertThat(event(answer).reasons()).containsExactly("internal-fault");
  }

  @Test
  void a_fault_after_the_event_was_written_cuts_and_writes_no_other() throws IOException {
    house.upstream("/" + name, "[{\"name\":\"Thabor\",\"owner\":\"somebody\"}]");
    city.dataset(name)
        .rows("name", "owner")
        .with(onlyColumn("name"))
        .licence("no\nheader")
        .published();
    assertThat(client().get("/rennes/" + name).read()).isEqualTo(-1);
  }

  @Test
  void the_end_of_a_body_of_unknown_length_waits_for_the_journal(@TempDir Path another)
      throws Exception {
    try (GateHouse broken = new GateHouse(another)) {
      broken.upstream(
          "/parks",
          exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("[\"first\",".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            breakJournal(broken);
            exchange.getResponseBody().write("\"precious\"]".getBytes(StandardCharsets.UTF_8));
            exchange.close();
          });
      broken.city.dataset("parks").published();
      try (RawClient client = new RawClient(broken.port())) {
        client.get("/rennes/parks");
        assertThat(client.rest()).doesNotContain("precious");
      }
    }
  }

  @Test
  void a_dataset_that_its_tier_says_nothing_of_is_closed() throws IOException {
    house.upstream("/" + name, "[1]");
    city.dataset(name).forgottenByItsTier().published();

    assertProblem(get("/rennes/" + name), 500, "internal-fault");

    assertThat(house.seen).noneMatch(seen -> seen.uri().startsWith("/" + name));
  }

  @Test
  void a_preflight_is_answered_by_the_gate() throws IOException {
    city.dataset(name).published();
    city.dataset(name + "-closed").controlled().published();
    String preflight = "Origin: https://app.example\r\nAccess-Control-Request-Method: GET\r\n\r\n";
    Answer open =
        client()
            .send("OPTIONS /rennes/" + name + " HTTP/1.1\r\nHost: gate\r\n" + preflight)
            .answer();
    assertThat(open.status()).isEqualTo(204);
    assertThat(open.header("access-control-allow-origin")).isEqualTo("*");
    assertThat(open.header("access-control-allow-headers")).contains("Octroi-Purpose");
    Answer closed =
        client()
            .send("OPTIONS /rennes/" + name + "-closed HTTP/1.1\r\nHost: gate\r\n" + preflight)
            .answer();
    assertProblem(closed, 403, "not-permitted");
    assertThat(house.seen).noneMatch(seen -> seen.uri().contains(name));
  }

  @Test
  void programs_learn_where_tokens_come_from() throws IOException {
    Answer answer = get("/.well-known/oauth-protected-resource");
    assertThat(answer.body())
        .contains(
            "\"resource\":\"http://gate.test\"",
            "\"authorization_servers\":[\"http://desk.test\"]",
            "\"bearer_methods_supported\":[\"header\"]");
  }

  @Test
  void nothing_is_served_that_can_not_be_metered(@TempDir Path another) throws Exception {
    try (GateHouse broken = new GateHouse(another)) {
      broken.upstream("/parks", "[\"precious\"]");
      broken.city.dataset("parks").published();
      breakJournal(broken);
      try (RawClient client = new RawClient(broken.port())) {
        Answer answer = client.get("/rennes/parks").answer();
        assertProblem(answer, 503, "ledger-unavailable");
        assertThat(answer.body()).doesNotContain("precious");
        assertThat(answer.header("retry-after")).isEqualTo("5");
        assertProblem(client.get("/rennes/parks").answer(), 503, "ledger-unavailable");
      }
      assertThat(broken.seen).as("the decision that was not kept is not remembered").isEmpty();
    }
  }

  private static void breakJournal(GateHouse house) {
    try {
      ((DisposableBean) house.context.getBean(UsageJournal.class)).destroy();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private RawClient client() throws IOException {
    RawClient client = new RawClient(house.port());
    clients.add(client);
    return client;
  }

  private Answer get(String path, String... headers) throws IOException {
    return client().get(path, headers).answer();
  }

  private String bearer() throws JOSEException {
    return "Authorization: Bearer " + house.token(name);
  }

  private static Optional<UsageEvent> found(Answer answer) {
    return house.context.getBean(UsageEvents.class).find(city.id, answer.header("octroi-request"));
  }

  private static UsageEvent event(Answer answer) {
    return found(answer).orElseThrow();
  }

  /** What the policy was asked with. */
  private static String shapeOf(Answer answer) {
    String hash = event(answer).access().shapeHash().orElseThrow();
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                house
                    .context
                    .getBean(JdbcClient.class)
                    .sql("select input from usage_shape where shape_hash = :hash")
                    .param("hash", hash)
                    .query(String.class)
                    .optional(),
            Optional::isPresent)
        .orElseThrow();
  }

  private GateHouse.Seen upstreamSaw() {
    return house.seen.stream()
        .filter(seen -> seen.uri().startsWith("/" + name))
        .findFirst()
        .orElseThrow();
  }

  private static void assertProblem(Answer answer, int status, String word) {
    assertThat(answer.body()).contains("\"type\":\"http://desk.test/problems/" + word + "\"");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
  }

  private static Obligations onlyColumn(String column) {
    return new Obligations(
        Optional.of(new TreeSet<>(Set.of(column))),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Set.of(),
        false);
  }

  private static Obligations atMostBytes(long bytes) {
    return new Obligations(
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.of(bytes),
        Set.of(),
        false);
  }

  private static void hold(CountDownLatch until) {
    try {
      until.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes until nobody takes it any more. */
  private static void pour(HttpExchange exchange, AtomicLong written, CountDownLatch stopped)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    byte[] piece = new byte[64 * 1024];
    try (var out = exchange.getResponseBody()) {
      while (written.get() < 1L << 30) {
        out.write(piece);
        written.addAndGet(piece.length);
      }
    } finally {
      stopped.countDown();
    }
  }
}
