package org.octroi.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.identity.FirstAdministrator;
import org.octroi.testing.Authenticator;
import org.octroi.testing.Browser;
import org.octroi.testing.Browser.Page;
import org.octroi.testing.Caller;
import org.octroi.testing.PasskeyDevice;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Passkeys at the pages of a started desk, by forms and by a device of the tests' own that says
 * what it is told to.
 */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.data-folder=target/test-passkeys",
      "octroi.demo=false",
      "octroi.desk.public-url=https://data.example.org/",
      "octroi.identity.accounts-per-address=100000",
      "management.server.port=0",
      "spring.datasource.url=jdbc:h2:mem:passkeys;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class PasskeyTest {

  private static final String PASSWORD = "quiet rivers carry barges";
  private static final String DESK = "https://data.example.org";
  private static final String ADD = "/my/security/passkeys/new";
  private static final String ASK = "/sign-in/passkey/options";
  private static final String USE = "/sign-in/passkey";

  private static final Pattern OPTIONS = Pattern.compile("data-options=\"([^\"]+)\"");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static String operator = "";

  @LocalServerPort int port;
  @Autowired JdbcClient jdbc;
  @Autowired FirstAdministrator first;

  private String email = "";

  @BeforeEach
  void an_account() {
    if (operator.isEmpty()) {
      operator =
          first.become(
              first.renewLink().orElseThrow(), "ops@example.org", "Ops", PASSWORD, Locale.ENGLISH);
    }
    email = account();
  }

  @Test
  void a_passkey_signs_in_without_password_and_code_and_brings_back_where_they_wanted_to_go() {
    Browser here = signedIn();
    here.fill("/my/security", "/my/security/second-factor", Map.of("password", PASSWORD));
    Matcher seed =
        Pattern.compile("<pre>([A-Z2-7 ]+)</pre>").matcher(here.open("/my/security/code").text());
    assertThat(seed.find()).isTrue();
    here.fill("/my/security/code", Map.of("code", new Authenticator(seed.group(1)).code(0)));
    PasskeyDevice phone = device();
    assertThat(added(here, phone, "My phone").location())
        .isEqualTo("/my/security?done=passkey-added");
    assertThat(here.open("/my/security?done=passkey-added").text())
        .contains("The passkey is added", "My phone", "never");

    Browser there = browser("en");
    there.open("/my/security");
    String before = there.cookie("__Host-octroi").orElseThrow();
    Page in = use(there, phone);

    assertThat(in.location()).isEqualTo("/my/security");
    assertThat(there.cookie("__Host-octroi")).isPresent().isNotEqualTo(before);
    assertThat(there.open("/my/security").text())
        .contains("My phone", "UTC")
        .doesNotContain("never");
    assertThat(use(browser("en"), phone).location()).isEqualTo("/");
    assertThat(there.open("/my/security/account.json").text())
        .contains("passkeys", "My phone", "person.passkey-added", "person.sign-in")
        .doesNotContain("publicKey", "attestation", "signCount");
    assertThat(means()).isEqualTo(2);
  }

  @Test
  void the_browser_is_asked_for_this_desk_alone_and_told_nothing_of_anybody() {
    Browser here = signedIn();
    JsonNode making = JSON.readTree(begun(here));
    JsonNode using = JSON.readTree(asked(browser("en")));

    assertThat(making.at("/rp/id").asString()).isEqualTo("data.example.org");
    assertThat(making.at("/user/name").asString()).isEqualTo(email);
    assertThat(making.at("/user/id").asString()).hasSize(43);
    assertThat(making.at("/authenticatorSelection/residentKey").asString()).isEqualTo("required");
    assertThat(making.at("/authenticatorSelection/userVerification").asString())
        .isEqualTo("required");
    assertThat(making.path("attestation").asString()).isEqualTo("none");
    assertThat(using.path("rpId").asString()).isEqualTo("data.example.org");
    assertThat(using.path("userVerification").asString()).isEqualTo("required");
    assertThat(using.path("allowCredentials")).isEmpty();
  }

  @Test
  void passers_by_who_are_asked_for_a_passkey_leave_nothing_here() {
    long before = count("PAGE_SESSION");

    Browser passerBy = browser("en");
    for (int asked = 0; asked < 20; asked++) {
      asked(passerBy);
    }
    Page cookie = passerBy.post(ASK, formToken(passerBy), Map.of());

    assertThat(count("PAGE_SESSION")).isEqualTo(before);
    assertThat(cookie.cookieLines())
        .filteredOn(line -> line.startsWith("__Host-octroi-passkey="))
        .singleElement()
        .asString()
        .contains("; HttpOnly", "; SameSite=Strict", "; Path=/", "; Secure", "; Max-Age=300");
    assertThat(passerBy.post(ASK, "forged", Map.of()).status()).isEqualTo(403);
    assertThat(passerBy.post(USE, "forged", Map.of()).status()).isEqualTo(403);
  }

  @Test
  void who_is_at_an_unlocked_screen_adds_and_removes_none_without_the_password() {
    Browser here = signedIn();
    PasskeyDevice phone = device();

    Page wrong = here.fill(ADD, Map.of("password", "not mine at all"));
    Page unasked = made(here, phone.make(JSON.writeValueAsString(anyOptions())), "Thief's");
    added(here, phone, "My phone");
    Page kept = here.fill(pathOfOne(), Map.of("password", "not mine at all"));

    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.text()).contains("this is not your password").doesNotContain("data-passkey=");
    assertThat(unasked.status()).isEqualTo(409);
    assertThat(unasked.text()).contains("took too long, or was sent twice");
    assertThat(kept.text()).contains("this is not your password", "“My phone”");
    assertThat(passkeys()).isEqualTo(1);
    assertThat(here.fill(pathOfOne(), Map.of("password", PASSWORD)).location())
        .isEqualTo("/my/security?done=passkey-removed");
    assertThat(passkeys()).isZero();
  }

  @Test
  void who_came_by_a_passkey_a_moment_ago_needs_no_password_to_change_them() {
    PasskeyDevice phone = device();
    added(signedIn(), phone, "My phone");
    Browser there = browser("fr");
    use(there, phone);

    Page adding = there.open(ADD);
    PasskeyDevice key = device();
    Page added = made(there, key.make(options(adding)), "Ma clé");
    Page removed = there.fill(pathOfOne(), Map.of());

    assertThat(adding.text()).doesNotContain("name=\"password\"");
    assertThat(added.location()).isEqualTo("/my/security?done=passkey-added");
    assertThat(removed.location()).isEqualTo("/my/security?done=passkey-removed");
    assertThat(use(browser("fr"), phone).text()).contains("n&#39;ouvre aucun compte ici");
    assertThat(use(browser("fr"), key).location()).isEqualTo("/");
  }

  @Test
  void a_passkey_that_was_asked_for_at_another_address_is_refused() {
    Browser here = signedIn();
    PasskeyDevice phone = device().at("https://data.example.org.evil.example");
    Page adding = added(here, phone, "Lured");
    phone.at("https://data.example.org:8443");
    Page otherPort = added(here, phone, "Lured");
    phone.at(DESK).signingFor("evil.example");
    Page otherSite = added(here, phone, "Lured");
    added(here, phone.signingFor("data.example.org"), "My phone");

    assertThat(adding.status()).isEqualTo(409);
    for (Page refused : new Page[] {adding, otherPort, otherSite}) {
      assertThat(refused.text()).contains("at another address than this desk&#39;s");
    }
    Page using = use(browser("en"), phone.at("https://evil.example"));
    assertThat(using.status()).isEqualTo(401);
    assertThat(using.text()).contains("at another address than this desk&#39;s");
    assertThat(use(browser("en"), phone.at(DESK).signingFor("evil.example")).text())
        .contains("at another address than this desk&#39;s");
    assertThat(use(browser("en"), phone.signingFor("data.example.org")).location()).isEqualTo("/");
  }

  @Test
  void an_answer_that_was_given_before_is_refused_with_its_challenge_too() {
    PasskeyDevice stick = device();
    added(signedIn(), stick, "My stick");
    Browser here = browser("en");
    String answer = stick.counted(-1).use(asked(here));
    String challenge = here.cookie("__Host-octroi-passkey").orElseThrow();
    String token = formToken(here);
    assertThat(here.post(USE, token, Map.of("credential", answer)).location()).isEqualTo("/");

    Browser thief = browser("en");
    thief.plant("__Host-octroi-passkey", challenge);
    Page replayed = thief.post(USE, formToken(thief), Map.of("credential", answer));
    Browser other = browser("en");
    asked(other);
    Page toAnother = other.post(USE, formToken(other), Map.of("credential", answer));
    Page unasked = browser("en").fill("/sign-in", USE, Map.of("credential", answer));
    Browser forger = browser("en");
    forger.plant("__Host-octroi-passkey", "v1.Zm9yZ2VkZm9yZ2VkZm9yZ2VkZm9yZ2VkZm9yZ2VkZm9yZ2Vk");
    Page forged = forger.post(USE, formToken(forger), Map.of("credential", answer));

    for (Page refused : new Page[] {replayed, toAnother, unasked, forged}) {
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.text()).contains("took too long, or was sent twice");
    }
    assertThat(use(browser("en"), stick.counted(-1)).location()).isEqualTo("/");
  }

  @Test
  void a_passkey_is_made_once_of_what_was_asked_for() {
    Browser here = signedIn();
    PasskeyDevice phone = device();
    String made = phone.make(begun(here));
    assertThat(made(here, made, "My phone").status()).isEqualTo(303);

    Page again = made(here, made, "My phone");
    begun(here);
    Page known = made(here, made, "My phone");
    Page anotherChallenge =
        made(here, device().make(JSON.writeValueAsString(anyOptions())), "Hers");

    assertThat(again.text()).contains("took too long, or was sent twice");
    assertThat(known.text()).contains("has a passkey for this desk already");
    assertThat(anotherChallenge.text()).contains("took too long, or was sent twice");
    assertThat(passkeys()).isEqualTo(1);
  }

  @Test
  void a_passkey_of_somebody_else_opens_nobody_else_s_account() {
    PasskeyDevice hers = device();
    added(signedIn(), hers, "Hers");
    String her = email;
    email = account();
    PasskeyDevice his = device();
    added(signedIn(), his, "His");
    String handle = his.handle();

    Page named = use(browser("en"), his.naming(hers.handle()));
    Page posed = use(browser("en"), device().naming(hers.handle()).posingAs(hers));
    Page taken = added(signedIn(), device().posingAs(hers), "Taken");

    assertThat(named.status()).isEqualTo(401);
    assertThat(named.text()).contains("opens no account here");
    assertThat(posed.text()).contains("is no passkey of yours");
    assertThat(taken.text()).contains("has a passkey for this desk already");
    assertThat(use(browser("en"), his.naming(handle)).location()).isEqualTo("/");
    Browser me = browser("en");
    use(me, hers);
    assertThat(me.open("/my/security").text()).contains(her).doesNotContain(email);
  }

  @Test
  void nobody_sees_or_removes_the_passkeys_of_another() {
    added(signedIn(), device(), "Hers");
    String hers = pathOfOne();
    String her = email;
    email = account();
    Browser his = signedIn();

    assertThat(his.open(hers).location()).isEqualTo("/my/security");
    assertThat(his.fill(ADD, hers, Map.of("password", PASSWORD)).location())
        .isEqualTo("/my/security");
    email = her;
    assertThat(passkeys()).isEqualTo(1);
  }

  @Test
  void a_passkey_that_nobody_has_or_that_names_nobody_is_refused() {
    Page unknown =
        use(browser("fr"), device().naming("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    PasskeyDevice phone = device();
    added(signedIn(), phone, "My phone");
    String handle = phone.handle();

    Page nobody = use(browser("en"), phone.naming("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    Page noName = use(browser("en"), phone.naming(""));

    assertThat(unknown.status()).isEqualTo(401);
    assertThat(unknown.text()).contains("n&#39;ouvre aucun compte ici");
    assertThat(nobody.text()).contains("opens no account here");
    assertThat(noName.text()).contains("opens no account here");
    assertThat(use(browser("en"), phone.naming(handle)).location()).isEqualTo("/");
  }

  @Test
  void a_device_that_does_not_check_who_holds_it_is_refused() {
    Browser here = signedIn();
    PasskeyDevice phone = device().verifying(false);

    Page adding = added(here, phone, "Open");
    added(here, phone.verifying(true), "My phone");
    Page using = use(browser("en"), phone.verifying(false));

    assertThat(adding.text()).contains("did not check that it is you");
    assertThat(using.status()).isEqualTo(401);
    assertThat(using.text()).contains("did not check that it is you");
  }

  @Test
  void a_count_that_does_not_go_up_is_taken_for_a_copy() {
    PasskeyDevice phone = device().counted(5);
    added(signedIn(), phone, "My phone");
    assertThat(use(browser("en"), phone.counted(9)).location()).isEqualTo("/");

    Page same = use(browser("en"), phone.counted(9));
    Page back = use(browser("en"), phone.counted(7));
    Page belowTheFirst = use(browser("en"), phone.counted(2));

    for (Page refused : new Page[] {same, back, belowTheFirst}) {
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.text()).contains("may have been copied");
    }
    assertThat(use(browser("en"), phone.counted(10)).location()).isEqualTo("/");
  }

  @Test
  void a_passkey_that_is_carried_from_device_to_device_and_counts_nothing_is_taken() {
    PasskeyDevice manager = device().carried();
    added(signedIn(), manager, "My password manager");

    assertThat(use(browser("en"), manager.counted(-1)).location()).isEqualTo("/");
    assertThat(use(browser("en"), manager.counted(-1)).location()).isEqualTo("/");
    assertThat(signedIn().open("/my/security/account.json").text())
        .contains("\"backupEligible\":true,\"backedUp\":true");
  }

  @Test
  void a_removed_passkey_opens_nothing() {
    Browser here = signedIn();
    PasskeyDevice phone = device();
    added(here, phone, "My phone");
    here.fill(pathOfOne(), Map.of("password", PASSWORD));

    Page gone = use(browser("en"), phone);

    assertThat(gone.status()).isEqualTo(401);
    assertThat(gone.text()).contains("opens no account here; it may have been removed");
    assertThat(browser("en").open(USE).location()).isEqualTo("/sign-in");
    assertThat(here.open("/my/security/passkeys").location()).isEqualTo("/my/security");
  }

  @Test
  void an_account_that_ended_or_was_erased_is_opened_by_no_passkey() {
    PasskeyDevice phone = device();
    Browser here = signedIn();
    added(here, phone, "My phone");
    String id = person();
    jdbc.sql("update person set status = 'ended' where id = :id").param("id", id).update();
    Page ended = use(browser("en"), phone);
    jdbc.sql("update person set status = 'active' where id = :id").param("id", id).update();
    Browser there = browser("en");
    use(there, phone);

    here.fill("/my/security", "/my/security/erase", Map.of("password", PASSWORD));

    assertThat(ended.text()).contains("opens no account here");
    assertThat(there.open("/my/security").location()).isEqualTo("/sign-in");
    assertThat(use(browser("en"), phone).text()).contains("opens no account here");
    for (String table : new String[] {"passkey", "passkey_owner"}) {
      assertThat(
              jdbc.sql("select count(*) from " + table + " where person_id = :id")
                  .param("id", id)
                  .query(Long.class)
                  .single())
          .as(table)
          .isZero();
    }
  }

  @Test
  void a_new_password_ends_the_sessions_and_leaves_the_passkeys_which_are_named() {
    PasskeyDevice phone = device();
    added(signedIn(), phone, "<My> phone");
    Browser there = browser("en");
    use(there, phone);
    String link =
        Caller.bearing(operator)
            .post(URI.create(desk() + "/api/v1/people/" + person() + "/reset-link"), Map.of())
            .json()
            .path("link")
            .asString();
    String path = link.substring(link.indexOf("/reset-password/"));

    Page set = browser("fr").fill(path, Map.of("password", "wide meadows hold larks"));

    assertThat(set.text())
        .contains("Ces clés d&#39;accès continuent d&#39;ouvrir votre compte", "&lt;My&gt; phone");
    assertThat(there.open("/my/security").location()).isEqualTo("/sign-in");
    assertThat(use(browser("en"), phone).location()).isEqualTo("/");
  }

  @Test
  void a_passkey_has_a_name_and_there_are_twenty_at_most() {
    Browser here = signedIn();
    String options = begun(here);
    PasskeyDevice phone = device();
    Page nameless = made(here, phone.make(options), " ");
    Page hidden = made(here, phone.make(options), "My\u202ephone");
    assertThat(nameless.status()).isEqualTo(422);
    assertThat(nameless.text()).contains("Name of the passkey: one line");
    assertThat(hidden.status()).isEqualTo(422);
    assertThat(made(here, phone.make(options), "1").status()).isEqualTo(303);
    for (int added = 2; added <= 20; added++) {
      assertThat(added(here, device(), "Key " + added).status()).isEqualTo(303);
    }

    Page full = here.fill(ADD, Map.of("password", PASSWORD));

    assertThat(full.status()).isEqualTo(409);
    assertThat(full.text()).contains("You have twenty passkeys").doesNotContain("data-passkey=");
    assertThat(passkeys()).isEqualTo(20);
  }

  @Test
  void whatever_comes_in_the_place_of_an_answer_is_refused_and_no_fault() {
    PasskeyDevice phone = device();
    Browser here = signedIn();
    String made = phone.make(begun(here));
    Random random = new Random(20261127);
    for (int n = 0; n < 150; n++) {
      Page refused = made(here, spoilt(made, random), "Spoilt");
      assertThat(refused.status()).as(refused.text()).isIn(303, 409);
    }
    added(here, device(), "Mine");
    PasskeyDevice key = device();
    added(here, key, "Key");
    Browser there = browser("en");
    for (int n = 0; n < 150; n++) {
      Page page =
          there.post(
              USE, formToken(there), Map.of("credential", spoilt(key.use(asked(there)), random)));
      assertThat(page.status()).as(page.text()).isIn(303, 401);
      if (page.status() == 303) {
        there = browser("en");
      }
    }
    for (String none :
        new String[] {"", "null", "[]", "{}", "{\"rawId\":\"AA\"}", "x".repeat(60_000)}) {
      asked(there);
      Page page = there.post(USE, formToken(there), Map.of("credential", none));
      assertThat(page.status()).isEqualTo(401);
      assertThat(page.text()).contains("is no passkey of yours");
    }
  }

  /** With one letter of it another, or one part of it left out. */
  private static String spoilt(String answer, Random random) {
    int at = random.nextInt(answer.length());
    return switch (random.nextInt(3)) {
      case 0 ->
          answer.substring(0, at) + (char) ('!' + random.nextInt(90)) + answer.substring(at + 1);
      case 1 ->
          answer.substring(0, at)
              + answer.substring(Math.min(answer.length(), at + 1 + random.nextInt(40)));
      default -> {
        String[] parts = {
          "rawId",
          "clientDataJSON",
          "authenticatorData",
          "signature",
          "userHandle",
          "attestationObject",
          "type",
          "response",
          "id"
        };
        yield answer.replace("\"" + parts[random.nextInt(parts.length)] + "\":", "\"left\":");
      }
    };
  }

  private static JsonNode anyOptions() {
    return JSON.readTree(
        """
        {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "rp": {"id": "data.example.org"},
         "user": {"id": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}
        """);
  }

  private static PasskeyDevice device() {
    return new PasskeyDevice(DESK);
  }

  private String account() {
    String address = UUID.randomUUID() + "@example.org";
    Page opened =
        browser("en")
            .fill(
                "/sign-up",
                Map.of(
                    "email",
                    address,
                    "displayName",
                    "Ada",
                    "reuserKind",
                    "citizen",
                    "password",
                    PASSWORD));
    assertThat(opened.status()).as(opened.text()).isEqualTo(303);
    return address;
  }

  private Browser signedIn() {
    Browser browser = browser("en");
    assertThat(browser.signIn(email, PASSWORD).status()).isEqualTo(303);
    return browser;
  }

  /** What the browser is to be asked for, once the password was shown. */
  private static String begun(Browser here) {
    Page page = here.open(ADD);
    return options(
        OPTIONS.matcher(page.text()).find() ? page : here.fill(ADD, Map.of("password", PASSWORD)));
  }

  private static String options(Page page) {
    Matcher matcher = OPTIONS.matcher(page.text());
    assertThat(matcher.find()).as(page.text()).isTrue();
    return HtmlUtils.htmlUnescape(matcher.group(1));
  }

  private static Page added(Browser here, PasskeyDevice device, String name) {
    return made(here, device.make(begun(here)), name);
  }

  private static Page made(Browser here, String answer, String name) {
    return here.fill(
        ADD, "/my/security/passkeys", Map.of("passkeyName", name, "credential", answer));
  }

  private static String asked(Browser browser) {
    Page options = browser.post(ASK, formToken(browser), Map.of());
    assertThat(options.status()).as(options.text()).isEqualTo(200);
    return options.text();
  }

  private static Page use(Browser browser, PasskeyDevice device) {
    String answer = device.use(asked(browser));
    return browser.post(USE, formToken(browser), Map.of("credential", answer));
  }

  private static String formToken(Browser browser) {
    return browser.open("/sign-in").formToken().orElseThrow();
  }

  private Browser browser(String language) {
    return new Browser(desk(), language);
  }

  private String desk() {
    return "http://127.0.0.1:" + port;
  }

  private String person() {
    return jdbc.sql("select id from person where email = :email")
        .param("email", email)
        .query(String.class)
        .single();
  }

  private long passkeys() {
    return jdbc.sql("select count(*) from passkey where person_id = :person")
        .param("person", person())
        .query(Long.class)
        .single();
  }

  private String pathOfOne() {
    return "/my/security/passkeys/"
        + jdbc.sql("select min(id) from passkey where person_id = :person")
            .param("person", person())
            .query(String.class)
            .single();
  }

  private long means() {
    return jdbc.sql(
            """
            select count(*) from audit_entry
            where action = 'person.sign-in' and subject_id = :person and details like '%passkey%'
            """)
        .param("person", person())
        .query(Long.class)
        .single();
  }

  private long count(String table) {
    return jdbc.sql("select count(*) from " + table).query(Long.class).single();
  }
}
