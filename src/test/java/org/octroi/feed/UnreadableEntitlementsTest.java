package org.octroi.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.StoreDraft;
import org.octroi.catalogue.Stores;
import org.octroi.entitlement.Entitlements;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.Gate;
import org.octroi.identity.ApplicationChanged;
import org.octroi.licence.Licences;
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
import org.octroi.territory.CatalogueChanged;
import org.octroi.territory.Holders;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.Drafts;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.ApplicationId;
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

/**
 * A dataset, a tier or an agreement with a field missing or unreadable is closed at the gate, never
 * open, and holds up nothing else: rows of the real tables are broken one by one.
 */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.demo=false",
      "octroi.gate.port=0",
      "octroi.data-folder=target/test-unreadable",
      "octroi.gate.new-shapes-per-minute=100000",
      "octroi.store.roots.parks=target/test-unreadable/parks",
      "management.server.port=0",
      "spring.datasource.url=jdbc:h2:mem:unreadable;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnreadableEntitlementsTest {

  private static final Actor HOUSE = new Actor.House("test");
  private static final String WHOLE = "name,owner\nThabor,somebody\n";
  private static final String SHAPED = "name\r\nThabor\r\n";

  @LocalServerPort private int port;
  @Autowired private Gate gate;
  @Autowired private Entitlements entitlements;
  @Autowired private EntitlementFeed feed;
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
  private int names;

  /** What a test breaks, and what beside it must go on. */
  private Published broken;

  private Published other;

  /** A dataset, and the offer that it is under. */
  private record Published(String slug, DatasetId dataset, StoreId store, PublishedOffer offer) {}

  /** Somebody's application with an agreement. */
  private record Reuser(Caller owner, String id, String token, String agreement) {}

  @BeforeAll
  void a_city() throws IOException {
    Path folder = Files.createDirectories(Path.of("target/test-unreadable/parks"));
    Files.writeString(folder.resolve("parks.csv"), WHOLE);
    city =
        territories
            .keep(
                Slug.ofTerritory("ville"),
                new Bilingual("Ville", "City"),
                ZoneId.of("Europe/Paris"),
                HOUSE)
            .kept()
            .id();
    holder = holders.keep(city, Drafts.city("ville", "Ville"), HOUSE).kept().id();
  }

  @BeforeEach
  void two_datasets() {
    broken = published(Eligibility.ANYONE);
    other = published(Eligibility.ANYONE);
    assertThat(get(broken).text()).isEqualTo(SHAPED);
    assertThat(get(other).text()).isEqualTo(SHAPED);
  }

  @AfterEach
  void out_of_the_way() {
    for (Published done : List.of(broken, other)) {
      set("offer", "withdrawn_at", "2026-01-01 00:00:00", done.offer().id().toString());
      set("dataset", "retired_at", "2026-01-01 00:00:00", done.dataset().toString());
      set("store", "retired_at", "2026-01-01 00:00:00", done.store().toString());
    }
    changed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "[]",
        "{\"name\":\"standard\"",
        "{\"name\":\"standard\",\"limits\":null,\"obligations\":{}}"
      })
  void a_tier_that_can_not_be_read_gives_nothing(String json) {
    tier(json);
    assertClosedAndTheOtherOpen(401, "offer " + broken.offer().id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "visibleColumns",
        "masks",
        "rows",
        "area",
        "freshnessDelay",
        "historyDepth",
        "rowCap",
        "byteCap",
        "formats",
        "attribution",
        "rate",
        "permits",
        "period",
        "burst",
        "quotas",
        "unit",
        "window",
        "amount",
        "grace",
        "limits",
        "obligations",
        "name"
      })
  void a_tier_that_lost_a_member_gives_nothing(String member) {
    String json = tier();
    String without = json.replace("\"" + member + "\":", "\"" + member + "s_\":");
    assertThat(without).isNotEqualTo(json);
    tier(without);
    assertClosedAndTheOtherOpen(401, "offer " + broken.offer().id());
  }

  @Test
  void a_tier_that_lost_what_it_demands_of_a_dataset_gives_nothing() {
    String json = tier();
    tier(json.replace(broken.dataset().toString(), other.dataset().toString()));
    assertClosedAndTheOtherOpen(401, "offer " + broken.offer().id());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"permits\":10|\"permits\":-1",
        "\"permits\":10|\"permits\":null",
        "\"permits\":10|\"permits\":\"many\"",
        "\"amount\":1000|\"amount\":-1",
        "\"quotas\":[|\"quotas\":[null,",
        "\"masks\":[]|\"masks\":null",
        "\"masks\":[]|\"masks\":[{\"column\":\"name\"}]",
        "\"rows\":[]|\"rows\":[{\"column\":\"name\",\"operator\":\"LIKE\",\"values\":[\"a\"]}]",
        "\"formats\":[]|\"formats\":[\"DOC\"]",
      })
  void a_tier_with_a_value_that_is_none_gives_nothing(String from, String to) {
    String json = tier();
    assertThat(json).contains(from);
    tier(json.replace(from, to));
    assertClosedAndTheOtherOpen(401, "offer " + broken.offer().id());
  }

  @ParameterizedTest
  @CsvSource({
    "level,free",
    "level,engaged",
    "eligibility,identified",
    "eligibility,everybody",
    "approval,perhaps",
    "purposes,nonsense",
    "purposes,[1",
    "reuser_kinds,robots",
    "validity,for ever"
  })
  void an_offer_with_a_column_that_can_not_be_read_gives_nothing(String column, String value) {
    set("offer", column, value, broken.offer().id().toString());
    changed();
    assertClosedAndTheOtherOpen(401, "offer " + broken.offer().id());
  }

  @ParameterizedTest
  @CsvSource({"classification,secret", "slug,NO SLUG"})
  void a_dataset_with_a_column_that_can_not_be_read_is_not_found(String column, String value) {
    set("dataset", column, value, broken.dataset().toString());
    changed();
    assertClosedAndTheOtherOpen(404, "dataset " + broken.dataset());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "catalogue|{}",
        "catalogue|nonsense",
        "catalogue|{\"columns\":null,\"recordPath\":null,\"timeColumn\":null}",
        "parameters|[{\"name\":\"owner\",\"operator\":\"EQ\"}]",
        "parameters|{}",
        "formats|DOC",
        "formats|``",
        "actions|steal",
        "actions|``",
        "slug|NO SLUG"
      })
  void a_distribution_that_can_not_be_read_takes_its_dataset_along(String column, String value) {
    jdbc.sql("update distribution set " + column + " = :value where dataset_id = :id")
        .param("value", value)
        .param("id", broken.dataset().toString())
        .update();
    changed();
    assertClosedAndTheOtherOpen(404, "dataset " + broken.dataset());
  }

  @ParameterizedTest
  @CsvSource({"kind,ftp", "slug,NO SLUG"})
  void a_store_that_can_not_be_read_takes_its_datasets_along(String column, String value) {
    set("store", column, value, broken.store().toString());
    changed();
    assertClosedAndTheOtherOpen(404, "dataset " + broken.dataset());
  }

  @ParameterizedTest
  @CsvSource({
    "status,whatever",
    "status,''",
    "purposes,''",
    "purposes_closed,''",
    "purposes_closed,Marketing",
    "number,nonsense",
    "offer_id,",
    "valid_until,"
  })
  void an_agreement_with_a_column_that_can_not_be_read_serves_nobody(String column, String value) {
    Published mine = published(Eligibility.IDENTIFIED);
    Published others = published(Eligibility.IDENTIFIED);
    Reuser reuser = reuser(mine);
    Reuser beside = reuser(mine);
    String second = agreement(reuser, others);
    assertThat(get(mine, reuser.token()).text()).isEqualTo(SHAPED);

    if (column.equals("offer_id")) {
      // As if the offer were gone, which the table's own rules forbid.
      set("offer", "purposes", "nonsense", mine.offer().id().toString());
    } else {
      set("agreement", column, value, reuser.agreement());
    }
    applicationChanged(reuser);

    Answer refused = get(mine, reuser.token());
    assertThat(refused.status()).as(refused.text()).isEqualTo(403);
    assertThat(refused.problem()).isEqualTo("agreement-required");
    assertThat(feed.lag().closed()).contains("agreement " + reuser.agreement());
    assertThat(get(others, reuser.token()).text()).as("another of the same").isEqualTo(SHAPED);
    assertThat(second).isNotEqualTo(reuser.agreement());
    if (!column.equals("offer_id")) {
      assertThat(get(mine, beside.token()).text()).as("the same of another").isEqualTo(SHAPED);
    }
  }

  @Test
  void what_is_mended_is_open_again_within_seconds_and_what_is_not_stays_as_it_was() {
    String json = tier();
    tier("{}");
    assertClosedAndTheOtherOpen(401, "offer " + broken.offer().id());
    Snapshot before = entitlements.current();
    Snapshot.Dataset same = before.dataset("ville", other.slug()).orElseThrow();

    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(() -> entitlements.current().dataset("ville", other.slug()).orElseThrow() == same);
    jdbc.sql("update offer set tier = :json where id = :id")
        .param("json", json)
        .param("id", broken.offer().id().toString())
        .update();

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(get(broken).text()).isEqualTo(SHAPED));
    assertThat(feed.lag().closed()).doesNotContain("offer " + broken.offer().id());
  }

  @Test
  void a_gate_that_starts_with_rows_that_can_not_be_read_serves_all_others() {
    Published mine = published(Eligibility.IDENTIFIED);
    Reuser well = reuser(mine);
    Reuser ill = reuser(mine);
    tier("{}");
    jdbc.sql(
            """
            update person set reuser_kind = 'robot'
            where id = (select owner_person from application where id = :id)
            """)
        .param("id", ill.id())
        .update();
    feed.stop();

    feed.start();

    assertClosedAndTheOtherOpen(401, "offer " + broken.offer().id());
    assertThat(get(mine, well.token()).text()).isEqualTo(SHAPED);
    assertThat(get(mine, ill.token()).status()).isEqualTo(401);
    jdbc.sql("update person set reuser_kind = 'company' where reuser_kind = 'robot'").update();
  }

  @Test
  void a_note_of_a_change_that_can_not_be_read_holds_up_no_other() {
    Published mine = published(Eligibility.IDENTIFIED);
    Reuser reuser = reuser(mine);
    transaction.executeWithoutResult(
        tx -> {
          jdbc.sql("update feed_revision set revision = revision + 1 where id = 1").update();
          jdbc.sql(
                  """
                  insert into feed_change (revision, subject_kind, subject_id, changed_at)
                  select revision, 'TERRITORY', 'nonsense', current_timestamp
                  from feed_revision where id = 1
                  """)
              .update();
        });
    set("agreement", "status", "revoked", reuser.agreement());
    applicationChanged(reuser);

    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () -> assertThat(get(mine, reuser.token()).problem()).isEqualTo("agreement-revoked"));
    assertThat(feed.lag().behindSince()).isEmpty();
  }

  private void assertClosedAndTheOtherOpen(int status, String closed) {
    Answer refused = get(broken);
    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(refused.text()).doesNotContain("Thabor");
    assertThat(get(other).text()).isEqualTo(SHAPED);
    assertThat(feed.lag().closed()).contains(closed);
    assertThat(feed.lag().behindSince()).isEmpty();
  }

  private String tier() {
    return jdbc.sql("select tier from offer where id = :id")
        .param("id", broken.offer().id().toString())
        .query(String.class)
        .single();
  }

  private void tier(String json) {
    set("offer", "tier", json, broken.offer().id().toString());
    changed();
  }

  private void set(String table, String column, String value, String id) {
    jdbc.sql("update " + table + " set " + column + " = :value where id = :id")
        .param("value", value)
        .param("id", id)
        .update();
  }

  private void changed() {
    transaction.executeWithoutResult(tx -> events.publishEvent(new CatalogueChanged(city)));
  }

  private void applicationChanged(Reuser reuser) {
    transaction.executeWithoutResult(
        tx -> events.publishEvent(new ApplicationChanged(ApplicationId.of(reuser.id()))));
  }

  private Published published(Eligibility eligibility) {
    String slug = "parks-" + ++names;
    StoreId store =
        stores
            .keep(
                city,
                new StoreDraft(
                    new Slug("store-" + names),
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
                    slug,
                    new Bilingual("Parcs", "Parks"),
                    holder,
                    store,
                    "parks.csv",
                    new Catalogue(
                        List.of(
                            new Catalogue.Column("name", Catalogue.Type.TEXT, false),
                            new Catalogue.Column("owner", Catalogue.Type.TEXT, true)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                    eligibility == Eligibility.ANYONE
                        ? Classification.PUBLIC
                        : Classification.RESTRICTED),
                HOUSE)
            .kept()
            .id();
    PublishedOffer offer =
        offers
            .publish(
                city,
                List.of(
                    new OfferDraft(
                        new Slug("offer-" + names),
                        holder,
                        new Bilingual("Offre", "Offer"),
                        List.of(dataset),
                        licences
                            .newest(licences.list(new PageAsk(1, "")).items().getFirst().name())
                            .orElseThrow()
                            .id(),
                        new Snapshot.Tier(
                            new TierName("standard"),
                            new Limits(
                                new Limits.Rate(10, Duration.ofSeconds(1), 10),
                                List.of(Quota.of(Unit.REQUESTS, Window.DAY, 1000))),
                            Map.of(dataset, onlyTheName())),
                        eligibility,
                        Set.of(),
                        new TreeSet<>(),
                        Approval.AUTOMATIC,
                        Optional.empty(),
                        eligibility == Eligibility.ANYONE
                            ? Optional.empty()
                            : Optional.of(Period.ofYears(1)))),
                HOUSE)
            .getFirst()
            .kept();
    return new Published(slug, dataset, store, offer);
  }

  private static Obligations onlyTheName() {
    return new Obligations(
        Optional.of(new TreeSet<>(Set.of("name"))),
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

  private Reuser reuser(Published published) {
    Answer person =
        Caller.anybody()
            .post(
                desk("/api/v1/people"),
                Map.of(
                    "email", UUID.randomUUID() + "@example.org",
                    "displayName", "Somebody",
                    "password", "quiet rivers carry barges",
                    "reuserKind", "company"));
    assertThat(person.status()).as(person.text()).isEqualTo(201);
    Caller owner = Caller.bearing(person.json().path("token").asString());
    Answer made = owner.post(desk("/api/v1/applications"), Map.of("name", "Parks"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String id = made.json().path("application").path("id").asString();
    String agreement = agreement(owner, id, published);
    String credentials =
        made.json().path("clientId").asString() + ":" + made.json().path("clientSecret").asString();
    Answer token =
        Caller.anybody()
            .with(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)))
            .postText(
                desk("/oauth2/token"),
                "application/x-www-form-urlencoded",
                "grant_type=client_credentials");
    assertThat(token.status()).as(token.text()).isEqualTo(200);
    return new Reuser(owner, id, token.json().path("access_token").asString(), agreement);
  }

  private String agreement(Reuser reuser, Published published) {
    return agreement(reuser.owner(), reuser.id(), published);
  }

  private String agreement(Caller owner, String application, Published published) {
    Answer draft =
        owner.post(
            desk("/api/v1/requests"),
            Map.of(
                "offer",
                published.offer().id().toString(),
                "application",
                application,
                "purposes",
                List.of(new Purpose("ServiceProvision").term()),
                "reuse",
                "A map of parks"));
    assertThat(draft.status()).as(draft.text()).isEqualTo(201);
    Answer sent =
        owner.post(
            desk("/api/v1/requests/" + draft.json().path("id").asString() + "/submit"),
            Map.of("acceptedTextSha256", published.offer().licence().textSha256()));
    assertThat(sent.status()).as(sent.text()).isEqualTo(200);
    return jdbc.sql("select id from agreement where request_id = :request")
        .param("request", draft.json().path("id").asString())
        .query(String.class)
        .single();
  }

  private Answer get(Published published) {
    return Caller.anybody().get(door(published));
  }

  private Answer get(Published published, String token) {
    return Caller.bearing(token).get(door(published));
  }

  private URI door(Published published) {
    return URI.create("http://localhost:" + gate.port() + "/ville/" + published.slug());
  }

  private URI desk(String path) {
    return URI.create("http://localhost:" + port + path);
  }
}
