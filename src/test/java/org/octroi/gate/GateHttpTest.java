package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.gate.http.RawClient;
import org.octroi.gate.http.RawClient.Answer;
import org.octroi.obligation.Obligations;
import org.octroi.usage.UsageEvent;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.usage.UsageEvents;
import org.octroi.vocabulary.Action;

/**
 * What HTTP has beside plain reading: queries in a body, pages of other origins, and conditions.
 */
class GateHttpTest {

  private static final String ORIGIN = "https://app.example";
  private static final String DATE = "Sun, 01 Mar 2026 08:00:00 GMT";

  @TempDir static Path folder;
  private static GateHouse house;
  private static City city;
  private static int names;

  private final List<RawClient> clients = new ArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final String name = "http-" + ++names;

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

  // Queries in a body

  @Test
  void a_query_in_a_body_goes_to_the_store_and_counts_as_a_query() throws IOException {
    store(exchange -> GateHouse.say(exchange, 200, "[\"found\"]"));
    city.dataset(name).askedInBodies().published();

    Answer answer = post("Content-Type: application/sparql-query", "{\"near\":[48.1,-1.7]}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[\"found\"]");
    assertThat(bodies).containsExactly("{\"near\":[48.1,-1.7]}");
    GateHouse.Seen seen = storeSaw().getFirst();
    assertThat(seen.method()).isEqualTo("POST");
    assertThat(seen.headers())
        .containsEntry("Content-type", List.of("application/sparql-query"))
        .containsEntry("Content-length", List.of("20"));
    assertThat(event(answer).access().action()).isEqualTo(Action.QUERY);
    assertThat(event(answer).outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(event(answer).bytesOut()).isEqualTo(9);
  }

  @Test
  void a_query_without_a_body_is_one_too() throws IOException {
    store(exchange -> GateHouse.say(exchange, 200, "[]"));
    city.dataset(name).askedInBodies().published();

    Answer answer = client().send("POST /rennes/" + name + " HTTP/1.1\r\nHost: g\r\n\r\n").answer();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(bodies).containsExactly("");
    assertThat(event(answer).access().action()).isEqualTo(Action.QUERY);
  }

  @Test
  void the_connection_serves_on_after_a_query() throws IOException {
    store(exchange -> GateHouse.say(exchange, 200, "[]"));
    city.dataset(name).askedInBodies().published();
    RawClient client = client();
    for (int i = 0; i < 3; i++) {
      assertThat(client.send(posting("", "{}")).answer().status()).isEqualTo(200);
      assertThat(client.get("/rennes/" + name).answer().status()).isEqualTo(200);
    }
    assertThat(bodies).containsExactly("{}", "", "{}", "", "{}", "");
  }

  @Test
  void what_may_be_done_is_said_where_something_else_was_tried() throws IOException {
    city.dataset(name).published();
    city.dataset(name + "-asked").askedInBodies().published();

    Answer post = post("", "{}");
    assertProblem(post, 405, "not-allowed-method");
    assertThat(post.header("allow")).isEqualTo("GET, HEAD, OPTIONS");
    Answer put =
        client().send("PUT /rennes/" + name + "-asked HTTP/1.1\r\nHost: g\r\n\r\n").answer();
    assertProblem(put, 405, "not-allowed-method");
    assertThat(put.header("allow")).isEqualTo("GET, HEAD, POST, OPTIONS");
    assertThat(storeSaw()).isEmpty();
  }

  @Test
  void a_body_that_can_not_be_looked_into_is_refused_where_the_tier_hides_something()
      throws IOException {
    store(exchange -> GateHouse.say(exchange, 200, "[]"));
    city.dataset(name).rows("name", "owner").with(onlyColumn("name")).askedInBodies().published();

    assertProblem(post("", "{\"owner\":\"somebody\"}"), 403, "tier-forbids");

    assertThat(storeSaw()).isEmpty();
    assertThat(get().status()).isEqualTo(200);
  }

  @Test
  void who_may_only_read_may_not_ask_in_a_body() throws Exception {
    store(exchange -> GateHouse.say(exchange, 200, "[]"));
    var dataset = city.dataset(name).controlled().askedInBodies().published();
    city.reuser(name).agrees(dataset, "ServiceProvision");
    String reads = house.token(name, c -> c.claim("scope", "octroi:rennes/" + name + ":read"));

    Answer refused = post("Authorization: Bearer " + reads, "{}");

    assertProblem(refused, 403, "not-permitted");
    assertThat(event(refused).reasons()).contains("scope-missing");
    assertThat(storeSaw()).isEmpty();
    assertThat(post(bearer(name), "{}").status()).isEqualTo(200);
  }

  @Test
  void a_body_that_turns_out_too_large_is_refused_and_metered() throws IOException {
    store(exchange -> GateHouse.say(exchange, 200, "[]"));
    city.dataset(name).askedInBodies().published();
    RawClient client =
        client()
            .send(
                "POST /rennes/"
                    + name
                    + " HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("8000\r\n" + "x".repeat(0x8000) + "\r\n");
    client.send("8001\r\n" + "x".repeat(0x8001) + "\r\n");

    Answer answer = client.answer();

    assertProblem(answer, 413, "payload-too-large");
    assertThat(event(answer).outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(bodies).isEmpty();
  }

  // Pages of other origins

  @Test
  void a_page_of_the_applications_own_origin_may_read_what_it_is_answered() throws Exception {
    store(exchange -> GateHouse.say(exchange, 200, "[]"));
    String own = ORIGIN + ":" + (1000 + names);
    var dataset = city.dataset(name).controlled().published();
    city.reuserWithPagesOf(name, own, "https://second.example").agrees(dataset, "ServiceProvision");

    Answer answer = get(bearer(name), "Origin: " + own);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo(own);
    assertThat(answer.header("access-control-expose-headers")).contains("Octroi-Agreement");
    assertThat(answer.header("vary")).containsIgnoringCase("origin");
  }

  @Test
  void a_page_of_another_origin_may_not_though_another_application_registered_it()
      throws Exception {
    store(exchange -> GateHouse.say(exchange, 200, "[]"));
    String others = "https://others-" + name + ".example";
    var dataset = city.dataset(name).controlled().published();
    city.reuserWithPagesOf(name, ORIGIN).agrees(dataset, "ServiceProvision");
    city.reuserWithPagesOf(name + "-other", others);

    for (String origin : List.of(others, "https://nobody.example", "null", "HTTPS://APP.EXAMPLE")) {
      Answer answer = get(bearer(name), "Origin: " + origin);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("access-control-allow-origin")).as(origin).isEmpty();
      assertThat(answer.header("vary")).containsIgnoringCase("origin");
    }
  }

  @Test
  void a_page_of_a_registered_origin_may_read_why_it_was_refused() throws Exception {
    city.dataset(name).controlled().published();
    String own = "https://" + name + ".example";
    city.reuserWithPagesOf(name, own);

    Answer answer = get("Origin: " + own);
    assertProblem(answer, 401, "authentication-required");
    assertThat(answer.header("access-control-allow-origin")).isEqualTo(own);
    assertThat(get("Origin: https://nobody.example").header("access-control-allow-origin"))
        .isEmpty();
  }

  @Test
  void a_preflight_of_a_registered_origin_is_told_what_it_may_ask() throws IOException {
    city.dataset(name).controlled().askedInBodies().published();
    String own = "https://" + name + ".example";
    city.reuserWithPagesOf(name, own);

    Answer answer = preflight(own);

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo(own);
    assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET, HEAD, POST, OPTIONS");
    assertThat(answer.header("access-control-allow-headers")).contains("Authorization");
    assertThat(answer.header("vary")).isEqualToIgnoringCase("origin");
    assertThat(storeSaw()).isEmpty();
  }

  @Test
  void a_preflight_of_another_origin_is_refused() throws IOException {
    city.dataset(name).controlled().published();
    String suspended = "https://" + name + ".example";
    city.suspendedReuserWithPagesOf(name, suspended);

    for (String origin : List.of("https://nobody.example", suspended)) {
      Answer answer = preflight(origin);
      assertProblem(answer, 403, "not-permitted");
      assertThat(answer.header("access-control-allow-origin")).isEmpty();
    }
  }

  // Conditions

  @ParameterizedTest
  @ValueSource(strings = {"\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", "*"})
  void who_has_the_data_already_is_told_so_though_the_store_does_not_look(String tags)
      throws IOException {
    storeWith("\"v1\"", null);
    city.dataset(name).published();

    Answer answer = get("If-None-Match: " + tags);

    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.header("etag")).isEqualTo("\"v1\"");
    assertThat(answer.header("octroi-attribution*")).isNotEmpty();
    assertThat(event(answer).status()).isEqualTo(304);
    assertThat(event(answer).bytesOut()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"v0\"", "v1", "\"v\"", "\"v1", ""})
  void who_has_something_else_gets_the_data(String tags) throws IOException {
    storeWith("\"v1\"", null);
    city.dataset(name).published();

    assertThat(get("If-None-Match: " + tags).body()).isEqualTo("[1,2]");
  }

  @Test
  void who_has_the_data_of_the_stores_own_date_is_told_so() throws IOException {
    storeWith(null, DATE);
    city.dataset(name).published();

    assertThat(get("If-Modified-Since: " + DATE).status()).isEqualTo(304);
    assertThat(storeSaw()).allMatch(seen -> !seen.headers().containsKey("If-modified-since"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 01 Mar 2026 07:59:59 GMT",
        "Sun, 01 Mar 2026 08:00:01 GMT",
        "Fri, 01 Jan 2100 00:00:00 GMT",
        "yesterday"
      })
  void who_has_the_data_of_another_date_gets_it_anew(String date) throws IOException {
    storeWith(null, DATE);
    city.dataset(name).published();

    assertThat(get("If-Modified-Since: " + date).body()).isEqualTo("[1,2]");
  }

  @Test
  void the_date_of_the_dataset_is_no_validator() throws IOException {
    storeWith(null, null);
    city.dataset(name).published();
    String told = get().header("last-modified");

    assertThat(told).isEqualTo("Mon, 05 Jan 2026 09:00:00 GMT");
    assertThat(get("If-Modified-Since: " + told).status()).isEqualTo(200);
  }

  @Test
  void where_there_are_tags_the_date_is_left_aside() throws IOException {
    storeWith("\"v1\"", DATE);
    city.dataset(name).published();

    assertThat(get("If-None-Match: \"v0\"", "If-Modified-Since: " + DATE).status()).isEqualTo(200);
  }

  @Test
  void what_is_shaped_is_sent_whole_whatever_its_reader_has() throws IOException {
    storeWith("\"v1\"", DATE);
    city.dataset(name).rows("name", "owner").with(onlyColumn("name")).published();
    storeAnswers = "[{\"name\":\"Thabor\",\"owner\":\"somebody\"}]";

    Answer answer = get("If-None-Match: \"v1\"");
    assertThat(answer.body()).isEqualTo("[{\"name\":\"Thabor\"}]");
    assertThat(answer.header("etag")).isEmpty();
    assertThat(get("If-Modified-Since: " + DATE).status()).isEqualTo(200);
  }

  @Test
  void a_query_in_a_body_has_no_conditions() throws IOException {
    storeWith("\"v1\"", DATE);
    city.dataset(name).askedInBodies().published();

    assertThat(post("If-None-Match: \"v1\"", "{}").status()).isEqualTo(200);
  }

  @Test
  void an_answer_with_a_cookie_is_for_its_reader_alone() throws IOException {
    store(
        exchange -> {
          exchange.getResponseHeaders().set("Set-Cookie", "session=1");
          exchange.getResponseHeaders().set("Cache-Control", "public, max-age=3600");
          GateHouse.say(exchange, 200, "[]");
        });
    city.dataset(name).published();

    Answer answer = get();

    assertThat(answer.headers()).doesNotContainKey("set-cookie");
    assertThat(answer.header("cache-control")).isEqualTo("private");
  }

  private String storeAnswers = "[1,2]";

  /** A store that says when its data changed and never looks into a condition. */
  private void storeWith(@Nullable String tag, @Nullable String date) {
    store(
        exchange -> {
          if (tag != null) {
            exchange.getResponseHeaders().set("ETag", tag);
          }
          if (date != null) {
            exchange.getResponseHeaders().set("Last-Modified", date);
          }
          GateHouse.say(exchange, 200, storeAnswers);
        });
  }

  /** What a store does with a question. */
  private interface Doing {
    void with(HttpExchange exchange) throws IOException;
  }

  private void store(Doing doing) {
    house.upstream(
        "/" + name,
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          doing.with(exchange);
        });
  }

  private List<GateHouse.Seen> storeSaw() {
    return house.seen.stream().filter(seen -> seen.uri().startsWith("/" + name)).toList();
  }

  private RawClient client() throws IOException {
    RawClient client = new RawClient(house.port());
    clients.add(client);
    return client;
  }

  private Answer get(String... headers) throws IOException {
    return client().get("/rennes/" + name, headers).answer();
  }

  private Answer post(String header, String body) throws IOException {
    return client().send(posting(header, body)).answer();
  }

  private String posting(String header, String body) {
    return "POST /rennes/"
        + name
        + " HTTP/1.1\r\nHost: gate\r\n"
        + (header.isEmpty() ? "" : header + "\r\n")
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private Answer preflight(String origin) throws IOException {
    return client()
        .send(
            "OPTIONS /rennes/"
                + name
                + " HTTP/1.1\r\nHost: gate\r\nOrigin: "
                + origin
                + "\r\nAccess-Control-Request-Method: GET\r\n\r\n")
        .answer();
  }

  private static String bearer(String client) throws JOSEException {
    return "Authorization: Bearer " + house.token(client);
  }

  private static UsageEvent event(Answer answer) {
    return house
        .context
        .getBean(UsageEvents.class)
        .find(city.id, answer.header("octroi-request"))
        .orElseThrow();
  }

  private static void assertProblem(Answer answer, int status, String word) {
    assertThat(answer.body()).contains("\"type\":\"http://desk.test/problems/" + word + "\"");
    assertThat(answer.status()).isEqualTo(status);
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
}
