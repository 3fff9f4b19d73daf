package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.StoreDraft;
import org.octroi.catalogue.Stores;
import org.octroi.entitlement.Snapshot;
import org.octroi.identity.FirstAdministrator;
import org.octroi.licence.Licences;
import org.octroi.obligation.Catalogue;
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
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.testing.Drafts;
import org.octroi.testing.Statements;
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
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two cities with a holder each, reusers and reviewers, at a desk that is called by HTTP. All
 * classes of tests that begin here share one desk, so each test makes what it changes.
 */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.data-folder=target/test-desk",
      "octroi.demo=false",
      "octroi.identity.accounts-per-address=100000",
      "management.server.port=0",
      "spring.datasource.url=jdbc:h2:mem:desk;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
@Import(Statements.Heard.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AtTheDesk {

  static final Actor HOUSE = new Actor.House("test");
  static final String PASSWORD = "quiet rivers carry barges";
  static final JsonMapper JSON = JsonMapper.shared();

  @Autowired Environment environment;
  @Autowired FirstAdministrator first;
  @Autowired Territories territories;
  @Autowired Holders holders;
  @Autowired Stores stores;
  @Autowired Datasets datasets;
  @Autowired Offers offers;
  @Autowired Licences licences;
  @Autowired JdbcClient jdbc;

  final HttpClient http = calling();
  private static final Map<String, String> OPERATOR_OF_DATABASE = new ConcurrentHashMap<>();

  String operator = "";
  String reviewer = "";
  String secondReviewer = "";
  String otherCitysReviewer = "";
  PublishedOffer automatic;
  PublishedOffer reviewed;
  PublishedOffer twice;

  record Answer(int status, HttpResponse<String> raw, JsonNode body) {
    String at(String pointer) {
      return body.at(pointer).asString("");
    }
  }

  record Reuser(String token, String application) {}

  @BeforeAll
  void two_cities() throws Exception {
    String database = environment.getRequiredProperty("spring.datasource.url");
    operator = OPERATOR_OF_DATABASE.getOrDefault(database, "");
    if (operator.isEmpty()) {
      operator = firstAdministrator();
      OPERATOR_OF_DATABASE.put(database, operator);
    }
    TerritoryId rennes = city("rennes");
    city("bordeaux");
    HolderId holder = holders.find(rennes, "ville").orElseThrow().id();
    dataset(rennes, holder);
    automatic = offer("automatic", Approval.AUTOMATIC, Optional.empty());
    reviewed = offer("reviewed", Approval.ONE_REVIEWER, Optional.empty());
    twice = offer("twice", Approval.TWO_REVIEWERS, Optional.empty());
    reviewer = reviewerOf("rennes");
    secondReviewer = reviewerOf("rennes");
    otherCitysReviewer = reviewerOf("bordeaux");
  }

  private String firstAdministrator() throws Exception {
    return send(
            "POST",
            "/people/first-administrator",
            "",
            Map.of(
                "link",
                first.renewLink().orElseThrow(),
                "email",
                "ops@example.org",
                "displayName",
                "Ops",
                "password",
                PASSWORD))
        .at("/token");
  }

  TerritoryId city(String slug) {
    TerritoryId id =
        territories
            .keep(
                Slug.ofTerritory(slug), new Bilingual(slug, slug), ZoneId.of("Europe/Paris"), HOUSE)
            .kept()
            .id();
    holders.keep(id, Drafts.city("ville", "Ville de " + slug), HOUSE);
    return id;
  }

  DatasetId dataset(TerritoryId territory, HolderId holder) {
    StoreId store =
        stores
            .keep(
                territory,
                new StoreDraft(
                    new Slug("files"),
                    holder,
                    new StoreAddress.Folder("demo", "files"),
                    Optional.empty(),
                    true),
                HOUSE)
            .kept()
            .id();
    return datasets
        .keep(
            territory,
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
  }

  /** An offer of the city of Rennes on its parks. */
  PublishedOffer offer(String slug, Approval approval, Optional<Period> validity) {
    return offer("rennes", slug, approval, validity);
  }

  /** An offer of a city on its parks. */
  PublishedOffer offer(String city, String slug, Approval approval, Optional<Period> validity) {
    TerritoryId territory = territories.find(city).orElseThrow().id();
    HolderId holder = holders.find(territory, "ville").orElseThrow().id();
    DatasetId dataset = datasets.find(territory, "parks").orElseThrow().id();
    String licence = licences.list(new PageAsk(1, "")).items().getFirst().name();
    return offers
        .publish(
            territory,
            List.of(
                new OfferDraft(
                    new Slug(slug),
                    holder,
                    new Bilingual(slug, slug),
                    List.of(dataset),
                    licences.newest(licence).orElseThrow().id(),
                    new Snapshot.Tier(
                        new TierName("standard"),
                        new Limits(
                            new Limits.Rate(10, Duration.ofSeconds(1), 10),
                            List.of(Quota.of(Unit.REQUESTS, Window.DAY, 1000))),
                        Map.of()),
                    Eligibility.IDENTIFIED,
                    Set.of(),
                    new TreeSet<>(Set.of(new Purpose("ServiceProvision"))),
                    approval,
                    Optional.empty(),
                    validity)),
            HOUSE)
        .getFirst()
        .kept();
  }

  String register(String email) throws Exception {
    return registered(email).at("/token");
  }

  Answer registered(String email) throws Exception {
    return send(
        "POST",
        "/people",
        "",
        Map.of(
            "email",
            email,
            "displayName",
            "Person " + email,
            "password",
            PASSWORD,
            "reuserKind",
            "citizen"));
  }

  String reviewerOf(String territory) throws Exception {
    return staffOf(territory, "holder-reviewer");
  }

  /** Somebody with a role for the city's own holder. */
  String staffOf(String territory, String role) throws Exception {
    Answer made = registered(UUID.randomUUID() + "@example.org");
    grant(made, role, territory, "ville");
    return made.at("/token");
  }

  /** Gives somebody just registered a role; answers its id. */
  String grant(Answer registered, String role, String territory, String holder) throws Exception {
    Map<String, String> ask = new HashMap<>();
    ask.put("person", registered.at("/person/id"));
    ask.put("role", role);
    ask.put("territory", territory);
    if (!holder.isEmpty()) {
      ask.put("holder", holder);
    }
    Answer granted = send("POST", "/roles", operator, ask);
    assertThat(granted.status()).as(granted.raw().body()).isEqualTo(201);
    return granted.at("/id");
  }

  Reuser reuser() throws Exception {
    String token = register(UUID.randomUUID() + "@example.org");
    return new Reuser(
        token,
        send("POST", "/applications", token, Map.of("name", "Parks map")).at("/application/id"));
  }

  static Map<String, Object> body(Reuser reuser, PublishedOffer offer, String purpose) {
    return Map.of(
        "offer",
        offer.id().toString(),
        "application",
        reuser.application(),
        "purposes",
        List.of(purpose),
        "reuse",
        "A map of parks");
  }

  Answer draft(Reuser reuser, PublishedOffer offer) throws Exception {
    Answer draft =
        send("POST", "/requests", reuser.token(), body(reuser, offer, "ServiceProvision"));
    assertThat(draft.status()).as(draft.raw().body()).isEqualTo(201);
    return draft;
  }

  Answer submitted(Reuser reuser, PublishedOffer offer) throws Exception {
    Answer sent =
        send(
            "POST",
            "/requests/" + draft(reuser, offer).at("/id") + "/submit",
            reuser.token(),
            Map.of("acceptedTextSha256", offer.licence().textSha256()));
    assertThat(sent.status()).as(sent.raw().body()).isEqualTo(200);
    return sent;
  }

  Answer decide(Answer request, String how, String by, Map<String, String> body)
      throws IOException, InterruptedException {
    return send("POST", "/requests/" + request.at("/id") + "/" + how, by, body);
  }

  Answer change(String agreement, String how, @Nullable Map<String, String> body) throws Exception {
    return send("POST", "/agreements/" + agreement + "/" + how, reviewer, body);
  }

  URI uri(String path) {
    return URI.create(desk() + "/api/v1" + path);
  }

  /** What calls the desk. */
  HttpClient calling() {
    return HttpClient.newHttpClient();
  }

  String desk() {
    return "http://127.0.0.1:" + environment.getProperty("local.server.port");
  }

  Answer send(String method, String path, String token, @Nullable Object body, String... fields)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (fields.length > 0) {
      request.headers(fields);
    }
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(
        answer.statusCode(),
        answer,
        answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body()));
  }
}
