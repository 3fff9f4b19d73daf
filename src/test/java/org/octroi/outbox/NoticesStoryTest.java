package org.octroi.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.octroi.identity.FirstAdministrator;
import org.octroi.identity.Notice;
import org.octroi.identity.Notices;
import org.octroi.identity.Owner;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.testing.Caller;
import org.octroi.testing.Drafts;
import org.octroi.testing.FreePorts;
import org.octroi.testing.SetClock;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How people are told: by the desk's API, a mail server and a receiver of webhooks, all of them
 * real. The courier looks when a test says so, and the clock goes when a test says so.
 */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.data-folder=target/test-notices",
      "octroi.demo=false",
      "management.server.port=0",
      "octroi.outbox.from=Octroi à l'essai <octroi@example.org>",
      "octroi.outbox.max-tries=4",
      "octroi.outbox.stop-timeout=200ms",
      "spring.datasource.url=jdbc:h2:mem:notices;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NoticesStoryTest {

  private static final Actor HOUSE = new Actor.House("test");
  private static final GreenMail MAIL =
      new GreenMail(new ServerSetup(FreePorts.next(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private static final int HOOK_PORT = FreePorts.next();
  private static final int INSIDE_PORT = FreePorts.next();

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    MAIL.start();
    registry.add("spring.mail.host", () -> "127.0.0.1");
    registry.add("spring.mail.port", () -> MAIL.getSmtp().getPort());
    registry.add("octroi.store.allowed-addresses[0]", () -> "127.0.0.1:" + HOOK_PORT);
  }

  @TestConfiguration
  static class Time {
    @Bean
    @Primary
    Clock setClock() {
      return new SetClock(Instant.parse("2026-11-27T08:00:00Z"));
    }
  }

  @LocalServerPort private int port;
  @Autowired private FirstAdministrator first;
  @Autowired private Territories territories;
  @Autowired private Holders holders;
  @Autowired private Notices notices;
  @Autowired private Outbox outbox;
  @Autowired private Courier courier;
  @Autowired private Clock clock;
  @Autowired private JdbcClient jdbc;
  @Autowired private TransactionTemplate transaction;

  private final Receiver receiver = new Receiver(HOOK_PORT);
  private Caller operator = Caller.anybody();
  private TerritoryId rennes;
  private HolderId city;

  private record Somebody(Caller caller, PersonId id, String email) {}

  private record Subscribed(String id, String secret) {}

  @BeforeAll
  void a_city() {
    courier.stop();
    operator =
        Caller.bearing(
            Caller.anybody()
                .post(
                    api("/people/first-administrator"),
                    Map.of(
                        "link",
                        first.renewLink().orElseThrow(),
                        "email",
                        "ops@example.org",
                        "displayName",
                        "Ops",
                        "password",
                        "quiet rivers carry barges"))
                .json()
                .at("/token")
                .asString());
    rennes = city("rennes");
    city = holders.find(rennes, "ville").orElseThrow().id();
    city("bordeaux");
  }

  @BeforeEach
  void nothing_under_way() throws Exception {
    jdbc.sql("delete from outbox_message").update();
    jdbc.sql("delete from webhook").update();
    MAIL.purgeEmailFromAllMailboxes();
    receiver.down();
    receiver.up();
    receiver.answers(204);
    receiver.calls().clear();
  }

  @AfterAll
  void close() {
    receiver.close();
    MAIL.stop();
  }

  @Test
  void a_message_of_a_transaction_that_failed_is_never_sent() throws Exception {
    Somebody ana = somebody("en");
    transaction.executeWithoutResult(
        status -> {
          notices.tellPeople(List.of(ana.id()), notice("agreement.revoked"));
          status.setRollbackOnly();
        });

    deliver();

    assertThat(MAIL.getReceivedMessages()).isEmpty();
    assertThat(told(ana)).isEmpty();
  }

  @Test
  void nobody_is_told_outside_a_transaction() {
    assertThatThrownBy(
            () -> notices.tellPeople(List.of(PersonId.create()), notice("agreement.revoked")))
        .isInstanceOf(IllegalTransactionStateException.class);
  }

  @Test
  void everybody_gets_a_letter_in_their_language_which_can_be_known_again() throws Exception {
    Somebody ana = somebody("fr-FR, en;q=0.5");
    Somebody ben = somebody("de, en;q=0.9");
    tell(List.of(ana.id(), ben.id(), ana.id()), notice("agreement.revoked"));
    String sealed =
        jdbc.sql("select max(sealed_content) from outbox_message").query(String.class).single();

    deliver();

    MimeMessage french = letterTo(ana);
    assertThat(french.getSubject()).isEqualTo("Accord révoqué : été");
    assertThat(text(french))
        .startsWith("Léa a révoqué l'accord.")
        .contains("notification-settings");
    assertThat(french.getFrom()[0].toString()).contains("octroi@example.org");
    assertThat(french.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(french.getMessageID()).isEqualTo("<" + messageTo(ana.id()) + "@example.org>");
    assertThat(letterTo(ben).getSubject()).isEqualTo("Agreement revoked: summer");
    assertThat(sealed).startsWith("v1.").doesNotContain("revoked");
    assertThat(MAIL.getReceivedMessages()).hasSize(2);
  }

  @Test
  void nothing_can_be_put_into_the_header_of_a_letter() throws Exception {
    Somebody ana = somebody("en");
    tell(
        List.of(ana.id()),
        new Notice(
            "agreement.revoked",
            Optional.empty(),
            "agreement",
            "1",
            new Bilingual("a", "Hello\r\nBcc: eve@example.org\r\n\r\nAnother text"),
            new Bilingual("a", "Text")));

    deliver();

    MimeMessage letter = letterTo(ana);
    assertThat(letter.getSubject()).isEqualTo("Hello Bcc: eve@example.org Another text");
    assertThat(letter.getHeader("Bcc")).isNull();
    assertThat(letter.getAllRecipients()).hasSize(1);
  }

  @Test
  void a_receiver_that_is_down_gets_it_later_and_once_it_is_up() throws Exception {
    Somebody ana = somebody("en");
    Subscribed hook = subscribe(ana, Map.of("url", receiver.url("/hook")));
    receiver.down();
    MAIL.stop();
    tell(List.of(ana.id()), notice("agreement.revoked"));
    deliver();
    deliver();
    String error = webhook(ana, hook).at("/newest/error").asString();

    receiver.up();
    MAIL.start();
    deliver();
    assertThat(receiver.calls()).as("before it is due again").isEmpty();
    pass(Duration.ofMinutes(1));
    deliver();
    deliver();
    pass(Duration.ofDays(1));
    deliver();

    assertThat(error).contains("can't be reached");
    assertThat(receiver.calls()).hasSize(1);
    assertThat(MAIL.getReceivedMessages()).hasSize(1);
    assertThat(webhook(ana, hook).at("/newest/state").asString()).isEqualTo("sent");
    assertThat(webhook(ana, hook).at("/newest/tries").asInt()).isEqualTo(2);
  }

  @Test
  void after_the_last_try_it_is_a_dead_letter_that_an_operator_sees_and_can_send_again()
      throws Exception {
    Somebody ana = somebody("en");
    Subscribed hook = subscribe(ana, Map.of("url", receiver.url("/hook")));
    receiver.answers(500);
    tell(List.of(ana.id()), notice("agreement.revoked"));
    for (int i = 0; i < 6; i++) {
      deliver();
      pass(Duration.ofHours(1));
    }

    Caller.Answer list = operator.get(api("/outbox/dead-letters"));
    JsonNode letter = list.json().at("/items/0");
    assertThat(receiver.calls()).hasSize(4);
    assertThat(receiver.calls())
        .extracting(Receiver.Call::delivery)
        .containsOnly(letter.at("/id").asString());
    assertThat(letter.at("/tries").asInt()).isEqualTo(4);
    assertThat(letter.at("/means").asString()).isEqualTo("webhook");
    assertThat(letter.at("/recipient").asString()).isEqualTo(hook.id());
    assertThat(letter.at("/error").asString()).isEqualTo("the receiver answered 500");
    assertThat(list.text()).doesNotContain("revoked:", hook.secret(), "/hook");

    receiver.answers(204);
    URI retry = api("/outbox/dead-letters/" + letter.at("/id").asString() + "/retry");
    assertThat(operator.post(retry, Map.of()).status()).isEqualTo(204);
    deliver();

    assertThat(receiver.calls()).hasSize(5);
    assertThat(operator.get(api("/outbox/dead-letters")).json().at("/items").size()).isZero();
    assertThat(operator.post(retry, Map.of()).status()).isEqualTo(404);
  }

  @Test
  void dead_letters_are_seen_as_far_as_somebody_s_reach_goes() throws Exception {
    Somebody ana = somebody("en");
    subscribe(ana, Map.of("url", receiver.url("/hook")));
    receiver.answers(410);
    tell(List.of(ana.id()), notice("agreement.revoked"));
    deliver();
    Caller ofRennes = staff("territory-administrator", "rennes").caller();
    Caller ofBordeaux = staff("territory-administrator", "bordeaux").caller();
    Caller auditor = staff("auditor", "rennes").caller();
    URI list = api("/outbox/dead-letters");

    JsonNode seen = ofRennes.get(list).json();
    URI retry = api("/outbox/dead-letters/" + seen.at("/items/0/id").asString() + "/retry");

    assertThat(seen.at("/items").size()).isEqualTo(1);
    assertThat(ofBordeaux.get(list).json().at("/items").size()).isZero();
    assertThat(ana.caller().get(list).status()).isEqualTo(403);
    assertThat(Caller.anybody().get(list).status()).isEqualTo(401);
    assertThat(ofBordeaux.post(retry, Map.of()).status()).isEqualTo(404);
    assertThat(auditor.get(list).json().at("/items").size()).isEqualTo(1);
    assertThat(auditor.post(retry, Map.of()).status()).isEqualTo(403);
    assertThat(ofRennes.post(retry, Map.of()).status()).isEqualTo(204);
    assertThat(operator.get(api("/outbox/dead-letters?limit=0")).status()).isEqualTo(422);
    assertThat(operator.post(api("/outbox/dead-letters/nothing/retry"), Map.of()).status())
        .isIn(404, 422);
  }

  @Test
  void an_address_that_the_mail_server_will_never_take_is_not_tried_again() throws Exception {
    transaction.executeWithoutResult(
        status ->
            outbox.put(
                new Envelope(MessageId.create(), "test.done", Optional.empty(), PersonId.create()),
                new Letter("no address\r\nBcc: eve@example.org", "Subject", "Text")));
    deliver();

    JsonNode letter = operator.get(api("/outbox/dead-letters")).json().at("/items/0");
    assertThat(letter.at("/tries").asInt()).isEqualTo(1);
    assertThat(letter.at("/error").asString())
        .isEqualTo("the address is none that mail can be sent to");
  }

  @Test
  void a_webhook_can_not_reach_the_inside_network() throws Exception {
    Somebody ana = somebody("en");
    try (Receiver inside = new Receiver(INSIDE_PORT)) {
      inside.up();
      for (String url :
          List.of(
              inside.url("/metadata"),
              "https://127.0.0.1:" + INSIDE_PORT,
              "https://localhost:" + INSIDE_PORT,
              "https://169.254.169.254/latest/meta-data",
              "http://example.org/")) {
        jdbc.sql("delete from outbox_message").update();
        Subscribed hook = subscribe(ana, Map.of("url", url));
        Caller.Answer test = ana.caller().post(api("/webhooks/" + hook.id() + "/test"), Map.of());
        assertThat(test.status()).as(test.text()).isEqualTo(202);
        deliver();

        assertThat(webhook(ana, hook).at("/newest/state").asString()).as(url).isEqualTo("pending");
        assertThat(webhook(ana, hook).at("/newest/error").asString())
            .as(url)
            .containsAnyOf("inside address", "without TLS", "host is not known");
      }
      assertThat(inside.calls()).isEmpty();
    }
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    Somebody ana = somebody("en");
    Subscribed hook = subscribe(ana, Map.of("url", receiver.url("/hook")));
    receiver.answers(302);
    ana.caller().post(api("/webhooks/" + hook.id() + "/test"), Map.of());

    deliver();

    assertThat(receiver.calls()).hasSize(1);
    assertThat(webhook(ana, hook).at("/newest/error").asString())
        .isEqualTo("the receiver answered 302");
    Caller.Answer again = ana.caller().post(api("/webhooks/" + hook.id() + "/test"), Map.of());
    assertThat(again.status()).as("while one is on its way").isEqualTo(409);
  }

  @Test
  void the_signature_is_what_the_receiver_computes() throws Exception {
    Somebody ana = somebody("en");
    Subscribed hook = subscribe(ana, Map.of("url", receiver.url("/hook")));
    tell(List.of(ana.id()), notice("agreement.revoked"));

    deliver();

    Receiver.Call call = receiver.calls().getFirst();
    String time = call.signature().replaceAll("t=([0-9]+),v1=[0-9a-f]{64}", "$1");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(hook.secret().getBytes(UTF_8), "HmacSHA256"));
    assertThat(call.signature())
        .isEqualTo(
            "t="
                + time
                + ",v1="
                + HexFormat.of()
                    .formatHex(mac.doFinal((time + "." + call.body()).getBytes(UTF_8))));
    assertThat(Long.parseLong(time)).isEqualTo(clock.instant().getEpochSecond());
    JsonNode body = JsonMapper.shared().readTree(call.body());
    assertThat(body.at("/id").asString()).isEqualTo(call.delivery());
    assertThat(body.at("/kind").asString()).isEqualTo("agreement.revoked");
    assertThat(body.at("/territory").asString()).isEqualTo(rennes.toString());
    assertThat(body.at("/subject/id").asString()).isEqualTo("A-1");
    assertThat(body.at("/title/fr").asString()).isEqualTo("Accord révoqué : été");
    assertThat(call.body()).doesNotContain("Léa");
  }

  @Test
  void a_webhook_is_told_the_kinds_that_it_wants_once() throws Exception {
    Somebody ana = somebody("en");
    Somebody ben = somebody("en");
    String organisation =
        ana.caller()
            .post(api("/organisations"), Map.of("name", "Barges", "kind", "company"))
            .json()
            .at("/id")
            .asString();
    subscribe(ana, Map.of("url", receiver.url("/own"), "kinds", List.of("request.*")));
    subscribe(
        ana,
        Map.of(
            "url",
            receiver.url("/theirs"),
            "organisation",
            organisation,
            "kinds",
            List.of("agreement.revoked", "agreement.*")));
    assertThat(
            ben.caller()
                .post(
                    api("/webhooks"),
                    Map.of("url", receiver.url("/x"), "organisation", organisation))
                .problem())
        .isEqualTo("invalid-field");

    Owner owner = new Owner.OfOrganisation(OrganisationId.of(organisation));
    in(() -> notices.tellOwner(owner, notice("agreement.revoked")));
    in(() -> notices.tellOwner(owner, notice("offer.withdrawn")));
    in(() -> notices.tellOwner(new Owner.OfPerson(ana.id()), notice("request.answered")));
    deliver();

    assertThat(receiver.calls())
        .extracting(call -> JsonMapper.shared().readTree(call.body()).at("/kind").asString())
        .containsExactlyInAnyOrder("agreement.revoked", "request.answered");
    assertThat(told(ana))
        .containsExactly("request.answered", "offer.withdrawn", "agreement.revoked");
  }

  @Test
  void a_secret_is_shown_once_and_a_webhook_is_its_owner_s() throws Exception {
    Somebody ana = somebody("en");
    Somebody eve = somebody("en");
    Subscribed hook = subscribe(ana, Map.of("url", receiver.url("/hook")));
    URI uri = api("/webhooks/" + hook.id());
    receiver.answers(500);
    tell(List.of(ana.id()), notice("agreement.revoked"));

    assertThat(hook.secret()).startsWith("octw_").hasSizeGreaterThan(45);
    assertThat(ana.caller().get(api("/webhooks")).text())
        .contains(hook.id())
        .doesNotContain(hook.secret());
    assertThat(eve.caller().get(api("/webhooks")).text()).doesNotContain(hook.id());
    assertThat(eve.caller().get(uri).status()).isEqualTo(404);
    assertThat(eve.caller().post(api("/webhooks/" + hook.id() + "/test"), Map.of()).status())
        .isEqualTo(404);
    assertThat(eve.caller().with("If-Match", "*").delete(uri).status()).isEqualTo(404);
    assertThat(ana.caller().delete(uri).status()).isEqualTo(428);
    assertThat(ana.caller().with("If-Match", "\"1\"").delete(uri).status()).isEqualTo(204);
    deliver();
    assertThat(receiver.calls()).as("what it was still to be told").isEmpty();
  }

  @Test
  void what_is_no_webhook_is_refused_by_its_field() {
    Caller ana = somebody("en").caller();
    for (String url :
        List.of("", "ftp://example.org", "https://", "https://u:p@example.org", "no")) {
      assertThat(
              ana.post(api("/webhooks"), Map.of("url", url))
                  .json()
                  .at("/errors/0/pointer")
                  .asString())
          .as(url)
          .isEqualTo("/url");
    }
    assertThat(
            ana.post(
                    api("/webhooks"),
                    Map.of("url", "https://example.org", "kinds", List.of("a.b", "all")))
                .json()
                .at("/errors/0/pointer")
                .asString())
        .isEqualTo("/kinds/1");
    for (int i = 0; i < 10; i++) {
      assertThat(ana.post(api("/webhooks"), Map.of("url", "https://example.org/" + i)).status())
          .isEqualTo(201);
    }
    assertThat(ana.post(api("/webhooks"), Map.of("url", "https://example.org/10")).problem())
        .isEqualTo("conflict");
  }

  @Test
  void who_gets_no_mail_still_learns_of_everything_at_the_desk() throws Exception {
    Somebody ana = somebody("fr");
    Somebody eve = somebody("en");
    URI settings = api("/me/notification-settings");
    Caller.Answer before = ana.caller().get(settings);
    Caller changing = ana.caller().with("If-Match", before.header("ETag"));

    assertThat(before.text()).isEqualTo("{\"language\":\"fr\",\"mail\":true,\"mailServer\":true}");
    Map<String, Object> wanted = Map.of("language", "en", "mail", false);
    assertThat(ana.caller().put(settings, wanted).status()).isEqualTo(428);
    assertThat(changing.put(settings, Map.of("language", "de", "mail", false)).status())
        .isEqualTo(422);
    assertThat(changing.put(settings, Map.of("language", "en")).status()).isEqualTo(422);
    assertThat(changing.put(settings, wanted).header("ETag")).isEqualTo("\"2\"");
    assertThat(changing.put(settings, wanted).status()).isEqualTo(412);

    tell(List.of(ana.id()), notice("agreement.revoked"));
    tell(List.of(ana.id()), notice("agreement.resumed"));
    deliver();

    assertThat(MAIL.getReceivedMessages()).isEmpty();
    JsonNode page = ana.caller().get(api("/me/notices?limit=1")).json();
    JsonNode newest = page.at("/items/0");
    assertThat(newest.at("/kind").asString()).isEqualTo("agreement.resumed");
    assertThat(newest.at("/unread").asBoolean()).isTrue();
    assertThat(newest.at("/text/fr").asString()).isEqualTo("Léa a révoqué l'accord.");
    assertThat(newest.at("/territory").asString()).isEqualTo(rennes.toString());
    URI read = api("/me/notices/" + newest.at("/id").asString() + "/read");
    assertThat(eve.caller().post(read, Map.of()).status()).isEqualTo(404);
    assertThat(ana.caller().post(read, Map.of()).status()).isEqualTo(204);
    assertThat(ana.caller().post(read, Map.of()).status()).isEqualTo(204);
    assertThat(
            ana.caller()
                .get(api("/me/notices"))
                .json()
                .at("/items")
                .valueStream()
                .map(item -> item.at("/unread").asBoolean()))
        .containsExactly(false, true);
    assertThat(
            ana.caller()
                .get(api("/me/notices?after=" + page.at("/next").asString()))
                .json()
                .at("/items/0/kind")
                .asString())
        .isEqualTo("agreement.revoked");
    assertThat(told(eve)).isEmpty();
  }

  @Test
  void a_holder_s_reviewers_and_editors_are_told_apart() throws Exception {
    Somebody reviewer = holderStaff("holder-reviewer");
    Somebody editor = holderStaff("holder-editor");

    in(() -> notices.tellReviewers(rennes, city, notice("request.submitted")));
    in(() -> notices.tellEditors(rennes, city, notice("dataset.paused")));

    assertThat(told(reviewer)).containsExactly("request.submitted");
    assertThat(told(editor)).containsExactly("dataset.paused");
  }

  @Test
  void a_message_leaves_by_itself_after_the_commit() throws Exception {
    Somebody ana = somebody("en");
    courier.start();
    try {
      tell(List.of(ana.id()), notice("agreement.revoked"));

      assertThat(MAIL.waitForIncomingEmail(20_000, 1)).isTrue();
    } finally {
      courier.stop();
    }
  }

  @Test
  void a_stop_gives_back_what_is_under_way() throws Exception {
    Somebody ana = somebody("en");
    Subscribed hook = subscribe(ana, Map.of("url", receiver.url("/hook")));
    receiver.hold();
    ana.caller().post(api("/webhooks/" + hook.id() + "/test"), Map.of());
    courier.start();
    receiver.awaitCall();

    courier.stop();

    assertThat(webhook(ana, hook).at("/newest/tries").asInt()).isZero();
    receiver.letGo();
    courier.start();
    courier.stop();
    deliver();
    assertThat(webhook(ana, hook).at("/newest/state").asString()).isEqualTo("sent");
    assertThat(receiver.calls()).extracting(Receiver.Call::delivery).hasSize(2);
    assertThat(receiver.calls().getFirst().delivery())
        .isEqualTo(receiver.calls().getLast().delivery());
  }

  private Notice notice(String kind) {
    return new Notice(
        kind,
        Optional.of(rennes),
        "agreement",
        "A-1",
        new Bilingual("Accord révoqué : été", "Agreement revoked: summer"),
        new Bilingual("Léa a révoqué l'accord.", "Léa revoked the agreement."));
  }

  private void tell(List<PersonId> people, Notice notice) {
    in(() -> notices.tellPeople(people, notice));
  }

  private void in(Runnable deed) {
    transaction.executeWithoutResult(status -> deed.run());
  }

  private void deliver() throws InterruptedException {
    courier.look();
    courier.awaitArrivals();
  }

  private void pass(Duration time) {
    ((SetClock) clock).pass(time);
  }

  /** The kinds of what somebody was told, newest first. */
  private List<String> told(Somebody somebody) {
    return somebody
        .caller()
        .get(api("/me/notices"))
        .json()
        .at("/items")
        .valueStream()
        .map(item -> item.at("/kind").asString())
        .toList();
  }

  private MimeMessage letterTo(Somebody somebody) throws Exception {
    for (MimeMessage letter : MAIL.getReceivedMessages()) {
      if (letter.getAllRecipients()[0].toString().equals(somebody.email())) {
        return letter;
      }
    }
    throw new AssertionError("no letter to " + somebody.email());
  }

  private String messageTo(PersonId person) {
    return jdbc.sql("select id from outbox_message where recipient_id = :person")
        .param("person", person.toString())
        .query(String.class)
        .single();
  }

  private static String text(MimeMessage letter) throws Exception {
    return letter.getContent().toString();
  }

  private Subscribed subscribe(Somebody somebody, Map<String, Object> registration) {
    Caller.Answer made = somebody.caller().post(api("/webhooks"), registration);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return new Subscribed(
        made.json().at("/webhook/id").asString(), made.json().at("/secret").asString());
  }

  private JsonNode webhook(Somebody somebody, Subscribed hook) {
    return somebody.caller().get(api("/webhooks/" + hook.id())).json();
  }

  private Somebody somebody(String language) {
    String email = UUID.randomUUID() + "@example.org";
    Caller.Answer made =
        Caller.anybody()
            .with("Accept-Language", language)
            .post(
                api("/people"),
                Map.of(
                    "email",
                    email,
                    "displayName",
                    "Somebody",
                    "password",
                    "quiet rivers carry barges",
                    "reuserKind",
                    "citizen"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    PersonId id = PersonId.of(made.json().at("/person/id").asString());
    // The letter that confirms their address is another story's.
    jdbc.sql("delete from outbox_message where recipient_id = :person")
        .param("person", id.toString())
        .update();
    return new Somebody(Caller.bearing(made.json().at("/token").asString()), id, email);
  }

  private Somebody staff(String role, String territory) {
    return granted(Map.of("role", role, "territory", territory));
  }

  private Somebody holderStaff(String role) {
    return granted(Map.of("role", role, "territory", "rennes", "holder", "ville"));
  }

  private Somebody granted(Map<String, String> role) {
    Somebody somebody = somebody("en");
    Map<String, String> grant = new HashMap<>(role);
    grant.put("person", somebody.id().toString());
    assertThat(operator.post(api("/roles"), grant).status()).isEqualTo(201);
    return somebody;
  }

  private TerritoryId city(String slug) {
    TerritoryId id =
        territories
            .keep(
                Slug.ofTerritory(slug), new Bilingual(slug, slug), ZoneId.of("Europe/Paris"), HOUSE)
            .kept()
            .id();
    holders.keep(id, Drafts.city("ville", "Ville de " + slug), HOUSE);
    return id;
  }

  private URI api(String path) {
    return URI.create("http://127.0.0.1:" + port + "/api/v1" + path);
  }
}
