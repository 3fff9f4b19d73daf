package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoreCredentialTest {

  static Stream<StoreCredential> credentials() {
    return Stream.of(
        new StoreCredential.Bearer("hidden"),
        new StoreCredential.Header("hidden", "hidden"),
        new StoreCredential.Basic("hidden", "hidden"),
        new StoreCredential.Sql("hidden"));
  }

  @ParameterizedTest
  @MethodSource("credentials")
  void a_credential_does_not_show_when_it_is_printed(StoreCredential credential) {
    assertThat(credential.toString()).doesNotContain("hidden").endsWith("[…]");
  }
}
