package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.octroi.testing.Browser;
import org.octroi.testing.FreePorts;
import org.octroi.testing.KeycloakServer;
import org.octroi.testing.KeycloakServer.Realm;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** People of a realm of a genuine Keycloak, at the pages of the desk. */
@TestPropertySource(
    properties = {
      "octroi.data-folder=target/test-realm-people",
      "octroi.gate.port=0",
      "octroi.issuer.timeout=10s",
      "octroi.keycloak.client-secret=" + SignInWithRealmStoryTest.SECRET,
      "octroi.keycloak.reconcile-interval=1h",
      "spring.datasource.url=jdbc:h2:mem:realmpeople;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class SignInWithRealmStoryTest extends AtTheDesk {

  static final String SECRET = "the-secret-of-the-desk";
  private static final String ADMINISTRATOR = "octroi-territory-administrator";
  private static final Pattern ACTION = Pattern.compile("action=\"([^\"]+)\"");
  private static final int PORT = FreePorts.next();

  private static final class OfThisClass {
    static final Realm REALM = made();

    private static Realm made() {
      Realm realm = KeycloakServer.ofThisJvm().newRealm();
      realm.addAdministrator(
          "octroi-provisioning",
          SECRET,
          List.of("manage-clients", "view-clients", "manage-realm", "view-realm"));
      return realm;
    }
  }

  private static Realm realm() {
    return OfThisClass.REALM;
  }

  @DynamicPropertySource
  static void realm(DynamicPropertyRegistry properties) {
    properties.add("server.port", () -> PORT);
    properties.add("octroi.desk.public-url", () -> "http://127.0.0.1:" + PORT);
    properties.add(
        "octroi.store.allowed-addresses", () -> "127.0.0.1:" + KeycloakServer.ofThisJvm().port());
    properties.add("octroi.keycloak.url", () -> KeycloakServer.ofThisJvm().url());
    properties.add("octroi.keycloak.realm", () -> realm().name());
  }

  @BeforeAll
  void the_realm_is_where_the_people_of_a_city_come_from() throws Exception {
    Answer taken =
        send(
            "POST",
            "/realm/people",
            operator,
            Map.of("territory", "rennes", "name", "the city’s realm"));
    assertThat(taken.status()).as(taken.raw().body()).isEqualTo(201);
    assertThat(taken.raw().body())
        .contains(ADMINISTRATOR, "octroi-holder-editor-ville")
        .doesNotContain("octroi-operator");
  }

  /** Somebody in the realm. */
  private record Citizen(String id, String name, String email) {}

  private Citizen citizen(boolean confirmed) {
    String name = "c" + UUID.randomUUID();
    String email = name + "@example.org";
    String id =
        realm()
            .make(
                "/users",
                Map.of(
                    "username",
                    name,
                    "email",
                    email,
                    "emailVerified",
                    confirmed,
                    "enabled",
                    true,
                    "firstName",
                    "Anne",
                    "lastName",
                    "Le Goff",
                    "credentials",
                    List.of(Map.of("type", "password", "value", PASSWORD, "temporary", false))));
    return new Citizen(id, name, email);
  }

  private Browser browser() {
    return new Browser(desk(), "en");
  }

  /** The way to Keycloak's form and back; answers what the desk says then. */
  private Browser.Page signIn(Browser browser, Citizen citizen) {
    String form = browser.open("/sign-in/with/rennes").location();
    assertThat(form).startsWith(realm().issuer()).contains("code_challenge_method=S256");
    Matcher action = ACTION.matcher(browser.visit(URI.create(form)).text());
    assertThat(action.find()).isTrue();
    String back =
        browser
            .answer(
                URI.create(action.group(1).replace("&amp;", "&")),
                Map.of("username", citizen.name(), "password", PASSWORD, "credentialId", ""))
            .location();
    assertThat(back).startsWith(desk() + "/sign-in/back/rennes");
    return browser.visit(URI.create(back));
  }

  private static boolean isSignedIn(Browser browser) {
    return browser.open("/sign-in").status() == 303;
  }

  private List<String> rolesOf(Citizen citizen) {
    return jdbc.sql(
            """
            select g.role from role_grant g join person p on p.id = g.person_id
            where p.email = :email
            """)
        .param("email", citizen.email())
        .query((row, n) -> row.getString("role"))
        .list();
  }

  @Test
  void somebody_new_has_an_account_and_the_roles_that_the_realm_gives_for_as_long_as_it_does() {
    Citizen citizen = citizen(true);
    realm()
        .make(
            "/users/" + citizen.id() + "/role-mappings/realm",
            List.of(realm().read("/roles/" + ADMINISTRATOR)));
    Browser browser = browser();
    assertThat(browser.open("/sign-in").text()).contains("Sign in with the city’s realm");

    Browser.Page arrived = signIn(browser, citizen);

    assertThat(arrived.status()).isEqualTo(303);
    assertThat(arrived.location()).isEqualTo("/");
    assertThat(isSignedIn(browser)).isTrue();
    assertThat(browser.open("/").text()).contains("Anne Le Goff");
    assertThat(rolesOf(citizen)).containsExactly("territory-administrator");

    realm().delete("/roles/" + ADMINISTRATOR);
    signIn(browser(), citizen);

    assertThat(rolesOf(citizen)).isEmpty();
  }

  @Test
  void an_account_with_the_address_is_theirs_once_they_gave_its_password() throws Exception {
    Citizen citizen = citizen(true);
    register(citizen.email());
    Browser browser = browser();

    Browser.Page asked = signIn(browser, citizen);

    assertThat(asked.location()).isEqualTo("/sign-in/confirm");
    assertThat(isSignedIn(browser)).isFalse();
    assertThat(browser.open("/sign-in/confirm").text()).contains(citizen.email());
    assertThat(browser.fill("/sign-in/confirm", Map.of("password", "not the password")).status())
        .isBetween(400, 499);
    assertThat(isSignedIn(browser)).isFalse();
    assertThat(browser.fill("/sign-in/confirm", Map.of("password", PASSWORD)).status())
        .isEqualTo(303);
    assertThat(isSignedIn(browser)).isTrue();
    Browser later = browser();
    signIn(later, citizen);
    assertThat(isSignedIn(later)).as("asked once").isTrue();
  }

  @Test
  void an_address_that_the_realm_has_not_confirmed_opens_nothing() {
    Citizen citizen = citizen(false);
    Browser browser = browser();

    Browser.Page back = signIn(browser, citizen);

    assertThat(back.location()).isEqualTo("/sign-in?issuer=address");
    assertThat(browser.open(back.location()).text()).contains("not confirmed there");
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void who_signs_out_at_the_realm_is_signed_out_at_the_desk() {
    Citizen citizen = citizen(true);
    Browser browser = browser();
    signIn(browser, citizen);
    assertThat(isSignedIn(browser)).isTrue();

    realm().make("/users/" + citizen.id() + "/logout", Map.of());

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(isSignedIn(browser)).isFalse());
  }

  @Test
  void nobody_comes_back_who_was_not_sent_and_nobody_else_ends_sessions() {
    Citizen citizen = citizen(true);
    Browser browser = browser();
    signIn(browser, citizen);
    Browser stranger = browser();

    Browser.Page made = stranger.open("/sign-in/back/rennes?code=x&state=y");
    Browser.Page ended =
        stranger.answer(
            URI.create(desk() + "/sign-in/ended/rennes"), Map.of("logout_token", "e30.e30.bm9uZQ"));

    assertThat(made.location()).isEqualTo("/sign-in?issuer=failed");
    assertThat(ended.status()).isEqualTo(400);
    assertThat(isSignedIn(stranger)).isFalse();
    assertThat(isSignedIn(browser)).isTrue();
  }
}
