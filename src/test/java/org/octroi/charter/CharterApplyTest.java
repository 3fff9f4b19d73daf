package org.octroi.charter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.catalogue.Credential;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.DatasetDraft;
import org.octroi.catalogue.Datasets;
import org.octroi.entitlement.Snapshot;
import org.octroi.licence.Licences;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Obligations;
import org.octroi.offer.Eligibility;
import org.octroi.offer.OfferDraft;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.RefusedException;
import org.octroi.secret.Seal;
import org.octroi.territory.Holders;
import org.octroi.testing.TestDatabase;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Level;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.MockMvc;

/** What becomes of a charter that is applied, on both engines. */
class CharterApplyTest {

  private static final Slug LIGHT = new Slug("presence-light");

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void a_second_time_changes_nothing(TestDatabase.Engine engine) throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      Applied first = rooms.apply();
      int announced = rooms.announced().size();
      String audit = rooms.everythingIn("audit_head");

      Applied second = rooms.apply();

      assertThat(first).isEqualTo(new Applied(first.territory(), 11, 0, 0, 0));
      assertThat(second).isEqualTo(new Applied(first.territory(), 0, 0, 11, 0));
      assertThat(rooms.announced()).hasSize(announced);
      assertThat(rooms.everythingIn("audit_head")).isEqualTo(audit);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_changed_offer_is_a_new_version_and_the_old_one_stays_as_it_was(TestDatabase.Engine engine)
      throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      TerritoryId territory = rooms.apply().territory();
      Offers offers = rooms.door(Offers.class);
      PublishedOffer before = offers.newest(territory, LIGHT).orElseThrow();

      rooms.change("{rows: 1000}", "{rows: 500}");
      Applied applied = rooms.apply();

      assertThat(applied).isEqualTo(new Applied(territory, 0, 1, 10, 0));
      PublishedOffer now = offers.newest(territory, LIGHT).orElseThrow();
      assertThat(now.number()).isEqualTo(2);
      assertThat(now.tier().obligationsFor(now.datasets().getFirst()).rowCap())
          .isEqualTo(OptionalLong.of(500));
      PublishedOffer old = offers.find(before.id()).orElseThrow();
      assertThat(old.tier()).isEqualTo(before.tier());
      assertThat(old.withdrawn()).isTrue();
      assertThat(offers.published(territory)).contains(now).doesNotContain(old);
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_vanished_is_withdrawn_and_comes_back_under_its_id(TestDatabase.Engine engine)
      throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      TerritoryId territory = rooms.apply().territory();
      Datasets datasets = rooms.door(Datasets.class);
      Dataset stops = datasets.find(territory, "bus-stops").orElseThrow();
      String whole = Files.readString(rooms.charter());
      Files.writeString(
          rooms.charter(),
          without(
              without(whole, "  - slug: bus-stops", "  - slug: presence\n"),
              "  - slug: stops-open",
              "  - slug: presence-light"));

      assertThat(rooms.apply().withdrawn()).isEqualTo(2);
      assertThat(datasets.all(territory)).extracting(Dataset::slug).doesNotContain(stops.slug());
      assertThat(rooms.door(Offers.class).published(territory)).hasSize(1);

      Files.writeString(rooms.charter(), whole);
      rooms.apply();
      assertThat(datasets.find(territory, "bus-stops").orElseThrow().id()).isEqualTo(stops.id());
      assertThat(rooms.door(Offers.class).newest(territory, new Slug("stops-open")).orElseThrow())
          .returns(2, PublishedOffer::number)
          .returns(false, PublishedOffer::withdrawn);
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_gate_is_told_of_targets_offers_and_obligations(TestDatabase.Engine engine)
      throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      TerritoryId territory = rooms.apply().territory();

      Map<String, Snapshot.Dataset> told = new HashMap<>();
      rooms
          .door(Offers.class)
          .entitlements(territory)
          .forEach(dataset -> told.put(dataset.slug().value(), dataset));

