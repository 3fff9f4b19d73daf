package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.secret.FixedSeal;
import org.octroi.secret.Seal;
import org.octroi.store.StoreTarget.SealedCredential;

class StoreCredentialTest {

  static Stream<StoreCredential> credentials() {
    return Stream.of(
        new StoreCredential.Bearer("hidden"),
        new StoreCredential.Header("hidden", "hidden"),
        new StoreCredential.Basic("hidden", "hidden"),
        new StoreCredential.ClientCredentials("hidden", "hidden", "hidden", Optional.of("hidden")),
        new StoreCredential.Sql("hidden"));
  }

  @ParameterizedTest
  @MethodSource("credentials")
  void a_credential_does_not_show_when_it_is_printed(StoreCredential credential) {
    assertThat(credential.toString()).doesNotContain("hidden").endsWith("[…]");
  }

  @Test
  void a_client_is_opened_with_and_without_a_scope() {
    assertThat(
            opened(
                """
                {"kind": "oauth2", "tokenUrl": "https://id.example/token", "clientId": "octroi",
                 "clientSecret": "s", "scope": "read write"}
                """))
        .isEqualTo(
            new StoreCredential.ClientCredentials(
                "https://id.example/token", "octroi", "s", Optional.of("read write")));
    assertThat(
            opened(
                """
                {"kind": "oauth2", "tokenUrl": "https://id.example/token", "clientId": "octroi",
                 "clientSecret": "s", "scope": null}
                """))
        .isEqualTo(
            new StoreCredential.ClientCredentials(
                "https://id.example/token", "octroi", "s", Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x key", "x:", "clé", "x\\r\\ny"})
  void a_header_whose_name_is_no_token_is_not_opened(String name) {
    String json = "{\"kind\": \"header\", \"name\": \"%s\", \"value\": \"v\"}".formatted(name);

    assertThatThrownBy(() -> opened(json))
        .isInstanceOf(StoreCredential.UnreadableException.class)
        .hasMessageContaining("name that no header can have");
  }

  private static StoreCredential opened(String json) {
    Seal seal = FixedSeal.of(1);
    return StoreCredential.open(seal, new SealedCredential(seal.seal(SealedCredential.USE, json)));
  }
}
