package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.octroi.entitlement.Entitlements;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Catalogue;
import org.octroi.offer.Eligibility;
import org.octroi.offer.OfferDraft;
import org.octroi.offer.PublishedOffer;
import org.octroi.offer.TierColumn;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Unit;
import org.octroi.quota.Window;
import org.octroi.territory.PageAsk;
import org.octroi.testing.Drafts;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import tools.jackson.databind.JsonNode;

/** What becomes of a dataset, and how all who hold agreements on it come to know. */
class DatasetLifeTest extends AtTheDesk {

  @Autowired private CircularRounds rounds;
  @Autowired private QuotaClock quotas;
  @Autowired private Entitlements entitlements;
  @Autowired private List<ScheduledTaskHolder> scheduled;

  private TerritoryId territory;
  private HolderId holder;
  private String editor = "";
  private int made;

  @BeforeAll
  void an_editor() throws Exception {
    territory = territories.find("rennes").orElseThrow().id();
    holder = holders.find(territory, "ville").orElseThrow().id();
    editor = staff("holder-editor");
  }

  @Test
  void a_pause_is_told_to_each_who_holds_an_agreement_once_and_with_its_note() throws Exception {
    Made lamps = made("lamps");
    Reuser reuser = reuser();
    submitted(reuser, lamps.offer());
    submitted(reuser, lamps.another());
    Reuser stranger = reuser();

    Answer paused =
        step(lamps, "pause", Map.of("note", Map.of("fr", "Capteurs en panne", "en", "Sensors")));

    assertThat(paused.status()).as(paused.raw().body()).isEqualTo(204);
    assertThat(snapshot(lamps).paused()).isTrue();
    List<JsonNode> told = told(reuser);
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().at("/kind").asString()).isEqualTo("dataset.paused");
    assertThat(told.getFirst().at("/subject/id").asString()).isEqualTo(lamps.id().toString());
    assertThat(told.getFirst().at("/text/fr").asString())
        .contains("a mis en pause", "Capteurs en panne");
    assertThat(told.getFirst().at("/text/en").asString()).endsWith("Sensors");
    assertThat(told(stranger)).isEmpty();
  }

  @Test
  void a_pause_needs_no_body_and_its_end_is_told_too() throws Exception {
    Made lamps = made("benches");
    Reuser reuser = reuser();
    submitted(reuser, lamps.offer());

    assertThat(step(lamps, "pause", null).status()).isEqualTo(204);
    assertThat(step(lamps, "pause", null).status()).isEqualTo(204);
    assertThat(step(lamps, "resume", null).status()).isEqualTo(204);

    assertThat(kinds(reuser)).containsExactly("dataset.resumed", "dataset.paused");
  }

  @Test
  void a_deprecation_is_public_goes_to_the_gates_and_is_told() throws Exception {
    Made old = made("old-trees");
    Made fresh = made("new-trees");
    Reuser reuser = reuser();
    submitted(reuser, old.offer());
    Instant since = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Instant sunset = since.plus(Duration.ofDays(60));

    Answer deprecated =
        step(
            old,
            "deprecate",
            Map.of(
                "deprecatedAt", since.toString(),
                "sunsetAt", sunset.toString(),
                "link", fresh.slug(),
                "note", Map.of("fr", "Voyez la suite", "en", "See what follows")));

    assertThat(deprecated.status()).as(deprecated.raw().body()).isEqualTo(204);
    Answer page = send("GET", "/territories/rennes/datasets/" + old.slug(), "", null);
    assertThat(page.at("/deprecation/deprecatedAt")).isEqualTo(since.toString());
    assertThat(page.at("/deprecation/sunsetAt")).isEqualTo(sunset.toString());
    assertThat(page.at("/deprecation/link")).isEqualTo(fresh.slug());
    assertThat(page.at("/deprecation/note/en")).isEqualTo("See what follows");
    assertThat(snapshot(old).deprecation())
        .hasValue(
            new Snapshot.Deprecation(
                since, Optional.of(sunset), Optional.empty(), Optional.of(new Slug(fresh.slug()))));
    assertThat(told(reuser).getFirst().at("/text/en").asString())
        .contains("may be retired from", "datasets/" + fresh.slug(), "See what follows");
    assertThat(trail(old, "dataset.deprecated"))
        .contains("\"before.deprecated\":\"none\"", "\"after.sunset\":\"" + sunset);

    assertThat(step(old, "undeprecate", null).status()).isEqualTo(204);
    assertThat(
            send("GET", "/territories/rennes/datasets/" + old.slug(), "", null)
                .body()
                .at("/deprecation")
                .isNull())
        .isTrue();
    assertThat(kinds(reuser)).containsExactly("dataset.undeprecated", "dataset.deprecated");
  }

  @Test
  void a_deprecation_that_is_not_fair_or_not_sound_is_refused_by_its_field() throws Exception {
    Made dataset = made("fountains");
    String now = Instant.now().toString();
    String soon = Instant.now().plus(Duration.ofDays(29)).toString();
    String later = Instant.now().plus(Duration.ofDays(90)).toString();

    assertThat(field(dataset, Map.of("deprecatedAt", now, "sunsetAt", soon)))
        .isEqualTo("/sunsetAt");
    assertThat(field(dataset, Map.of("deprecatedAt", later, "sunsetAt", later)))
        .isEqualTo("/sunsetAt");
    for (String link :
        List.of(
            "http://example.org/",
            "javascript:alert(1)",
            "https://example.org/\r\nX: y",
            "https://example.org/>;rel=x",
            "https:///no-host",
            "no-such-dataset",
            dataset.slug())) {
      assertThat(field(dataset, Map.of("deprecatedAt", now, "link", link)))
          .as(link)
          .isEqualTo("/link");
    }
    assertThat(step(dataset, "deprecate", Map.of("sunsetAt", later)).status()).isEqualTo(422);
    assertThat(
            send(
                    "POST",
                    "/datasets/" + dataset.id() + "/deprecate",
                    reviewer,
                    Map.of("deprecatedAt", now))
                .status())
        .isEqualTo(403);
  }

  @Test
  void a_dataset_with_agreements_is_retired_only_after_its_sunset() throws Exception {
    Made dataset = made("kiosks");
    Reuser reuser = reuser();
    String agreement = submitted(reuser, dataset.offer()).at("/agreement");

    Answer refused = step(dataset, "retire", null);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().at("/agreements").asInt()).isEqualTo(1);
    assertThat(refused.at("/detail")).contains("1 agreement stands", "without an end");

    step(dataset, "deprecate", Map.of("deprecatedAt", Instant.now().minusSeconds(60).toString()));
    sunsetIn(dataset, Duration.ofSeconds(-1));
    Answer retired = step(dataset, "retire", null);

    assertThat(retired.status()).as(retired.raw().body()).isEqualTo(204);
    assertThat(snapshot(dataset).retired()).isTrue();
    assertThat(snapshot(dataset).distributions()).isEmpty();
    assertThat(send("GET", "/territories/rennes/datasets/" + dataset.slug(), "", null).status())
        .isEqualTo(404);
    assertThat(offers.published(territory, dataset.id())).isEmpty();
    assertThat(send("GET", "/agreements/" + agreement, reuser.token(), null).at("/status"))
        .isEqualTo("active");
    assertThat(kinds(reuser)).containsExactly("dataset.retired", "dataset.deprecated");
    assertThat(step(dataset, "retire", null).status()).isEqualTo(404);
  }

  @Test
  void a_sunset_that_comes_near_is_told_once_two_weeks_and_two_days_before() throws Exception {
    Made dataset = made("wells");
    Reuser reuser = reuser();
    submitted(reuser, dataset.offer());
    step(dataset, "deprecate", Map.of("deprecatedAt", Instant.now().toString()));

    sunsetIn(dataset, Duration.ofDays(13));
    lookAtSunsets();
    lookAtSunsets();
    assertThat(kinds(reuser)).containsExactly("dataset.retiring", "dataset.deprecated");
    sunsetIn(dataset, Duration.ofDays(1));
    lookAtSunsets();
    lookAtSunsets();

    assertThat(kinds(reuser))
        .containsExactly("dataset.retiring", "dataset.retiring", "dataset.deprecated");
  }

  @Test
  void a_dataset_that_nobody_has_an_agreement_on_is_retired_at_once() throws Exception {
    Made dataset = made("hydrants");

    assertThat(step(dataset, "retire", null).status()).isEqualTo(204);
    assertThat(snapshot(dataset).retired()).isTrue();
  }

  @Test
  void a_holder_writes_to_the_reusers_of_a_dataset_five_times_a_day() throws Exception {
    Made dataset = made("bridges");
    Reuser reuser = reuser();
    submitted(reuser, dataset.offer());
    Reuser other = reuser();
    submitted(other, automatic);
    Map<String, Object> letter =
        Map.of(
            "title", Map.of("fr", "Travaux", "en", "Works"),
            "text", Map.of("fr", "Pont fermé {0}", "en", "It's closed {0}"),
            "dataset", dataset.slug());
    String path = "/territories/rennes/holders/ville/letters";

    Answer sent = send("POST", path, reviewer, letter);

    assertThat(sent.status()).as(sent.raw().body()).isEqualTo(202);
    assertThat(sent.body().at("/reusers").asInt()).isEqualTo(1);
    JsonNode notice = told(reuser).getFirst();
    assertThat(notice.at("/title/en").asString()).isEqualTo("Ville de rennes: Works");
    assertThat(notice.at("/text/en").asString()).startsWith("It's closed {0}\n");
    assertThat(kinds(other)).doesNotContain("holder.written");
    Answer listed = send("GET", path, editor, null);
    assertThat(listed.at("/items/0/title/fr")).isEqualTo("Travaux");
    assertThat(listed.body().at("/items/0/delivered").asBoolean()).isTrue();
    assertThat(
            jdbc.sql("select details from audit_entry where action = 'holder.letter'")
                .query(String.class)
                .list()
                .getFirst())
        .doesNotContain("closed")
        .containsPattern("[0-9a-f]{64}");
    assertThat(send("GET", path, other.token(), null).status()).isEqualTo(403);
    assertThat(send("POST", path, otherCitysReviewer, letter).status()).isEqualTo(403);
    Map<String, Object> astray = new HashMap<>(letter);
    astray.put("dataset", "nothing");
    assertThat(send("POST", path, reviewer, astray).status()).isEqualTo(422);

    for (int more = 1; more < WriteLetter.MOST; more++) {
      assertThat(send("POST", path, reviewer, letter).status()).isEqualTo(202);
    }
    Answer refused = send("POST", path, editor, letter);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.at("/type")).endsWith("/too-many-letters");
    assertThat(refused.raw().headers().firstValueAsLong("Retry-After").orElseThrow())
        .isBetween(80_000L, 86_401L);
  }

  @Test
  void a_reuser_is_told_once_that_four_fifths_of_a_days_quota_are_taken() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    String today = LocalDate.now(ZoneId.of("Europe/Paris")).toString();

    takes(agreement, "day", today, 799, 1000);
    quotas.look();
    assertThat(kinds(reuser)).doesNotContain("agreement.quota-nearly-spent");
    takes(agreement, "day", today, 812, 1000);
    quotas.look();
    quotas.look();

    List<JsonNode> told = told(reuser);
    assertThat(told)
        .filteredOn(one -> one.at("/kind").asString().equals("agreement.quota-nearly-spent"))
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.at("/text/en").asString())
                    .contains("812 of the day’s 1,000 requests", "reserved counts as taken"));
  }

  @Test
  void a_quota_of_a_month_is_told_of_once_too() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    jdbc.sql("update agreement set tier = :tier where id = :id")
        .param("tier", TierColumn.write(tier(Quota.of(Unit.REQUESTS, Window.MONTH, 500))))
        .param("id", agreement)
        .update();
    String month = YearMonth.now(ZoneId.of("Europe/Paris")).toString();
    takes(agreement, "month", month, 430, 500);

    quotas.look();
    quotas.look();

    assertThat(told(reuser))
        .filteredOn(one -> one.at("/kind").asString().equals("agreement.quota-nearly-spent"))
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.at("/text/en").asString())
                    .contains("430 of the month’s 500 requests"));
  }

  @Test
  void both_sides_read_what_is_left_of_the_quotas() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    LocalDate today = LocalDate.now(ZoneId.of("Europe/Paris"));
    takes(agreement, "day", today.toString(), 812, 1000);

    for (String who : List.of(reuser.token(), reviewer)) {
      Answer read = send("GET", "/statistics/quota?agreement=" + agreement, who, null);
      assertThat(read.status()).isEqualTo(200);
      assertThat(read.at("/items/0/of")).isEqualTo("agreement");
      assertThat(read.at("/items/0/quota")).isEqualTo("requestsPerDay");
      assertThat(read.at("/items/0/amount")).isEqualTo("1000");
      assertThat(read.at("/items/0/used")).isEqualTo("812");
      assertThat(read.at("/items/0/left")).isEqualTo("188");
      assertThat(Instant.parse(read.at("/items/0/refillsAt")))
          .isEqualTo(today.plusDays(1).atStartOfDay(ZoneId.of("Europe/Paris")).toInstant());
    }
  }

  @Test
  void the_narrower_tier_of_an_agreement_counts_and_not_its_offers() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    jdbc.sql("update agreement set tier = :tier where id = :id")
        .param("tier", TierColumn.write(tier(100)))
        .param("id", agreement)
        .update();
    takes(agreement, "day", LocalDate.now(ZoneId.of("Europe/Paris")).toString(), 80, 100);

    quotas.look();

    assertThat(kinds(reuser)).contains("agreement.quota-nearly-spent");
  }

  @Test
  void a_removed_member_can_no_longer_act_for_the_organisation_with_their_next_call()
      throws Exception {
    String first = register(UUID.randomUUID() + "@example.org");
    String address = UUID.randomUUID() + "@example.org";
    Answer registered = registered(address);
    String second = registered.at("/token");
    String organisation =
        send("POST", "/organisations", first, Map.of("name", "Maps & Co", "kind", "company"))
            .at("/id");
    String members = "/organisations/" + organisation + "/members";

    Answer known = send("POST", members, first, Map.of("email", address));
    Answer unknown =
        send("POST", members, first, Map.of("email", UUID.randomUUID() + "@example.org"));
    assertThat(known.status()).isEqualTo(202);
    assertThat(unknown.status()).isEqualTo(202);
    assertThat(known.raw().body()).isEqualTo(unknown.raw().body());
    assertThat(send("GET", members, first, null).body().at("/items").size()).isEqualTo(1);
    assertThat(send("GET", members, second, null).status()).isEqualTo(404);
    assertThat(send("GET", "/me/invitations", second, null).at("/items/0/name"))
        .isEqualTo("Maps & Co");
    assertThat(send("POST", "/me/invitations/" + organisation + "/accept", second, null).status())
        .isEqualTo(204);
    assertThat(send("POST", "/me/invitations/" + organisation + "/accept", second, null).status())
        .isEqualTo(404);
    assertThat(send("GET", members, second, null).body().at("/items").size()).isEqualTo(2);

    String application =
        send("POST", "/applications", second, Map.of("name", "Map", "organisation", organisation))
            .at("/application/id");
    Reuser asMember = new Reuser(second, application);
    String request = "/requests/" + draft(asMember, reviewed).at("/id");
    assertThat(send("GET", request, second, null).status()).isEqualTo(200);
    String person = registered.at("/person/id");

    Answer removed = send("DELETE", members + "/" + person, first, null, "If-Match", "*");

    assertThat(removed.status()).as(removed.raw().body()).isEqualTo(204);
    assertThat(
            send(
                    "POST",
                    request + "/submit",
                    second,
                    Map.of("acceptedTextSha256", reviewed.licence().textSha256()))
                .status())
        .isEqualTo(404);
    assertThat(send("GET", request, first, null).status()).isEqualTo(200);
    assertThat(kinds(new Reuser(second, ""))).contains("organisation.left");
    JsonNode last = send("GET", members, first, null).body().at("/items/0/person");
    assertThat(
            send("DELETE", members + "/" + last.asString(), first, null, "If-Match", "*").status())
        .isEqualTo(409);
    assertThat(send("POST", members, second, Map.of("email", address)).status()).isEqualTo(404);
  }

  @Test
  void who_declines_is_no_member_and_is_not_asked_again_at_once() throws Exception {
    String first = register(UUID.randomUUID() + "@example.org");
    String address = UUID.randomUUID() + "@example.org";
    String second = register(address);
    String organisation =
        send("POST", "/organisations", first, Map.of("name", "Press", "kind", "company")).at("/id");
    String members = "/organisations/" + organisation + "/members";

    send("POST", members, first, Map.of("email", address));
    assertThat(send("POST", "/me/invitations/" + organisation + "/decline", second, null).status())
        .isEqualTo(204);
    send("POST", members, first, Map.of("email", address));

    assertThat(send("GET", "/me/invitations", second, null).body().at("/items").size()).isZero();
    assertThat(kinds(new Reuser(second, ""))).containsExactly("organisation.invited");
  }

  /** A dataset with two offers on it. */
  private record Made(DatasetId id, String slug, PublishedOffer offer, PublishedOffer another) {}

  private Made made(String slug) {
    datasets.keep(
        territory,
        Drafts.file(
            slug,
            new Bilingual(slug + " fr", slug),
            holder,
            stores.all(territory).getFirst().id(),
            slug + ".csv",
            Catalogue.NONE,
            Classification.RESTRICTED),
        HOUSE);
    DatasetId id = datasets.find(territory, slug).orElseThrow().id();
    return new Made(id, slug, offerOn(id), offerOn(id));
  }

  private PublishedOffer offerOn(DatasetId dataset) {
    String licence = licences.list(new PageAsk(1, "")).items().getFirst().name();
    String slug = "life-" + ++made;
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
                    tier(1000),
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

  private static Snapshot.Tier tier(long requestsPerDay) {
    return tier(Quota.of(Unit.REQUESTS, Window.DAY, requestsPerDay));
  }

  private static Snapshot.Tier tier(Quota quota) {
    return new Snapshot.Tier(
        new TierName("standard"),
        new Limits(new Limits.Rate(10, Duration.ofSeconds(1), 10), List.of(quota)),
        Map.of());
  }

  private Answer step(Made dataset, String step, @Nullable Object body) throws Exception {
    return send("POST", "/datasets/" + dataset.id() + "/" + step, editor, body);
  }

  private void sunsetIn(Made dataset, Duration time) {
    jdbc.sql("update dataset set sunset_at = :sunset where id = :id")
        .param("sunset", UtcTimes.column(Instant.now().plus(time)))
        .param("id", dataset.id().toString())
        .update();
  }

  /** Runs the catalogue's own clock now. */
  private void lookAtSunsets() {
    scheduled.stream()
        .flatMap(holder -> holder.getScheduledTasks().stream())
        .filter(task -> task.toString().contains("SunsetClock.tick"))
        .forEach(task -> task.getTask().getRunnable().run());
  }

  private String field(Made dataset, Map<String, String> body) throws Exception {
    Answer answer = step(dataset, "deprecate", body);
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(422);
    return answer.at("/errors/0/pointer");
  }

  private Snapshot.Dataset snapshot(Made dataset) {
    return entitlements.current().dataset("rennes", dataset.slug()).orElseThrow();
  }

  /** Newest first; what was under way has gone round. */
  private List<JsonNode> told(Reuser reuser) throws Exception {
    rounds.goRound();
    return send("GET", "/me/notices", reuser.token(), null)
        .body()
        .at("/items")
        .valueStream()
        .toList();
  }

  private List<String> kinds(Reuser reuser) throws Exception {
    return told(reuser).stream().map(one -> one.at("/kind").asString()).toList();
  }

  private String trail(Made dataset, String action) {
    return jdbc.sql("select details from audit_entry where action = :action and subject_id = :id")
        .param("action", action)
        .param("id", dataset.id().toString())
        .query(String.class)
        .single();
  }

  private void takes(String agreement, String span, String period, long units, long quota) {
    String account = "agreement:" + agreement;
    jdbc.sql("delete from quota_taken where account = :account and span = :span")
        .param("account", account)
        .param("span", span)
        .update();
    jdbc.sql(
            "insert into quota_taken (account, period, unit, span, quota, taken, ends_at)"
                + " values (:account, :period, 'requests', :span, :quota, :units, :ends)")
        .param("account", account)
        .param("period", period)
        .param("span", span)
        .param("quota", quota)
        .param("units", units)
        .param("ends", UtcTimes.column(Instant.now().plus(Duration.ofHours(1))))
        .update();
  }

  private String staff(String role) throws Exception {
    Answer one = registered(UUID.randomUUID() + "@example.org");
    Answer granted =
        send(
            "POST",
            "/roles",
            operator,
            Map.of(
                "person",
                one.at("/person/id"),
                "role",
                role,
                "territory",
                "rennes",
                "holder",
                "ville"));
    assertThat(granted.status()).isEqualTo(201);
    return one.at("/token");
  }
}
