package org.octroi.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.octroi.testing.Browser;
import org.octroi.testing.Browser.Page;
import org.octroi.testing.Caller;
import org.octroi.testing.FreePorts;
import org.octroi.testing.PasskeyDevice;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.util.HtmlUtils;

/** The links that are mailed to people, at a desk with a mail server, both of them real. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "octroi.data-folder=target/test-letters",
      "octroi.demo=false",
      "octroi.identity.accounts-per-address=100000",
      "octroi.identity.email-confirmation=required",
      "octroi.outbox.from=octroi@example.org",
      "management.server.port=0",
      "spring.datasource.url=jdbc:h2:mem:letters;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class AccountLettersTest {

  private static final String PASSWORD = "quiet rivers carry barges";
  private static final Pattern LINK = Pattern.compile("http://localhost:8080(/\\S+)");
  private static final GreenMail MAIL =
      new GreenMail(new ServerSetup(FreePorts.next(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  @LocalServerPort int port;

  private final String email = UUID.randomUUID() + "@example.org";

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    MAIL.start();
    registry.add("spring.mail.host", () -> "127.0.0.1");
    registry.add("spring.mail.port", () -> MAIL.getSmtp().getPort());
  }

  @AfterAll
  static void stop() {
    MAIL.stop();
  }

  @Test
  void an_address_is_confirmed_by_the_link_that_is_mailed_to_it() throws Exception {
    Caller me = registered();
    String path = linkIn(letters(1).getFirst());
    Browser browser = new Browser(desk(), "en");

    assertThat(me.post(api("/applications"), Map.of("name", "Night bus")).problem())
        .isEqualTo("email-not-confirmed");
    Page opened = browser.open(path);
    assertThat(opened.text()).contains("This address is mine");
    assertThat(me.get(api("/me")).json().at("/person/emailConfirmed").asBoolean()).isFalse();
    Page confirmed = browser.fill(path, Map.of());
    Page again = browser.fill("/sign-in", path, Map.of());

    assertThat(confirmed.text()).contains(email + " is confirmed");
    assertThat(me.post(api("/applications"), Map.of("name", "Night bus")).status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(410);
  }

  @Test
  void the_link_is_not_mailed_twice_in_a_minute() throws Exception {
    Caller me = registered();
    letters(1);

    assertThat(me.post(api("/me/confirmation-link"), Map.of()).status()).isEqualTo(204);

    assertThat(forgotten("nobody@example.org").status()).isEqualTo(200);
    assertThat(forgotten(email).status()).isEqualTo(200);
    assertThat(letters(2)).hasSize(2);
  }

  @Test
  void a_forgotten_password_is_set_anew_by_a_link_that_works_once() throws Exception {
    Caller me = registered();
    letters(1);
    Page asked = forgotten(email);
    Page nobody = forgotten("nobody@example.org");
    String path = linkIn(letters(2).get(1));
    Browser browser = new Browser(desk(), "fr");

    assertThat(asked.text().replace(email, "")).contains("is on its way");
    assertThat(sentence(asked)).isEqualTo(sentence(nobody).replace("nobody@example.org", email));
    Page set = browser.fill(path, Map.of("password", "wide meadows hold larks"));

    assertThat(set.text()).contains("Votre mot de passe est enregistré");
    assertThat(me.get(api("/me")).status()).isEqualTo(401);
    assertThat(browser.open(path).status()).isEqualTo(410);
    assertThat(new Browser(desk(), "en").signIn(email, "wide meadows hold larks").status())
        .isEqualTo(303);
    assertThat(letters(3).get(2).getSubject()).isEqualTo("Your password was changed");
    Caller again =
        Caller.bearing(
            Caller.anybody()
                .post(
                    api("/people/tokens"),
                    Map.of("email", email, "password", "wide meadows hold larks"))
                .json()
                .path("token")
                .asString());
    assertThat(again.get(api("/me")).json().at("/person/emailConfirmed").asBoolean()).isTrue();
  }

  @Test
  void who_has_a_passkey_more_or_less_is_told() throws Exception {
    registered();
    Browser browser = new Browser(desk(), "en");
    browser.signIn(email, PASSWORD);
    Page begun = browser.fill("/my/security/passkeys/new", Map.of("password", PASSWORD));
    Matcher options = Pattern.compile("data-options=\"([^\"]+)\"").matcher(begun.text());
    assertThat(options.find()).isTrue();
    String made =
        new PasskeyDevice("http://localhost:8080").make(HtmlUtils.htmlUnescape(options.group(1)));
    browser.fill(
        "/my/security/passkeys/new",
        "/my/security/passkeys",
        Map.of("passkeyName", "My phone", "credential", made));
    Matcher one =
        Pattern.compile("/my/security/passkeys/[0-9a-f-]{36}")
            .matcher(browser.open("/my/security").text());
    assertThat(one.find()).isTrue();
    browser.fill(one.group(), Map.of("password", PASSWORD));

    List<MimeMessage> letters = letters(3);

    assertThat(letters.get(1).getSubject()).isEqualTo("A passkey was added");
    assertThat(String.valueOf(letters.get(1).getContent()))
        .contains("“My phone” now opens your account", "http://localhost:8080/my/security");
    assertThat(letters.get(2).getSubject()).isEqualTo("A passkey was removed");
  }

  private Caller registered() {
    return Caller.bearing(
        Caller.anybody()
            .post(
                api("/people"),
                Map.of(
                    "email",
                    email,
                    "displayName",
                    "Ana",
                    "password",
                    PASSWORD,
                    "reuserKind",
                    "citizen"))
            .json()
            .path("token")
            .asString());
  }

  private Page forgotten(String address) {
    return new Browser(desk(), "en").fill("/forgot-password", Map.of("email", address));
  }

  private static String sentence(Page page) {
    return page.text().lines().filter(l -> l.contains("on its way")).findFirst().orElseThrow();
  }

  /** Those to this test's address, as soon as there are so many. */
  private List<MimeMessage> letters(int count) {
    await().atMost(Duration.ofSeconds(20)).until(() -> received().size(), size -> size >= count);
    return received();
  }

  private List<MimeMessage> received() {
    return Arrays.stream(MAIL.getReceivedMessages())
        .filter(
            letter -> {
              try {
                return letter.getAllRecipients()[0].toString().equals(email);
              } catch (jakarta.mail.MessagingException e) {
                throw new IllegalStateException(e);
              }
            })
        .toList();
  }

  private static String linkIn(MimeMessage letter) throws Exception {
    Matcher matcher = LINK.matcher(String.valueOf(letter.getContent()));
    while (matcher.find()) {
      if (matcher.group(1).length() > 20) {
        return matcher.group(1);
      }
    }
    throw new IllegalStateException("no link in " + letter.getContent());
  }

  private String desk() {
    return "http://127.0.0.1:" + port;
  }

  private URI api(String path) {
    return URI.create(desk() + "/api/v1" + path);
  }
}
