package org.octroi.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.octroi.entitlement.Entitlements;
import org.octroi.entitlement.Snapshot;
import org.octroi.identity.ApplicationChanged;
import org.octroi.problem.PublicAddresses;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What happens at the desk is in force at the gate, and what can't be read is closed there. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.data-folder=target/test-feed",
      "spring.datasource.url=jdbc:h2:mem:feed;MODE=MySQL;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class EntitlementFeedTest {

  @LocalServerPort private int port;
  @Autowired private Entitlements entitlements;
  @Autowired private EntitlementFeed feed;
  @Autowired private PublicAddresses addresses;
  @Autowired private JdbcClient jdbc;
  @Autowired private TransactionTemplate transaction;
  @Autowired private ApplicationEventPublisher events;

  /** Somebody's application, and their way to the desk. */
  private record Registered(Caller owner, String person, String id, String clientId) {}

  @Test
  void an_application_is_known_at_the_gate_when_the_call_that_made_it_answers() {
    Registered made = registered();
    assertThat(atTheGate(made)).hasValueSatisfying(a -> assertThat(a.active()).isTrue());

    made.owner().post(desk("/applications/" + made.id() + "/suspend"), Map.of());

    assertThat(atTheGate(made)).hasValueSatisfying(a -> assertThat(a.active()).isFalse());
  }

  @Test
  void the_origins_of_an_application_are_known_at_the_gate_when_the_call_answers() {
    Registered made = registered();
    assertThat(atTheGate(made)).hasValueSatisfying(a -> assertThat(a.origins()).isEmpty());

    Answer set =
        made.owner()
            .with("If-Match", "\"1\"")
            .put(
                desk("/applications/" + made.id() + "/origins"),
                Map.of("origins", List.of("https://a.example", "https://b.example:8443")));

    assertThat(set.status()).as(set.text()).isEqualTo(200);
    assertThat(atTheGate(made))
        .hasValueSatisfying(
            a ->
                assertThat(a.origins())
                    .containsExactlyInAnyOrder("https://a.example", "https://b.example:8443"));
  }

  @Test
  void what_can_not_be_read_is_closed_and_holds_up_nobody_else() {
    Registered broken = registered();
    Registered other = registered();
    setKind(broken, "no such kind");
    transaction.executeWithoutResult(
        tx -> events.publishEvent(new ApplicationChanged(ApplicationId.of(broken.id()))));

    assertThat(atTheGate(broken)).isEmpty();
    assertThat(feed.lag().closed()).singleElement().asString().contains(broken.id());
    other.owner().post(desk("/applications/" + other.id() + "/suspend"), Map.of());
    assertThat(atTheGate(other)).hasValueSatisfying(a -> assertThat(a.active()).isFalse());

    setKind(broken, "company");
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(atTheGate(broken)).isPresent());
    assertThat(feed.lag().closed()).isEmpty();
    assertThat(feed.lag().behindSince()).isEmpty();
  }

  @Test
  void a_change_that_another_process_made_is_found_within_a_second() {
    Registered made = registered();
    transaction.executeWithoutResult(
        tx -> {
          jdbc.sql("update application set status = 'suspended' where id = :id")
              .param("id", made.id())
              .update();
          jdbc.sql("update feed_revision set revision = revision + 1 where id = 1").update();
          jdbc.sql(
                  """
                  insert into feed_change (revision, subject_kind, subject_id, changed_at)
                  select revision, 'APPLICATION', :id, current_timestamp
                  from feed_revision where id = 1
                  """)
              .param("id", made.id())
              .update();
        });

    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(atTheGate(made))
                    .hasValueSatisfying(a -> assertThat(a.active()).isFalse()));
  }

  @Test
  void a_gate_that_was_away_for_too_long_loads_everything() {
    Registered made = registered();
    transaction.executeWithoutResult(
        tx -> {
          jdbc.sql("update application set status = 'suspended' where id = :id")
              .param("id", made.id())
              .update();
          // As if changes had come and been forgotten since.
          jdbc.sql("update feed_revision set revision = revision + 5 where id = 1").update();
        });

    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(atTheGate(made))
                    .hasValueSatisfying(a -> assertThat(a.active()).isFalse()));
  }

  private Optional<Snapshot.Application> atTheGate(Registered made) {
    return entitlements.current().application(addresses.desk().publicUrl(), made.clientId());
  }

  private void setKind(Registered made, String kind) {
    jdbc.sql("update person set reuser_kind = :kind where id = :id")
        .param("kind", kind)
        .param("id", made.person())
        .update();
  }

  private Registered registered() {
    Answer person =
        Caller.anybody()
            .post(
                desk("/people"),
                Map.of(
                    "email", UUID.randomUUID() + "@example.org",
                    "displayName", "Somebody",
                    "password", "quiet rivers carry barges",
                    "reuserKind", "company"));
    Caller owner = Caller.bearing(person.json().path("token").asString());
    Answer application = owner.post(desk("/applications"), Map.of("name", "Night bus"));
    assertThat(application.status()).as(application.text()).isEqualTo(201);
    return new Registered(
        owner,
        person.json().path("person").path("id").asString(),
        application.json().path("application").path("id").asString(),
        application.json().path("clientId").asString());
  }

  private URI desk(String path) {
    return URI.create("http://localhost:" + port + "/api/v1" + path);
  }
}
