package org.octroi.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.problem.StartRefusedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamApiTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private UpstreamApi api;

  @BeforeAll
  void start() throws IOException {
    api = UpstreamApi.start(0);
  }

  @AfterAll
  void stop() {
    api.close();
    client.close();
  }

  @Test
  void stops_are_chosen_by_commune() throws Exception {
    assertThat(json("/rennes/stops?commune=Bruz").valueStream())
        .hasSize(66)
        .allMatch(stop -> stop.path("nomcommune").asString().equals("Bruz"));
  }

  @Test
  void alerts_are_chosen_by_line() throws Exception {
    assertThat(json("/star/alerts?line=C3")).hasSize(2);
  }

  @Test
  void sub_districts_are_a_feature_collection() throws Exception {
    JsonNode document = json("/rennes/sub-districts");
    assertThat(document.path("type").asString()).isEqualTo("FeatureCollection");
    assertThat(document.path("features")).hasSize(45);
  }

  @Test
  void presence_is_chosen_by_district_and_time() throws Exception {
    assertThat(json("/presence/hours?district=Bastide&from=2026-10-31T20%3A00%3A00Z")).hasSize(4);
  }

  @Test
  void pages_follow_each_other() throws Exception {
    JsonNode both = json("/bordeaux/bike-racks?limit=4").path("features");
    assertThat(json("/bordeaux/bike-racks?limit=2&offset=2").path("features").get(0))
        .isEqualTo(both.get(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=10001",
        "limit=x",
        "offset=-1",
        "from=yesterday",
        "town=Bruz",
        "limit=1&limit=2"
      })
  void a_query_that_it_does_not_understand_is_a_bad_request(String query) throws Exception {
    assertThat(send("GET", "/presence/hours?" + query, "Accept", "*/*").statusCode())
        .isEqualTo(400);
  }

  @Test
  void an_unknown_path_is_not_found() throws Exception {
    assertThat(send("GET", "/presence", "Accept", "*/*").statusCode()).isEqualTo(404);
  }

  @Test
  void writing_is_not_allowed() throws Exception {
    assertThat(send("DELETE", "/star/alerts", "Accept", "*/*").statusCode()).isEqualTo(405);
  }

  @Test
  void head_tells_the_length_without_the_body() throws Exception {
    HttpResponse<String> got = send("GET", "/star/alerts", "Accept", "*/*");
    HttpResponse<String> head = send("HEAD", "/star/alerts", "Accept", "*/*");
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("content-length"))
        .isEqualTo(got.headers().firstValue("content-length"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"etag", "last-modified"})
  void what_the_caller_has_already_is_not_sent_again(String validator) throws Exception {
    String value =
        send("GET", "/star/alerts", "Accept", "*/*").headers().firstValue(validator).orElseThrow();
    String condition = validator.equals("etag") ? "If-None-Match" : "If-Modified-Since";
    assertThat(send("GET", "/star/alerts", condition, value).statusCode()).isEqualTo(304);
  }

  @Test
  void a_taken_port_is_named_with_its_setting() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(UpstreamApi.LOOPBACK))) {
      assertThatThrownBy(() -> UpstreamApi.start(taken.getLocalPort()))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining(Integer.toString(taken.getLocalPort()))
          .extracting(e -> ((StartRefusedException) e).whatToDo())
          .asString()
          .contains("octroi.demo.upstream-port");
    }
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> answer = send("GET", path, "Accept", "*/*");
    assertThat(answer.statusCode()).isEqualTo(200);
    return new JsonMapper().readTree(answer.body());
  }

  private HttpResponse<String> send(String method, String path, String header, String value)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header(header, value)
            .build(),
        BodyHandlers.ofString());
  }
}
