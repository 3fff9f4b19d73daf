package org.octroi.desk;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.identity.FirstAdministrator;
import org.octroi.identity.PageSessions;
import org.octroi.identity.web.CallerOfPage;
import org.octroi.testing.Authenticator;
import org.octroi.testing.Browser;
import org.octroi.testing.Browser.Page;
import org.octroi.testing.Caller;
import org.octroi.vocabulary.PersonId;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Signing in at the pages of a started desk: by cookies and forms, as a browser does. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.data-folder=target/test-sign-in",
      "octroi.demo=false",
      "octroi.identity.accounts-per-address=100000",
      "octroi.identity.email-confirmation=required",
      "management.server.port=0",
      "spring.datasource.url=jdbc:h2:mem:sign-in;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class SignInPageTest {

  private static final String PASSWORD = "quiet rivers carry barges";

  @Autowired Environment environment;
  @Autowired JdbcClient jdbc;
  @Autowired PageSessions sessions;
  @Autowired FirstAdministrator first;

  private static String operator = "";

  private String email = "";

  /** Pages that need somebody: one by the guard's rule, one because it asks for its caller. */
  @TestConfiguration
  static class Pages {
    @RestController
    static class Somebodys {
      @GetMapping("/my/name")
      String name(HttpServletRequest request, @RequestParam String of) {
        return of + CallerOfPage.of(request).orElseThrow().name();
      }

      @GetMapping("/whoever")
      String whoever(org.octroi.vocabulary.Caller caller) {
        return caller.person() + " by " + caller.signedIn().word();
      }
    }
  }

  @BeforeEach
  void an_account() {
    if (operator.isEmpty()) {
      operator =
          first.become(
              first.renewLink().orElseThrow(), "ops@example.org", "Ops", PASSWORD, Locale.ENGLISH);
    }
    email = UUID.randomUUID() + "@example.org";
    Page opened =
        browser("en")
            .fill(
                "/sign-up",
                Map.of(
                    "email",
                    email,
                    "displayName",
                    "Ada",
                    "reuserKind",
                    "citizen",
                    "password",
                    PASSWORD));
    assertThat(opened.status()).as(opened.text()).isEqualTo(303);
  }

  @Test
  void who_opens_an_account_is_signed_in_with_it() {
    Browser browser = browser("fr");

    Page sent =
        browser.fill(
            "/sign-up",
            Map.of(
                "email",
                UUID.randomUUID() + "@example.org",
                "displayName",
                "Zoé",
                "reuserKind",
                "association",
                "password",
                PASSWORD));

    assertThat(sent.location()).isEqualTo("/");
    assertThat(browser.open("/").text()).contains("Zoé", "Se déconnecter");
  }

  @Test
  void a_form_says_what_must_be_mended_and_keeps_what_was_written() {
    Page sent =
        browser("fr")
            .fill(
                "/sign-up",
                Map.of(
                    "email",
                    email,
                    "displayName",
                    "Zoé",
                    "reuserKind",
                    "company",
                    "password",
                    PASSWORD));
    Page short_ =
        browser("en")
            .fill(
                "/sign-up",
                Map.of(
                    "email", "x@example.org",
                    "displayName", "Zoé",
                    "reuserKind", "company",
                    "password", "short"));

    assertThat(sent.status()).isEqualTo(409);
    assertThat(sent.text())
        .contains("Un compte existe avec cette adresse", "value=\"Zoé\"", "selected=\"selected\"")
        .doesNotContain(PASSWORD);
    assertThat(short_.status()).isEqualTo(422);
    assertThat(short_.text()).contains("<a href=\"#password\">Password: 12 to 128 characters");
  }

  @Test
  void a_page_that_needs_somebody_sends_them_to_sign_in_and_brings_them_back() {
    Browser browser = browser("en");

    Page asked = browser.open("/my/name?of=I+am+");
    Page signedIn = browser.signIn(email, PASSWORD);
    Page back = browser.open(signedIn.location());

    assertThat(asked.status()).isEqualTo(303);
    assertThat(asked.location()).isEqualTo("/sign-in");
    assertThat(signedIn.status()).isEqualTo(303);
    assertThat(signedIn.location()).isEqualTo("/my/name?of=I+am+");
    assertThat(back.text()).isEqualTo("I am Ada");
    assertThat(back.raw().headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  @Test
  void a_page_that_asks_for_its_caller_needs_somebody() {
    Browser browser = browser("en");

    assertThat(browser.open("/whoever").location()).isEqualTo("/sign-in");
    assertThat(browser.signIn(email, PASSWORD).location()).isEqualTo("/whoever");
    assertThat(browser.open("/whoever").text()).isEqualTo(person() + " by session");
  }

  @Test
  void the_way_back_leads_to_no_other_host() {
    Browser browser = browser("en");

    browser.open("/my/name/..//evil.example/?of=x");
    browser.open("/my//evil.example/?of=x");

    assertThat(browser.signIn(email, PASSWORD).location()).matches("/(my/.*)?");
  }

  @Test
  void a_wrong_password_is_told_without_saying_which_is_wrong() {
    Page wrong = browser("fr").signIn(email, "another password entirely");
    Page nobody = browser("fr").signIn("nobody@example.org", PASSWORD);

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.text()).contains("ne vont pas ensemble").doesNotContain("another password");
    assertThat(nobody.text().replaceAll("value=\"[^\"]*\"", ""))
        .isEqualTo(wrong.text().replaceAll("value=\"[^\"]*\"", ""));
  }

  @Test
  void the_cookies_are_hardened_and_a_new_session_begins_with_signing_in() {
    Browser browser = browser("en");
    browser.open("/my/name?of=x");
    String before = browser.cookie("octroi").orElseThrow();

    Page signedIn = browser.signIn(email, PASSWORD);

    assertThat(signedIn.cookieLines())
        .filteredOn(line -> line.startsWith("octroi="))
        .singleElement()
        .asString()
        .contains("; HttpOnly", "; SameSite=Lax", "; Path=/");
    assertThat(browser("en").open("/sign-in").cookieLines())
        .filteredOn(line -> line.startsWith("octroi-form="))
        .singleElement()
        .asString()
        .contains("; HttpOnly", "; SameSite=Lax", "; Path=/");
    assertThat(browser.cookie("octroi")).isPresent().isNotEqualTo(before);
    Browser thief = browser("en");
    thief.plant("octroi", before);
    assertThat(thief.open("/my/name?of=x").location()).isEqualTo("/sign-in");
  }

  @Test
  void a_cookie_can_not_be_made_of_what_the_database_holds() {
    browser("en").signIn(email, PASSWORD);
    Browser thief = browser("en");

    thief.plant("octroi", sessionIds().getFirst());

    assertThat(thief.open("/my/name?of=x").location()).isEqualTo("/sign-in");
  }

  @Test
  void a_form_of_another_site_does_nothing() {
    Browser browser = browser("en");
    browser.signIn(email, PASSWORD);

    Page forged = browser.post("/sign-out", "forged", Map.of());

    assertThat(forged.status()).isEqualTo(403);
    assertThat(browser.open("/my/name?of=").text()).isEqualTo("Ada");
    assertThat(
            browser("en")
                .post("/sign-in", "forged", Map.of("email", email, "password", PASSWORD))
                .status())
        .isEqualTo(403);
  }

  @Test
  void signing_out_ends_the_session_for_good() {
    Browser browser = browser("en");
    browser.signIn(email, PASSWORD);
    String cookie = browser.cookie("octroi").orElseThrow();

    Page out = browser.fill("/", "/sign-out", Map.of());

    assertThat(out.location()).isEqualTo("/");
    assertThat(browser.open("/").text()).contains("Sign in").doesNotContain("Ada");
    Browser thief = browser("en");
    thief.plant("octroi", cookie);
    assertThat(thief.open("/my/name?of=x").location()).isEqualTo("/sign-in");
  }

  @Test
  void the_sessions_of_a_person_end_on_all_desks_at_once() {
    Browser one = browser("en");
    Browser other = browser("en");
    one.signIn(email, PASSWORD);
    other.signIn(email, PASSWORD);

    assertThat(sessions.endAll(PersonId.of(person()))).isGreaterThanOrEqualTo(2);

    assertThat(one.open("/my/name?of=x").location()).isEqualTo("/sign-in");
    assertThat(other.open("/my/name?of=x").location()).isEqualTo("/sign-in");
  }

  @Test
  void an_account_that_ended_is_signed_in_no_more() {
    Browser browser = browser("en");
    browser.signIn(email, PASSWORD);

    jdbc.sql("update person set status = 'ended' where email = :email")
        .param("email", email)
        .update();

    assertThat(browser.open("/my/name?of=x").location()).isEqualTo("/sign-in");
  }

  @Test
  void a_session_that_another_version_kept_is_taken_for_empty() {
    Browser browser = browser("en");
    browser.signIn(email, PASSWORD);

    jdbc.sql("update PAGE_SESSION_ATTRIBUTES set ATTRIBUTE_BYTES = :bytes")
        .param("bytes", new byte[] {1, 2, 3})
        .update();

    assertThat(browser.open("/my/name?of=x").location()).isEqualTo("/sign-in");
    assertThat(browser.signIn(email, PASSWORD).status()).isEqualTo(303);
  }

  @Test
  void passers_by_and_programs_leave_no_session() {
    int before = sessionIds().size();

    browser("en").open("/");
    browser("en").open("/sign-in");
    Browser signedIn = browser("en");
    signedIn.signIn(email, PASSWORD);
    String cookie = signedIn.cookie("octroi").orElseThrow();

    Caller.Answer api =
        Caller.anybody().with("Cookie", "octroi=" + cookie).get(URI.create(desk() + "/api/v1/me"));
    assertThat(api.status()).isEqualTo(401);
    assertThat(sessionIds()).hasSize(before + 1);
  }

  @Test
  void who_is_not_confirmed_looks_around_until_the_operator_knows_them() {
    Caller.Answer token =
        Caller.anybody().post(api("/people/tokens"), Map.of("email", email, "password", PASSWORD));
    Caller me = Caller.bearing(token.json().path("token").asString());
    Caller.Answer refused = me.post(api("/applications"), Map.of("name", "Night bus"));
    Caller.Answer noLetter = me.post(api("/me/confirmation-link"), Map.of());
    Caller.Answer waiting = Caller.bearing(operator).get(api("/people/unconfirmed?limit=200"));

    assertThat(refused.problem()).isEqualTo("email-not-confirmed");
    assertThat(noLetter.problem()).isEqualTo("conflict");
    assertThat(waiting.json().at("/items").findValuesAsString("email"))
        .contains(email)
        .doesNotContain("ops@example.org");
    assertThat(me.get(api("/people/unconfirmed")).status()).isEqualTo(403);
    assertThat(me.post(api("/people/" + person() + "/confirm-email"), Map.of()).status())
        .isEqualTo(403);

    assertThat(
            Caller.bearing(operator)
                .post(api("/people/" + person() + "/confirm-email"), Map.of())
                .status())
        .isEqualTo(204);

    assertThat(me.get(api("/me")).json().at("/person/emailConfirmed").asBoolean()).isTrue();
    assertThat(me.post(api("/applications"), Map.of("name", "Night bus")).status()).isEqualTo(201);
    Browser browser = browser("fr");
    browser.signIn(email, PASSWORD);
    assertThat(browser.open("/my/security").text()).contains(email, "confirmée");
  }

  @Test
  void without_a_mail_server_the_operator_makes_a_link_for_a_new_password() {
    Browser before = browser("en");
    before.signIn(email, PASSWORD);
    Caller operators = Caller.bearing(operator);

    String link =
        operators
            .post(api("/people/" + person() + "/reset-link"), Map.of())
            .json()
            .path("link")
            .asString();
    String path = link.substring(link.indexOf("/reset-password/"));
    Browser browser = browser("fr");
    Page weak = browser.fill(path, Map.of("password", "password1234"));
    Page set = browser.fill(path, Map.of("password", "wide meadows hold larks"));

    assertThat(browser("en").open("/forgot-password").text()).contains("Ask the operator");
    assertThat(weak.text()).contains("difficile à deviner");
    assertThat(set.text()).contains("Votre mot de passe est enregistré");
    assertThat(before.open("/my/security").location()).isEqualTo("/sign-in");
    assertThat(browser.open(path).status()).isEqualTo(410);
    assertThat(browser("en").signIn(email, PASSWORD).status()).isEqualTo(401);
    assertThat(browser("en").signIn(email, "wide meadows hold larks").status()).isEqualTo(303);
  }

  @Test
  void a_changed_password_ends_all_other_sessions_and_tokens() {
    Browser elsewhere = browser("en");
    elsewhere.signIn(email, PASSWORD);
    String token =
        Caller.anybody()
            .post(api("/people/tokens"), Map.of("email", email, "password", PASSWORD))
            .json()
            .path("token")
            .asString();
    Browser here = browser("en");
    here.signIn(email, PASSWORD);

    Page wrong =
        here.fill(
            "/my/security",
            "/my/security/password",
            Map.of("oldPassword", "not mine at all", "newPassword", "wide meadows hold larks"));
    Page changed =
        here.fill(
            "/my/security",
            "/my/security/password",
            Map.of("oldPassword", PASSWORD, "newPassword", "wide meadows hold larks"));

    assertThat(wrong.text()).contains("this is not your password");
    assertThat(changed.location()).isEqualTo("/my/security?done=changed");
    assertThat(here.open(changed.location()).text()).contains("Your password is changed");
    assertThat(elsewhere.open("/my/security").location()).isEqualTo("/sign-in");
    assertThat(Caller.bearing(token).get(api("/me")).problem()).isEqualTo("invalid-token");
  }

  @Test
  void a_program_that_changes_the_password_is_given_a_new_token() {
    Caller me =
        Caller.bearing(
            Caller.anybody()
                .post(api("/people/tokens"), Map.of("email", email, "password", PASSWORD))
                .json()
                .path("token")
                .asString());

    Caller.Answer changed =
        me.put(
            api("/me/password"),
            Map.of("oldPassword", PASSWORD, "newPassword", "wide meadows hold larks"));

    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    assertThat(me.get(api("/me")).status()).isEqualTo(401);
    assertThat(Caller.bearing(changed.json().path("token").asString()).get(api("/me")).status())
        .isEqualTo(200);
  }

  @Test
  void a_second_factor_is_asked_for_beside_the_password_and_each_code_is_good_once() {
    Browser here = browser("en");
    here.signIn(email, PASSWORD);
    Page begun =
        here.fill("/my/security", "/my/security/second-factor", Map.of("password", PASSWORD));
    assertThat(begun.location()).isEqualTo("/my/security/code");
    Page shown = here.open("/my/security/code");
    Authenticator phone = new Authenticator(in(shown, "<pre>([A-Z2-7 ]+)</pre>"));
    assertThat(shown.text()).contains("<svg class=\"qr\"");
    assertThat(here.fill("/my/security/code", Map.of("code", "000000")).status()).isEqualTo(422);

    Page on = here.fill("/my/security/code", Map.of("code", phone.code(0)));
    String recovery = in(on, "<pre>(.{19})\\n");

    Browser there = browser("en");
    there.open("/my/name?of=x");
    String next = phone.code(1);
    assertThat(there.signIn(email, PASSWORD).location()).isEqualTo("/sign-in/code");
    assertThat(there.open("/my/name?of=x").location()).isEqualTo("/sign-in");
    assertThat(there.fill("/sign-in/code", Map.of("code", "000000")).text())
        .contains("This code is wrong");
    assertThat(there.fill("/sign-in/code", Map.of("code", next)).location())
        .isEqualTo("/my/name?of=x");
    assertThat(there.open("/my/name?of=").text()).isEqualTo("Ada");

    Browser replaying = browser("fr");
    replaying.signIn(email, PASSWORD);
    assertThat(replaying.fill("/sign-in/code", Map.of("code", next)).text())
        .contains("Ce code est faux, ou il a déjà servi");
    assertThat(replaying.fill("/sign-in/code", Map.of("code", recovery)).location()).isEqualTo("/");

    Map<String, String> credentials = Map.of("email", email, "password", PASSWORD);
    assertThat(Caller.anybody().post(api("/people/tokens"), credentials).problem())
        .isEqualTo("second-factor-required");
    assertThat(
            Caller.anybody()
                .post(
                    api("/people/tokens"),
                    Map.of("email", email, "password", PASSWORD, "code", recovery))
                .problem())
        .isEqualTo("wrong-credentials");
    assertThat(
            jdbc.sql("select count(*) from recovery_code where code_sha256 like '%-%'")
                .query(Long.class)
                .single())
        .isZero();

    assertThat(
            Caller.bearing(operator).delete(api("/people/" + person() + "/second-factor")).status())
        .isEqualTo(204);
    assertThat(browser("en").signIn(email, PASSWORD).location()).isEqualTo("/");
  }

  @Test
  void codes_can_not_be_tried_out() {
    Browser here = browser("en");
    here.signIn(email, PASSWORD);
    here.fill("/my/security", "/my/security/second-factor", Map.of("password", PASSWORD));
    Authenticator phone =
        new Authenticator(in(here.open("/my/security/code"), "<pre>([A-Z2-7 ]+)</pre>"));
    here.fill("/my/security/code", Map.of("code", phone.code(0)));
    Browser thief = browser("en");
    thief.signIn(email, PASSWORD);

    for (int tried = 0; tried < 6; tried++) {
      thief.fill("/sign-in/code", Map.of("code", "00000" + tried));
    }

    assertThat(thief.fill("/sign-in/code", Map.of("code", phone.code(1))).status()).isEqualTo(429);
  }

  @Test
  void what_is_kept_about_somebody_is_a_file_and_the_account_is_erased_with_the_password() {
    Browser here = browser("fr");
    here.signIn(email, PASSWORD);

    Page file = here.open("/my/security/account.json");
    Page wrong =
        here.fill("/my/security", "/my/security/erase", Map.of("password", "not mine at all"));
    Page erased = here.fill("/my/security", "/my/security/erase", Map.of("password", PASSWORD));

    assertThat(file.raw().headers().firstValue("Content-Disposition").orElse(""))
        .contains("attachment");
    assertThat(file.text()).contains(email, "person.sign-in");
    assertThat(wrong.text()).contains("Votre mot de passe : ce n&#39;est pas votre mot de passe");
    assertThat(erased.location()).isEqualTo("/");
    assertThat(here.open("/my/security").location()).isEqualTo("/sign-in");
    assertThat(browser("en").signIn(email, PASSWORD).status()).isEqualTo(401);
  }

  private static String in(Page page, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(page.text());
    assertThat(matcher.find()).as(page.text()).isTrue();
    return matcher.group(1);
  }

  private URI api(String path) {
    return URI.create(desk() + "/api/v1" + path);
  }

  private Browser browser(String language) {
    return new Browser(desk(), language);
  }

  private String desk() {
    return "http://127.0.0.1:" + environment.getProperty("local.server.port");
  }

  private String person() {
    return jdbc.sql("select id from person where email = :email")
        .param("email", email)
        .query(String.class)
        .single();
  }

  private List<String> sessionIds() {
    return jdbc.sql("select SESSION_ID from PAGE_SESSION")
        .query((row, n) -> row.getString("SESSION_ID"))
        .list();
  }
}
