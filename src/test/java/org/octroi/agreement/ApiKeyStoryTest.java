package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.gate.Gate;
import org.octroi.testing.Caller;
import org.octroi.token.ApiKey;
import org.octroi.usage.Retention;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * Somebody who has only curl: from a key that is shown once to one that is refused. At a desk of
 * its own, since the shared one may have been paused, and a gate is never stopped and started
 * again.
 */
@TestPropertySource(
    properties = {
      "octroi.data-folder=target/test-keys",
      "octroi.gate.port=0",
      "spring.datasource.url=jdbc:h2:mem:keys;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class ApiKeyStoryTest extends AtTheDesk {

  private static final Duration A_SECOND = Duration.ofSeconds(1);

  @Autowired private Gate gate;
  @Autowired private Retention retention;

  /** A key as its maker has it. */
  private record Made(String id, String text) {}

  @BeforeAll
  void what_there_is_to_read() throws IOException {
    Path folder = Files.createDirectories(Path.of("target/test-keys/demo/files/files"));
    Files.writeString(folder.resolve("parks.csv"), "name\nThabor\n");
  }

  @Test
  void a_key_works_when_the_call_that_made_it_answers_and_is_shown_no_more() throws Exception {
    Reuser reuser = withAgreement();

    Answer made = create(reuser, Map.of("name", "My laptop"));

    String key = made.at("/apiKey");
    assertThat(made.raw().headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(made.raw().headers().firstValue("ETag")).hasValue("\"1.live\"");
    assertThat(inItsOwnField(key).text()).isEqualTo("name\nThabor\n");
    assertThat(asABearerToken(key).status()).isEqualTo(200);
    Answer listed = send("GET", keysOf(reuser), reuser.token(), null);
    JsonNode seen = listed.body().at("/items/0");
    assertThat(seen.at("/name").asString()).isEqualTo("My laptop");
    assertThat(seen.at("/state").asString()).isEqualTo("live");
    assertThat(seen.at("/beginning").asString()).isEqualTo(key.substring(0, 9));
    assertThat(listed.raw().body()).doesNotContain(key.substring(9, 20));
    assertThat(
            jdbc.sql("select key_sha256 from api_key where id = :id")
                .param("id", seen.at("/id").asString())
                .query(String.class)
                .single())
        .isEqualTo(new ApiKey(key).hash().toString());
  }

  @Test
  void the_day_of_its_last_use_is_shown() throws Exception {
    Reuser reuser = withAgreement();
    Made key = made(reuser, "used");
    Made other = made(reuser, "never used");
    assertThat(inItsOwnField(key.text()).status()).isEqualTo(200);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(send("GET", "/keys/" + key.id(), reuser.token(), null).at("/lastUsedOn"))
                    .isEqualTo(LocalDate.now(ZoneOffset.UTC).toString()));
    JsonNode both = send("GET", keysOf(reuser), reuser.token(), null).body().at("/items");
    assertThat(both.get(0).at("/lastUsedOn").asString())
        .isEqualTo(LocalDate.now(ZoneOffset.UTC).toString());
    assertThat(both.get(1).at("/id").asString()).isEqualTo(other.id());
    assertThat(both.get(1).at("/lastUsedOn").isNull()).isTrue();
  }

  @Test
  void a_key_is_replaced_by_another_and_both_work_for_a_while() throws Exception {
    Reuser reuser = withAgreement();
    Made old = made(reuser, "nightly");

    Answer rotated =
        send(
            "POST",
            "/keys/" + old.id() + "/rotate",
            reuser.token(),
            Map.of("overlapHours", 36),
            "If-Match",
            "\"1\"");

    assertThat(rotated.status()).as(rotated.raw().body()).isEqualTo(201);
    assertThat(rotated.at("/key/name")).isEqualTo("nightly");
    assertThat(rotated.body().at("/key/expiresAt").isNull()).isTrue();
    assertThat(inItsOwnField(rotated.at("/apiKey")).status()).isEqualTo(200);
    assertThat(inItsOwnField(old.text()).status()).isEqualTo(200);
    Answer before = send("GET", "/keys/" + old.id(), reuser.token(), null);
    assertThat(before.at("/replacedBy")).isEqualTo(rotated.at("/key/id"));
    assertThat(Instant.parse(before.at("/expiresAt")))
        .isBetween(
            Instant.now().plus(Duration.ofHours(36)).minusSeconds(60),
            Instant.now().plus(Duration.ofHours(36)));
    Answer twice = send("POST", "/keys/" + old.id() + "/rotate", reuser.token(), null);
    assertThat(twice.status()).isEqualTo(409);
    Answer stale =
        send("POST", "/keys/" + old.id() + "/rotate", reuser.token(), null, "If-Match", "\"1\"");
    assertThat(stale.status()).isEqualTo(412);
  }

  @Test
  void a_key_that_was_to_end_has_a_successor_that_ends_and_its_own_end_stays() throws Exception {
    Reuser reuser = withAgreement();
    Instant end = Instant.now().plus(Duration.ofHours(2));
    Answer old = create(reuser, Map.of("name", "short", "expiresAt", end.toString()));

    Answer rotated = send("POST", "/keys/" + old.at("/key/id") + "/rotate", reuser.token(), null);

    assertThat(Instant.parse(rotated.at("/key/expiresAt")))
        .isBetween(end, end.plus(Duration.ofMinutes(2)));
    Answer before = send("GET", "/keys/" + old.at("/key/id"), reuser.token(), null);
    assertThat(before.at("/expiresAt")).isEqualTo(old.at("/key/expiresAt"));
  }

  @Test
  void a_revoked_key_is_refused_within_a_second_and_others_go_on() throws Exception {
    Reuser reuser = withAgreement();
    Made key = made(reuser, "lost");
    Made other = made(reuser, "kept");
    assertThat(inItsOwnField(key.text()).status()).isEqualTo(200);

    Answer without = send("DELETE", "/keys/" + key.id(), reuser.token(), null);
    Answer revoked = send("DELETE", "/keys/" + key.id(), reuser.token(), null, "If-Match", "\"1\"");

    assertThat(without.status()).isEqualTo(428);
    assertThat(revoked.status()).isEqualTo(204);
    await()
        .atMost(A_SECOND)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () -> {
              Caller.Answer refused = inItsOwnField(key.text());
              assertThat(refused.status()).isEqualTo(401);
              assertThat(refused.problem()).isEqualTo("invalid-token");
              assertThat(refused.header("WWW-Authenticate"))
                  .startsWith("Bearer error=\"invalid_token\"");
            });
    assertThat(asABearerToken(key.text()).status()).isEqualTo(401);
    assertThat(inItsOwnField(other.text()).status()).isEqualTo(200);
    Answer seen = send("GET", "/keys/" + key.id(), reuser.token(), null);
    assertThat(seen.at("/state")).isEqualTo("revoked");
    assertThat(seen.raw().headers().firstValue("ETag")).hasValue("\"2.revoked\"");
    assertThat(send("DELETE", "/keys/" + key.id(), reuser.token(), null, "If-Match", "*").status())
        .isEqualTo(409);
    assertThat(send("POST", "/keys/" + key.id() + "/rotate", reuser.token(), null).status())
        .isEqualTo(409);
  }

  @Test
  void an_operator_may_revoke_what_was_found_published() throws Exception {
    Reuser reuser = withAgreement();
    Made key = made(reuser, "published");

    assertThat(send("DELETE", "/keys/" + key.id(), operator, null, "If-Match", "*").status())
        .isEqualTo(204);

    assertThat(inItsOwnField(key.text()).status()).isEqualTo(401);
    assertThat(
            jdbc.sql("select action from audit_entry where subject_id = :id order by place")
                .param("id", key.id())
                .query(String.class)
                .list())
        .containsExactly("key.create", "key.revoke");
  }

  @Test
  void a_suspended_application_s_keys_are_refused_until_it_is_resumed() throws Exception {
    Reuser reuser = withAgreement();
    String key = made(reuser, "one").text();
    String application = "/applications/" + reuser.application();

    send("POST", application + "/suspend", reuser.token(), null);
    await()
        .atMost(A_SECOND)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () -> {
              Caller.Answer refused = inItsOwnField(key);
              assertThat(refused.status()).isEqualTo(403);
              assertThat(refused.problem()).isEqualTo("application-suspended");
            });
    send("POST", application + "/resume", reuser.token(), null);

    assertThat(inItsOwnField(key).status()).isEqualTo(200);
  }

  @Test
  void a_revoked_agreement_closes_for_a_key_as_for_a_token() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    String key = made(reuser, "one").text();
    assertThat(inItsOwnField(key).status()).isEqualTo(200);

    change(agreement, "revoke", Map.of("ground", "misuse"));

    assertThat(inItsOwnField(key).problem()).isEqualTo("agreement-revoked");
  }

  @Test
  void a_key_without_an_agreement_opens_nothing() throws Exception {
    String key = made(reuser(), "one").text();

    assertThat(inItsOwnField(key).problem()).isEqualTo("agreement-required");
  }

  @Test
  void a_key_ends_by_itself() throws Exception {
    Reuser reuser = withAgreement();
    Answer made =
        create(
            reuser,
            Map.of("name", "brief", "expiresAt", Instant.now().plusMillis(1500).toString()));
    String key = made.at("/apiKey");
    assertThat(inItsOwnField(key).status()).isEqualTo(200);

    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(inItsOwnField(key).status()).isEqualTo(401));
    assertThat(inItsOwnField(key).problem()).isEqualTo("expired-token");
    assertThat(send("GET", "/keys/" + made.at("/key/id"), reuser.token(), null).at("/state"))
        .isEqualTo("expired");
  }

  @Test
  void two_credentials_and_bad_ones_are_told_apart() throws Exception {
    Reuser reuser = withAgreement();
    String key = made(reuser, "one").text();

    Caller.Answer both = Caller.bearing(reuser.token()).with("X-API-Key", key).get(parks(""));
    Caller.Answer twice =
        Caller.anybody().with("X-API-Key", key).with("X-API-Key", key).get(parks(""));
    Caller.Answer query = Caller.anybody().get(parks("?api_key=" + key));

    for (Caller.Answer refused : List.of(both, twice, query)) {
      assertThat(refused.status()).as(refused.text()).isEqualTo(400);
      assertThat(refused.problem()).isEqualTo("malformed-request");
    }
    String wrongCheck = key.substring(0, 53) + (key.endsWith("0") ? '1' : '0');
    for (String bad : List.of("octk_", "anything", wrongCheck, ApiKey.create().text())) {
      assertThat(inItsOwnField(bad).problem()).as(bad).isEqualTo("invalid-token");
      assertThat(asABearerToken(bad).problem()).as(bad).isEqualTo("invalid-token");
    }
    assertThat(send("GET", "/me", key, null).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "name, '', /name",
    "expiresAt, soon, /expiresAt",
    "expiresAt, 2020-01-01T00:00:00Z, /expiresAt",
    "expiresAt, 2999-01-01T00:00:00Z, /expiresAt",
    "scopes, read, /scopes",
  })
  void what_is_wrong_with_an_order_is_said_of_the_field(String field, String value, String pointer)
      throws Exception {
    Reuser reuser = reuser();
    Map<String, Object> order = new HashMap<>(Map.of("name", "one"));
    order.put(field, value);

    Answer refused = send("POST", keysOf(reuser), reuser.token(), order);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.at("/errors/0/pointer")).isEqualTo(pointer);
  }

  @ParameterizedTest
  @CsvSource({"0", "721", "-1"})
  void an_overlap_is_an_hour_to_thirty_days(int hours) throws Exception {
    Reuser reuser = reuser();
    Made key = made(reuser, "one");

    Answer refused =
        send(
            "POST", "/keys/" + key.id() + "/rotate", reuser.token(), Map.of("overlapHours", hours));

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.at("/errors/0/pointer")).isEqualTo("/overlapHours");
  }

  @Test
  void twenty_keys_are_live_and_not_one_more_however_many_ask_at_once() throws Exception {
    Reuser reuser = reuser();
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 24; i++) {
        Map<String, String> order = Map.of("name", "key " + i);
        answers.add(threads.submit(() -> send("POST", keysOf(reuser), reuser.token(), order)));
      }
    }
    List<String> made = new ArrayList<>();
    int refused = 0;
    for (Future<Answer> answer : answers) {
      if (answer.get().status() == 201) {
        made.add(answer.get().at("/key/id"));
      } else {
        assertThat(answer.get().status()).isEqualTo(409);
        refused++;
      }
    }
    assertThat(made).hasSize(20);
    assertThat(refused).isEqualTo(4);
    String first = "/keys/" + made.getFirst();
    assertThat(send("POST", first + "/rotate", reuser.token(), null).status()).isEqualTo(409);

    send("DELETE", first, reuser.token(), null, "If-Match", "*");

    assertThat(create(reuser, Map.of("name", "again")).status()).isEqualTo(201);
  }

  @Test
  void strangers_see_nothing_of_a_key_and_members_make_those_of_their_organisation()
      throws Exception {
    Reuser reuser = reuser();
    Made key = made(reuser, "mine");
    String stranger = register(UUID.randomUUID() + "@example.org");
    String rotate = "/keys/" + key.id() + "/rotate";

    assertThat(send("POST", keysOf(reuser), stranger, Map.of("name", "x")).status()).isEqualTo(404);
    assertThat(send("GET", keysOf(reuser), stranger, null).status()).isEqualTo(404);
    assertThat(send("GET", "/keys/" + key.id(), stranger, null).status()).isEqualTo(404);
    assertThat(send("POST", rotate, stranger, null).status()).isEqualTo(404);
    assertThat(send("DELETE", "/keys/" + key.id(), stranger, null, "If-Match", "*").status())
        .isEqualTo(404);
    assertThat(send("GET", keysOf(reuser), "", null).status()).isEqualTo(401);
    assertThat(send("POST", rotate, operator, null).status()).isEqualTo(404);
    assertThat(send("GET", keysOf(reuser), operator, null).status()).isEqualTo(200);
    assertThat(send("GET", "/keys/nothing", reuser.token(), null).status()).isEqualTo(404);

    String member = register(UUID.randomUUID() + "@example.org");
    String club =
        send("POST", "/organisations", member, Map.of("name", "Club", "kind", "association"))
            .at("/id");
    String application =
        send("POST", "/applications", member, Map.of("name", "Map", "organisation", club))
            .at("/application/id");
    assertThat(create(new Reuser(member, application), Map.of("name", "shared")).status())
        .isEqualTo(201);
  }

  @Test
  void the_same_order_twice_makes_one_key() throws Exception {
    Reuser reuser = reuser();
    String once = UUID.randomUUID().toString();

    Answer first =
        send(
            "POST", keysOf(reuser), reuser.token(), Map.of("name", "one"), "Idempotency-Key", once);
    Answer second =
        send(
            "POST", keysOf(reuser), reuser.token(), Map.of("name", "one"), "Idempotency-Key", once);

    assertThat(second.at("/apiKey")).isEqualTo(first.at("/apiKey"));
    assertThat(send("GET", keysOf(reuser), reuser.token(), null).body().at("/items").size())
        .isEqualTo(1);
  }

  @Test
  void a_key_that_ended_long_ago_is_let_go() throws Exception {
    Reuser reuser = reuser();
    Made revoked = made(reuser, "revoked");
    Made expired = made(reuser, "expired");
    Made live = made(reuser, "live");
    ended("revoked_at", revoked, Duration.ofDays(91));
    ended("expires_at", expired, Duration.ofDays(91));
    Made lately = made(reuser, "lately");
    ended("expires_at", lately, Duration.ofDays(89));

    retention.enforce();

    assertThat(send("GET", keysOf(reuser), reuser.token(), null).body().at("/items"))
        .extracting(key -> key.at("/id").asString())
        .containsExactly(live.id(), lately.id());
  }

  private void ended(String column, Made key, Duration ago) {
    jdbc.sql("update api_key set " + column + " = :then where id = :id")
        .param("then", UtcTimes.column(Instant.now().minus(ago)))
        .param("id", key.id())
        .update();
  }

  private Reuser withAgreement() throws Exception {
    Reuser reuser = reuser();
    submitted(reuser, automatic);
    return reuser;
  }

  private static String keysOf(Reuser reuser) {
    return "/applications/" + reuser.application() + "/keys";
  }

  private Answer create(Reuser reuser, Map<String, String> order) throws Exception {
    Answer made = send("POST", keysOf(reuser), reuser.token(), order);
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    return made;
  }

  private Made made(Reuser reuser, String name) throws Exception {
    Answer made = create(reuser, Map.of("name", name));
    return new Made(made.at("/key/id"), made.at("/apiKey"));
  }

  private URI parks(String query) {
    return URI.create("http://127.0.0.1:" + gate.port() + "/rennes/parks" + query);
  }

  private Caller.Answer inItsOwnField(String key) {
    return Caller.anybody().with("X-API-Key", key).get(parks(""));
  }

  private Caller.Answer asABearerToken(String key) {
    return Caller.bearing(key).get(parks(""));
  }
}
