package org.octroi.realm;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.StartRefusedException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The Keycloak realm that applications are provisioned in; without an address there is none.
 *
 * @param url Keycloak's address without the realm, such as {@code https://sso.example.org}
 * @param realm the realm's name
 * @param clientId the client whose service account provisions: it needs {@code manage-clients},
 *     {@code view-clients}, {@code manage-realm} and {@code view-realm} of {@code realm-management}
 * @param clientSecret its secret; better in a file
 * @param clientSecretFile a file that holds it
 * @param timeout the most that one call of Keycloak may take
 * @param reconcileInterval how often the realm is compared with what is known here, and repaired
 */
@Validated
@ConfigurationProperties("octroi.keycloak")
record RealmProperties(
    @Nullable URI url,
    @DefaultValue("octroi") @NotNull @Pattern(regexp = "[A-Za-z0-9._-]{1,100}") String realm,
    @DefaultValue("octroi-provisioning") @NotNull String clientId,
    @Nullable String clientSecret,
    @Nullable Path clientSecretFile,
    @DefaultValue("PT10S") @DurationMin(millis = 100) @DurationMax(minutes = 2) Duration timeout,
    @DefaultValue("PT10M") @DurationMin(seconds = 1) @DurationMax(days = 7)
        Duration reconcileInterval) {

  /** Whether there is a realm. */
  boolean isSet() {
    return url != null;
  }

  /** Keycloak's address, without a slash at its end. */
  String server() {
    String base = String.valueOf(url);
    return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
  }

  /** What the realm's tokens say issued them. */
  String issuer() {
    return server() + "/realms/" + realm;
  }

  /** The secret, read anew each time, so that a file may be replaced. */
  String secret() {
    if (clientSecretFile == null) {
      return clientSecret == null ? "" : clientSecret;
    }
    try {
      return Files.readString(clientSecretFile).strip();
    } catch (IOException e) {
      throw new StartRefusedException(
          "The file of octroi.keycloak.client-secret-file can't be read: " + clientSecretFile,
          "Say where the secret of the client " + clientId + " is, or correct who may read it.");
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "RealmProperties[" + url + " " + realm + " " + clientId + "]";
  }
}
