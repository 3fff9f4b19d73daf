package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import jakarta.servlet.Filter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.DatasetDraft;
import org.octroi.testing.Statements;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.DefaultMockMvcBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;
import tools.jackson.databind.JsonNode;

/** A list makes as many statements for fifty items as for one. */
class ListStatementsTest extends AtTheDesk {

  private static final int MANY = 50;

  @Autowired private WebApplicationContext context;

  private MockMvc desk;
  private Map<String, String> tokens = Map.of();

  @BeforeAll
  void fifty_of_everything() throws Exception {
    desk =
        MockMvcBuilders.webAppContextSetup(context)
            .<DefaultMockMvcBuilder>addFilters(
                context.getBean("springSecurityFilterChain", Filter.class))
            .build();
    Reuser reuser = reuser();
    for (int i = 0; i < MANY; i++) {
      Reuser again =
          new Reuser(
              reuser.token(),
              send("POST", "/applications", reuser.token(), Map.of("name", "Map " + i))
                  .at("/application/id"));
      submitted(again, automatic);
      Answer sent = submitted(again, twice);
      decide(sent, "propose", reviewer, Map.of("validity", "P30D"));
      decide(sent, "approve", secondReviewer, Map.of());
      send(
          "POST",
          "/demands",
          reuser.token(),
          Map.of(
              "territory",
              "rennes",
              "holder",
              "ville",
              "wanted",
              "More",
              "purposes",
              List.of("ServiceProvision")));
      send(
          "POST",
          "/webhooks",
          reuser.token(),
          Map.of("url", "https://example.org/" + i, "kinds", List.of("webhook.tested")));
    }
    fiftyDatasets();
    Answer auditor = registered(UUID.randomUUID() + "@example.org");
    grant(auditor, "auditor", "rennes", "");
    Answer administrator = registered(UUID.randomUUID() + "@example.org");
    grant(administrator, "territory-administrator", "rennes", "");
    tokens =
        Map.of(
            "reuser", reuser.token(),
            "reviewer", reviewer,
            "auditor", auditor.at("/token"),
            "administrator", administrator.at("/token"),
            "anybody", "");
  }

  private void fiftyDatasets() {
    TerritoryId rennes = territories.find("rennes").orElseThrow().id();
    Dataset parks = datasets.find(rennes, "parks").orElseThrow();
    DatasetDraft is = parks.draft();
    for (int i = 0; i < MANY; i++) {
      datasets.keep(
          rennes,
          new DatasetDraft(
              new Slug("parks-" + i),
              is.holder(),
              is.title(),
              is.description(),
              is.source(),
              is.lastUpdate(),
              is.themes(),
              is.classification(),
              is.flags(),
              is.licenceNote(),
              is.limits(),
              is.distributions()),
          HOUSE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "reuser, /requests, 50",
    "reviewer, /requests, 50",
    "auditor, /requests, 50",
    "auditor, /requests?territory=rennes, 50",
    "reuser, /agreements, 50",
    "reviewer, /agreements, 50",
    "auditor, /agreements, 50",
    "anybody, /register, 50",
    "anybody, /register?territory=rennes, 50",
    "reuser, /demands, 50",
    "reviewer, /demands, 50",
    "auditor, /demands, 50",
    "reuser, /applications, 50",
    "reuser, /webhooks, 10",
    "auditor, /audit, 50",
  })
  void a_list_asks_as_often_for_many_items_as_for_one(String who, String path, int most)
      throws Exception {
    String limit = path + (path.contains("?") ? "&limit=" : "?limit=");

    statements(who, limit + 1, 1); // a token remembers the day of its first use
    List<String> one = statements(who, limit + 1, 1);
    List<String> many = statements(who, limit + most, most);

    assertThat(many).as("for many").hasSameSizeAs(one);
    assertThat(one).hasSizeLessThanOrEqualTo(16);
  }

  @Test
  void an_application_s_keys_are_asked_for_all_at_once() throws Exception {
    String keys =
        "/applications/"
            + send("GET", "/applications?limit=1", tokens.getOrDefault("reuser", ""), null)
                .at("/items/0/id")
            + "/keys";
    for (int i = 0; i < 20; i++) {
      send("POST", keys, tokens.getOrDefault("reuser", ""), Map.of("name", "key " + i));
    }

    assertThat(statements("reuser", keys + "?limit=20", 20))
        .hasSameSizeAs(statements("reuser", keys + "?limit=1", 1));
  }

  @ParameterizedTest
  @CsvSource({
    "/territories/rennes/datasets, 50",
    "/licences, 5",
  })
  void a_public_list_asks_as_often_for_many_items_as_for_one(String path, int most)
      throws Exception {
    assertThat(statements("anybody", path + "?limit=" + most, most))
        .hasSameSizeAs(statements("anybody", path + "?limit=1", 1));
  }

  @Test
  void a_datasets_offers_are_asked_for_all_at_once() throws Exception {
    String path = "/territories/rennes/datasets/parks/offers";
    int before = offersOf(path);
    List<String> few = statements("anybody", path, before);
    for (int i = 0; i < 20; i++) {
      offer(
          "offer-" + UUID.randomUUID().toString().substring(0, 8),
          Approval.AUTOMATIC,
          Optional.empty());
    }

    assertThat(statements("anybody", path, before + 20)).hasSameSizeAs(few);
  }

  private int offersOf(String path) throws Exception {
    return items(send("GET", path, "", null).body()).size();
  }

  private List<String> statements(String who, String path, int expected) throws Exception {
    return Statements.of(
        () -> {
          MockHttpServletRequestBuilder call = get("/api/v1" + path);
          String token = tokens.getOrDefault(who, "");
          if (!token.isEmpty()) {
            call.header("Authorization", "Bearer " + token);
          }
          String answer = desk.perform(call).andReturn().getResponse().getContentAsString();
          assertThat(items(JSON.readTree(answer)).size()).as(answer).isEqualTo(expected);
          return answer;
        });
  }

  private static JsonNode items(JsonNode page) {
    return page.has("items") ? page.at("/items") : page.at("/offers");
  }
}
