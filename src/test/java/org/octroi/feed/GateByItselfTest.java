package org.octroi.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.Octroi;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.StoreDraft;
import org.octroi.catalogue.Stores;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.Gate;
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
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.Drafts;
import org.octroi.testing.FreePorts;
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
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A desk with gates that know nothing but its address: each a process as the program starts it, but
 * for the JVM, with folders, ports and key files of their own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GateByItselfTest {

  private static final Actor HOUSE = new Actor.House("test");
  private static final String PASSWORD = "quiet rivers carry barges";

  @TempDir private static Path folder;

  private final int deskPort = FreePorts.next();
  private ConfigurableApplicationContext desk;
  private Caller operator;
  private String credential = "";
  private ConfigurableApplicationContext gate;
  private final List<ConfigurableApplicationContext> gates = new ArrayList<>();

  /** An application with its agreement, which may read the parks. */
  private record Reader(Caller token, Caller owner, String application, String agreement) {}

  @BeforeAll
  void a_desk_with_a_city() throws IOException {
    Path files = Files.createDirectories(folder.resolve("files"));
    Files.writeString(files.resolve("parks.csv"), "name,trees\nThabor,900\n");
    desk = startDesk();
    operator = firstOperator();
    Territories territories = desk.getBean(Territories.class);
    Holders holders = desk.getBean(Holders.class);
    TerritoryId rennes =
        territories
            .keep(
                Slug.ofTerritory("rennes"),
                new Bilingual("Rennes", "Rennes"),
                ZoneId.of("Europe/Paris"),
                HOUSE)
            .kept()
            .id();
    holders.keep(rennes, Drafts.city("ville", "Ville de Rennes"), HOUSE);
    HolderId holder = holders.find(rennes, "ville").orElseThrow().id();
    StoreId store =
        desk.getBean(Stores.class)
            .keep(
                rennes,
                new StoreDraft(
                    new Slug("files"),
                    holder,
                    new StoreAddress.Folder("city", "."),
                    Optional.empty(),
                    true),
                HOUSE)
            .kept()
            .id();
    var _ =
        desk.getBean(Datasets.class)
            .keep(
                rennes,
                Drafts.file(
                    "parks",
                    new Bilingual("Parcs", "Parks"),
                    holder,
                    store,
                    "parks.csv",
                    Catalogue.NONE,
                    Classification.RESTRICTED),
                HOUSE);
    credential = enrol("first");
    gate = startGate("first", credential);
  }

  @AfterAll
  void all_stop() {
    gates.forEach(ConfigurableApplicationContext::close);
    desk.close();
  }

  @Test
  void what_is_agreed_at_the_desk_works_at_a_gate_elsewhere_when_the_call_answers() {
    assertThat(gate.getBeanNamesForType(DataSource.class)).isEmpty();
    PublishedOffer offer = offer("first", 1000);

    Reader reader = reader(offer);
    Answer served = read(gate, reader);
    assertThat(served.status()).as(served.text()).isEqualTo(200);
    assertThat(served.text()).contains("Thabor");
    assertThat(served.header("octroi-agreement")).isNotEmpty();
    assertThat(served.header("ratelimit")).contains("r=999");

    Answer suspended =
        reader.owner().post(desk("/applications/" + reader.application() + "/suspend"), Map.of());
    assertThat(suspended.status()).isEqualTo(200);
    assertThat(read(gate, reader).problem()).isEqualTo("application-suspended");
  }

  @Test
  void two_gates_elsewhere_never_overrun_a_quota() throws Exception {
    ConfigurableApplicationContext other = startGate("second", enrol("second"));
    Reader reader = reader(offer("narrow", 100));

    List<Future<Integer>> answers = new ArrayList<>();
    try (ExecutorService many = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 200; i++) {
        ConfigurableApplicationContext either = i % 2 == 0 ? gate : other;
        answers.add(many.submit(() -> read(either, reader).status()));
      }
    }
    int served = 0;
    for (Future<Integer> answer : answers) {
      served += answer.get() == 200 ? 1 : 0;
    }
    assertThat(served).isBetween(90, 100);
    assertThat(taken(reader)).isBetween((long) served, 100L);
    stop(other);
    assertThat(taken(reader)).as("what the other held has gone back").isLessThanOrEqualTo(100L);
    awaitCounted(reader, 200);
  }

  @Test
  void a_gate_serves_while_the_desk_is_away_and_its_usage_arrives_once() throws Exception {
    Reader reader = reader(offer("steady", 1000));
    for (int i = 0; i < 5; i++) {
      assertThat(read(gate, reader).status()).isEqualTo(200);
    }
    awaitCounted(reader, 5);

    desk.close();
    for (int i = 0; i < 7; i++) {
      assertThat(read(gate, reader).status()).as("from the lease").isEqualTo(200);
    }
    stop(gate);
    gate = startGate("first", credential);
    Answer alone = read(gate, reader);
    assertThat(alone.problem())
        .as("a strict quota without a ledger")
        .isEqualTo("ledger-unavailable");
    assertThat(alone.status()).isEqualTo(503);

    desk = startDesk();
    awaitCounted(reader, 13);
    Reader later = reader(offer("later", 1000));
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(read(gate, later).status()).isEqualTo(200));
    assertThat(read(gate, reader).status()).isEqualTo(200);
    awaitCounted(reader, 14);
  }

  @Test
  void a_revoked_gate_is_refused_forgets_what_it_knows_and_stops() {
    Answer enrolled = operator.post(desk("/gates"), Map.of("name", "leaving"));
    String id = enrolled.json().at("/gate/id").asString();
    String revocable = enrolled.json().at("/credential").asString();
    ConfigurableApplicationContext leaving = startGate("leaving", revocable);
    assertThat(operator.get(desk("/gates/" + id)).json().at("/connected").asBoolean()).isTrue();

    Answer revoked = operator.post(desk("/gates/" + id + "/revoke"), Map.of());

    assertThat(revoked.json().at("/revokedAt").asString()).isNotEmpty();
    await().atMost(Duration.ofSeconds(10)).until(() -> !leaving.isActive());
    assertThat(Files.exists(folder.resolve("leaving/entitlements"))).isFalse();
    assertThat(
            Caller.bearing(revocable)
                .postText(
                    URI.create("http://localhost:" + deskPort + "/gate/v1/news"),
                    "application/octet-stream",
                    "")
                .status())
        .isEqualTo(401);
    assertThat(operator.post(desk("/gates/" + id + "/revoke"), Map.of()).problem())
        .isEqualTo("conflict");
  }

  @Test
  void only_operators_enrol_gates() {
    Caller somebody = person();
    assertThat(somebody.post(desk("/gates"), Map.of("name", "mine")).problem())
        .isEqualTo("forbidden");
    assertThat(somebody.get(desk("/gates")).problem()).isEqualTo("forbidden");
    assertThat(operator.post(desk("/gates"), Map.of("name", " ")).problem())
        .isEqualTo("invalid-field");
    assertThat(operator.get(desk("/gates")).status()).isEqualTo(200);
  }

  @Test
  void a_gate_that_never_heard_from_its_desk_does_not_start_without_it() {
    assertThatThrownBy(
            () ->
                start(
                    "lost",
                    "--octroi.roles=gate",
                    "--octroi.gate.desk.url=http://localhost:1",
                    "--octroi.gate.desk.credential=octg_0123456789012345678901234567890"))
        .hasStackTraceContaining("knows nothing yet");
  }

  private ConfigurableApplicationContext startDesk() {
    return start(
        "desk",
        "--octroi.roles=desk",
        "--octroi.demo=false",
        "--octroi.identity.accounts-per-address=100000",
        "--server.port=" + deskPort,
        "--management.server.port=0");
  }

  private ConfigurableApplicationContext startGate(String name, String bearing) {
    ConfigurableApplicationContext started =
        start(
            name,
            "--octroi.roles=gate",
            "--octroi.gate.desk.url=http://localhost:" + deskPort,
            "--octroi.gate.desk.credential=" + bearing,
            "--octroi.gate.desk.ship-interval=200ms",
            "--octroi.gate.port=0",
            "--management.server.port=0");
    gates.add(started);
    return started;
  }

  private ConfigurableApplicationContext start(String name, String... settings) {
    return new SpringApplicationBuilder(Octroi.class)
        .run(
            Stream.concat(
                    Stream.of(
                        "--octroi.data-folder=" + folder.resolve(name),
                        "--octroi.store.roots.city=" + folder.resolve("files"),
                        "--octroi.desk.public-url=http://localhost:" + deskPort,
                        "--octroi.usage.drain-interval=200ms",
                        "--octroi.usage.segment-size=1MB",
                        "--octroi.usage.disk-reserve=1MB"),
                    Stream.of(settings))
                .toArray(String[]::new));
  }

  private void stop(ConfigurableApplicationContext one) {
    one.close();
    gates.remove(one);
  }

  private String enrol(String name) {
    Answer enrolled = operator.post(desk("/gates"), Map.of("name", name));
    assertThat(enrolled.status()).as(enrolled.text()).isEqualTo(201);
    String shown = enrolled.json().at("/credential").asString();
    assertThat(shown).startsWith("octg_");
    return shown;
  }

  private Caller firstOperator() {
    Answer made =
        Caller.anybody()
            .post(
                desk("/people/first-administrator"),
                Map.of(
                    "link",
                    desk.getBean(FirstAdministrator.class).renewLink().orElseThrow(),
                    "email",
                    "ops@example.org",
                    "displayName",
                    "Ops",
                    "password",
                    PASSWORD));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return Caller.bearing(made.json().at("/token").asString());
  }

  private Caller person() {
    Answer made =
        Caller.anybody()
            .post(
                desk("/people"),
                Map.of(
                    "email",
                    UUID.randomUUID() + "@example.org",
                    "displayName",
                    "Somebody",
                    "password",
                    PASSWORD,
                    "reuserKind",
                    "citizen"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return Caller.bearing(made.json().at("/token").asString());
  }

  private PublishedOffer offer(String slug, long requestsPerDay) {
    TerritoryId rennes = desk.getBean(Territories.class).find("rennes").orElseThrow().id();
    HolderId holder = desk.getBean(Holders.class).find(rennes, "ville").orElseThrow().id();
    DatasetId parks = desk.getBean(Datasets.class).find(rennes, "parks").orElseThrow().id();
    Licences licences = desk.getBean(Licences.class);
    String licence = licences.list(new PageAsk(1, "")).items().getFirst().name();
    return desk.getBean(Offers.class)
        .publish(
            rennes,
            List.of(
                new OfferDraft(
                    new Slug(slug),
                    holder,
                    new Bilingual(slug, slug),
                    List.of(parks),
                    licences.newest(licence).orElseThrow().id(),
                    new Snapshot.Tier(
                        new TierName("standard"),
                        new Limits(
                            Limits.Rate.NONE,
                            List.of(Quota.of(Unit.REQUESTS, Window.DAY, requestsPerDay))),
                        Map.of()),
                    Eligibility.IDENTIFIED,
                    Set.of(),
                    new TreeSet<>(Set.of(new Purpose("ServiceProvision"))),
                    Approval.AUTOMATIC,
                    Optional.empty(),
                    Optional.empty())),
            HOUSE)
        .getFirst()
        .kept();
  }

  private Reader reader(PublishedOffer offer) {
    Caller owner = person();
    Answer registered = owner.post(desk("/applications"), Map.of("name", "Parks map"));
    String application = registered.json().at("/application/id").asString();
    Answer draft =
        owner.post(
            desk("/requests"),
            Map.of(
                "offer",
                offer.id().toString(),
                "application",
                application,
                "purposes",
                List.of("ServiceProvision"),
                "reuse",
                "A map of parks"));
    Answer submitted =
        owner.post(
            desk("/requests/" + draft.json().at("/id").asString() + "/submit"),
            Map.of("acceptedTextSha256", offer.licence().textSha256()));
    assertThat(submitted.status()).as(submitted.text()).isEqualTo(200);
    String basic =
        registered.json().at("/clientId").asString()
            + ":"
            + registered.json().at("/clientSecret").asString();
    Answer token =
        Caller.anybody()
            .with(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
            .postText(
                URI.create("http://localhost:" + deskPort + "/oauth2/token"),
                "application/x-www-form-urlencoded",
                "grant_type=client_credentials");
    assertThat(token.status()).as(token.text()).isEqualTo(200);
    return new Reader(
        Caller.bearing(token.json().at("/access_token").asString()),
        owner,
        application,
        submitted.json().at("/agreement").asString());
  }

  private static Answer read(ConfigurableApplicationContext at, Reader reader) {
    return reader
        .token()
        .get(URI.create("http://localhost:" + at.getBean(Gate.class).port() + "/rennes/parks"));
  }

  private long taken(Reader reader) {
    return jdbc()
        .sql("select taken from quota_taken where account = :account")
        .param("account", "agreement:" + reader.agreement())
        .query(Long.class)
        .single();
  }

  private void awaitCounted(Reader reader, long events) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(counted(reader)).isEqualTo(events));
  }

  /** How many requests of an application stand in the rollups, served and refused. */
  private long counted(Reader reader) {
    return jdbc()
        .sql("select coalesce(sum(requests), 0) from usage_rollup where application_id = :id")
        .param("id", reader.application())
        .query(Long.class)
        .single();
  }

  private JdbcClient jdbc() {
    return desk.getBean(JdbcClient.class);
  }

  private URI desk(String path) {
    return URI.create("http://localhost:" + deskPort + "/api/v1" + path);
  }
}