      Snapshot.Dataset stops = told.get("bus-stops");
      assertThat(stops).isNotNull();
      assertThat(stops.defaultDistribution()).isEqualTo("file");
      assertThat(stops.distributions()).containsOnlyKeys("api", "file");
      assertThat(stops.anonymousOffer()).isPresent();
      assertThat(stops.offers()).isEmpty();
      Snapshot.Dataset presence = told.get("presence");
      assertThat(presence).isNotNull();
      assertThat(presence.anonymousOffer()).isEmpty();
      assertThat(presence.distributions().values())
          .allSatisfy(
              d ->
                  assertThat(d.target().catalogue().columns())
                      .filteredOn(Catalogue.Column::personal)
                      .extracting(Catalogue.Column::name)
                      .containsExactly("agent"));
      Snapshot.Offer light = presence.offers().getFirst();
      assertThat(light.level()).isEqualTo(Level.ASSOCIATED);
      Obligations demanded = light.tier().obligationsFor(presence.id());
      assertThat(demanded.attribution()).isTrue();
      assertThat(demanded.masks()).hasSize(1);
      assertThat(demanded.freshnessDelay()).hasValue(Duration.ofDays(1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_gate_is_told_of_queries_in_a_body_and_of_stores_that_hear_no_number(
      TestDatabase.Engine engine) throws Exception {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      TerritoryId territory = rooms.apply().territory();
      Snapshot.Distribution usual = stopsApi(rooms, territory);
      assertThat(usual.target().bodies()).isFalse();
      assertThat(usual.target().namesAgreement()).isTrue();
      assertThat(usual.actions()).containsExactly(Action.READ);

      rooms
          .change("path: /stops", "path: /stops\n        postQueries: true")
          .change("star/\"}", "star/\", tellAgreement: false}")
          .apply();

      Snapshot.Distribution changed = stopsApi(rooms, territory);
      assertThat(changed.target().bodies()).isTrue();
      assertThat(changed.target().namesAgreement()).isFalse();
      assertThat(changed.actions()).containsExactlyInAnyOrder(Action.READ, Action.QUERY);
      assertThat(rooms.apply()).returns(0, Applied::changed);
      rooms
          .desk()
          .perform(get("/api/v1/territories/vannes/datasets/bus-stops"))
          .andExpect(jsonPath("$.distributions[0].postQueries").value(true))
          .andExpect(jsonPath("$.distributions[1].postQueries").value(false));
    }
  }

  private static Snapshot.Distribution stopsApi(CharterRooms rooms, TerritoryId territory) {
    return rooms.door(Offers.class).entitlements(territory).stream()
        .filter(dataset -> dataset.slug().value().equals("bus-stops"))
        .map(dataset -> dataset.distributions().get("api"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void an_oauth2_client_is_kept_sealed_and_the_second_time_is_the_same(TestDatabase.Engine engine)
      throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      rooms
          .change(
              "{header: X-Api-Key, value: \"${STOPS_KEY}\"}",
              "{oauth2: {tokenUrl: \"https://id.example/token\", clientId: octroi,"
                  + " clientSecret: \"${STOPS_KEY}\"}}")
          .apply();
      assertThat(rooms.apply()).returns(0, Applied::changed);
      assertThat(rooms.everythingIn("store")).doesNotContain(CharterRooms.KEY);
      assertThat(
              rooms
                  .door(Seal.class)
                  .openText(
                      Credential.USE,
                      stopsApi(rooms, rooms.apply().territory())
                          .target()
                          .credential()
                          .orElseThrow()
                          .sealed()))
          .contains("\"kind\":\"oauth2\"")
          .contains("\"tokenUrl\":\"https://id.example/token\"")
          .contains("\"clientId\":\"octroi\"")
          .contains("\"clientSecret\":\"" + CharterRooms.KEY)
          .contains("\"scope\":null");

      rooms.change("clientId: octroi,", "clientId: octroi, scope: \"read write\",");
      assertThat(rooms.apply()).returns(1, Applied::changed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_store_credential_never_stands_in_clear(TestDatabase.Engine engine) throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      rooms.apply();

      assertThat(rooms.everythingIn("store") + rooms.everythingIn("audit_entry"))
          .contains("v1.")
          .doesNotContain(CharterRooms.KEY)
          .doesNotContain(CharterRooms.PASSWORD);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_published_text_never_changes(TestDatabase.Engine engine) throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      rooms.apply();
      String hash = rooms.door(Licences.class).newest("vannes:presence").orElseThrow().textSha256();
      Files.writeString(folder.resolve("licences/presence.fr.md"), "Autre chose.\n");

      assertThat(rooms.findings())
          .containsExactly(
              "29: licences[0].version: version 1 is published with another text or other terms,"
                  + " and a published version never changes: make it version 2");
      rooms.change("version: 1", "version: 2").apply();
      assertThat(rooms.door(Licences.class).version("vannes:presence", 1).orElseThrow())
          .returns(hash, v -> v.textSha256());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_dataset_stays_with_its_holder(TestDatabase.Engine engine) throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      TerritoryId territory = rooms.apply().territory();
      DatasetDraft stops =
          rooms.door(Datasets.class).find(territory, "bus-stops").orElseThrow().draft();
      rooms.change(
          "  - slug: bus-stops\n    holder: ville", "  - slug: bus-stops\n    holder: passages");

      assertThat(rooms.findings())
          .contains(
              "37: datasets[0].holder: \"bus-stops\" is of the holder \"ville\", and a charter"
                  + " moves no dataset to another: give it another slug");
      DatasetDraft moved =
          new DatasetDraft(
              stops.slug(),
              rooms.door(Holders.class).find(territory, "passages").orElseThrow().id(),
              stops.title(),
              stops.description(),
              stops.source(),
              stops.lastUpdate(),
              stops.themes(),
              stops.classification(),
              stops.flags(),
              stops.licenceNote(),
              stops.limits(),
              stops.distributions());
      assertThatThrownBy(
              () -> rooms.door(Datasets.class).keep(territory, moved, CharterRooms.HOUSE))
          .isInstanceOf(RefusedException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_the_database_refuses_is_said_and_not_thrown_up(TestDatabase.Engine engine)
      throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      rooms.door(JdbcClient.class).sql("alter table distribution drop column position").update();

      assertThatThrownBy(rooms::apply)
          .isInstanceOf(CharterException.class)
          .hasMessageContaining("vannes.yml:1: was refused: the database: ");
      assertThat(rooms.everythingIn("territory")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void two_offers_to_anyone_for_one_dataset_are_refused_by_the_door_too(TestDatabase.Engine engine)
      throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      TerritoryId territory = rooms.apply().territory();
      Offers offers = rooms.door(Offers.class);
      PublishedOffer open = offers.newest(territory, new Slug("stops-open")).orElseThrow();
      OfferDraft another =
          new OfferDraft(
              new Slug("stops-too"),
              open.holder(),
              open.title(),
              open.datasets(),
              open.licence().version(),
              open.tier(),
              Eligibility.ANYONE,
              open.reuserKinds(),
              open.purposes(),
              open.approval(),
              open.fee(),
              open.validity());

      assertThatThrownBy(() -> offers.publish(territory, List.of(another), CharterRooms.HOUSE))
          .isInstanceOf(RefusedException.class);
      assertThat(offers.published(territory)).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_pause_shows_in_what_the_gate_is_told(TestDatabase.Engine engine) throws IOException {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      TerritoryId territory = rooms.apply().territory();
      Datasets datasets = rooms.door(Datasets.class);
      Dataset stops = datasets.find(territory, "bus-stops").orElseThrow();

      datasets.pause(territory, stops.id(), Optional.empty(), CharterRooms.HOUSE);

      assertThat(rooms.door(Offers.class).entitlements(territory))
          .filteredOn(Snapshot.Dataset::paused)
          .extracting(Snapshot.Dataset::id)
          .containsExactly(stops.id());
      assertThat(rooms.apply().changed()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_public_reads_all_but_the_stores(TestDatabase.Engine engine) throws Exception {
    try (CharterRooms rooms = CharterRooms.open(engine, folder)) {
      TerritoryId territory = rooms.apply().territory();
      PublishedOffer light = rooms.door(Offers.class).newest(territory, LIGHT).orElseThrow();
      MockMvc desk = rooms.desk();

      desk.perform(get("/api/v1/territories"))
          .andExpect(status().isOk())
          .andExpect(jsonPath("$.items[0].slug").value("vannes"));
      desk.perform(get("/api/v1/territories/vannes/holders?limit=1"))
          .andExpect(jsonPath("$.items[0].fictitious").value(true))
          .andExpect(jsonPath("$.next").value("passages"))
          .andExpect(
              header()
                  .string(
                      HttpHeaders.LINK,
                      "</api/v1/territories/vannes/holders?limit=1&after=passages>; rel=\"next\""));
      String datasets =
          desk.perform(get("/api/v1/territories/vannes/datasets"))
              .andExpect(jsonPath("$.items.length()").value(2))
              .andReturn()
              .getResponse()
              .getContentAsString();
      assertThat(datasets).doesNotContain("127.0.0.1").doesNotContain("stops-api");
      desk.perform(get("/api/v1/territories/vannes/datasets/presence"))
          .andExpect(header().string(HttpHeaders.ETAG, "\"1\""));
      desk.perform(get("/api/v1/territories/vannes/datasets/presence/offers"))
          .andExpect(jsonPath("$.items[0].slug").value("presence-light"));
      desk.perform(get("/api/v1/offers/" + light.id()))
          .andExpect(jsonPath("$.licence.textSha256").value(light.licence().textSha256()))
          .andExpect(jsonPath("$.tier.obligations.presence.delay").value("PT24H"))
          .andExpect(jsonPath("$.fee.price.currency").value("EUR"));
      desk.perform(get("/api/v1/licences/etalab-2.0/versions/1").header("Accept-Language", "en"))
          .andExpect(jsonPath("$.language").value("en"))
          .andExpect(jsonPath("$.authoritative").value("fr"));
      desk.perform(get("/api/v1/licences")).andExpect(jsonPath("$.items.length()").value(9));
    }
  }

  private static String without(String whole, String from, String to) {
    int begin = whole.indexOf(from);
    return whole.substring(0, begin) + whole.substring(whole.indexOf(to, begin));
  }
}
