package org.octroi.desk;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.identity.PageSessions;
import org.octroi.identity.web.CallerOfPage;
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
      "management.server.port=0",
      "spring.datasource.url=jdbc:h2:mem:sign-in;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class SignInPageTest {

  private static final String PASSWORD = "quiet rivers carry barges";

  @Autowired Environment environment;
  @Autowired JdbcClient jdbc;
  @Autowired PageSessions sessions;

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
    assertThat(short_.text()).contains("<a href=\"#password\">Password: must be 12 to 128");
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
    return jdbc.sql("select SESSION_ID from PAGE_SESSION").query(String.class).list();
  }
}
