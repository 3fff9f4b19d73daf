package org.octroi.realm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keycloak.admin.client.resource.RealmResource;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.keycloak.representations.idm.RoleRepresentation;
import org.octroi.testing.FreePorts;
import org.octroi.testing.KeycloakServer;
import org.octroi.testing.KeycloakServer.Realm;

/** What the genuine Keycloak answers, and what is told of it. */
class RealmAdminTest {

  private static final String SECRET = "the-secret-of-the-desk";

  @TempDir private Path folder;

  private static Realm realm(String... roles) {
    Realm realm = KeycloakServer.ofThisJvm().newRealm();
    realm.addAdministrator("desk", SECRET, List.of(roles));
    return realm;
  }

  private static RealmAdmin admin(URI server, Realm realm, @Nullable String secret, Path file) {
    return new RealmAdmin(
        new RealmProperties(
            server,
            realm.name(),
            "desk",
            secret,
            secret == null ? file : null,
            Duration.ofSeconds(10),
            Duration.ofHours(1)),
        Clock.systemUTC());
  }

  private RealmAdmin admin(Realm realm, @Nullable String secret) {
    return admin(URI.create(realm.server().url()), realm, secret, folder.resolve("secret"));
  }

  @Test
  void a_wrong_secret_is_told_as_keycloak_s_answer_to_it() {
    RealmAdmin admin = admin(realm("view-realm"), "another-secret");

    assertThatExceptionOfType(RealmUnavailableException.class)
        .isThrownBy(() -> admin.client("any"))
        .withMessage("Keycloak answered 401: unauthorized_client");
    assertThat(admin.downSince()).isPresent();
  }

  @Test
  void what_the_client_may_not_do_is_told_as_keycloak_s_answer_to_it() {
    RealmAdmin admin = admin(realm("view-clients"), SECRET);
    ClientRepresentation client = new ClientRepresentation();
    client.setClientId("octa-any");

    assertThatExceptionOfType(RealmUnavailableException.class)
        .isThrownBy(() -> admin.make(realm -> realm.clients().create(client)))
        .withMessageStartingWith("Keycloak answered 403");
  }

  @Test
  void a_secret_that_is_replaced_in_its_file_is_signed_in_by_at_the_next_call() throws Exception {
    RealmAdmin admin = admin(realm("view-clients", "view-realm"), null);
    Files.writeString(folder.resolve("secret"), "the-one-before");
    assertThat(admin.answers()).isFalse();

    Files.writeString(folder.resolve("secret"), SECRET + "\n");

    assertThat(admin.answers()).isTrue();
    assertThat(admin.downSince()).isEmpty();
  }

  @Test
  void a_server_that_is_not_there_is_told_so() {
    URI nobody = URI.create("http://127.0.0.1:" + FreePorts.next());
    RealmAdmin admin = admin(nobody, realm("view-realm"), SECRET, folder);

    assertThatExceptionOfType(RealmUnavailableException.class)
        .isThrownBy(() -> admin.client("any"))
        .withMessageStartingWith("Keycloak can't be reached, or broke off (");
  }

  @Test
  void a_token_that_keycloak_takes_back_is_followed_by_another() throws Exception {
    Realm realm = realm("view-clients", "view-realm", "manage-realm");
    RealmAdmin admin = admin(realm, SECRET);
    assertThat(admin.answers()).isTrue();

    realm.rotateKeys();
    realm.takeBackOlderKeys();

    assertThat(admin.answers()).isTrue();
  }

  @Test
  void what_is_there_already_is_not_made_twice() throws Exception {
    RealmAdmin admin = admin(realm("manage-realm", "view-realm", "manage-clients"), SECRET);
    RoleRepresentation role = new RoleRepresentation("octroi-any", null, false);
    ClientRepresentation client = new ClientRepresentation();
    client.setClientId("octa-any");

    assertThat(admin.makeUnlessThere(realm -> realm.roles().create(role))).isTrue();
    assertThat(admin.makeUnlessThere(realm -> realm.roles().create(role))).isFalse();
    assertThat(admin.make(realm -> realm.clients().create(client))).isTrue();
    assertThat(admin.make(realm -> realm.clients().create(client))).isFalse();
    assertThat(admin.read(RealmResource::toRepresentation))
        .extracting(RealmRepresentation::isEnabled)
        .isEqualTo(true);
  }
}
