package org.octroi.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.problem.StartRefusedException;
import org.octroi.secret.FixedSeal;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/** What a gate by itself must be told before it starts. */
class DeskLineTest {

  private static final String CREDENTIAL = "octg_0123456789012345678901234567890123456789012";

  @Test
  void a_gate_must_know_its_desk() {
    assertThatThrownBy(() -> line("", "", CREDENTIAL))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("does not know its desk");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://desk.example.org",
        "ftp://localhost",
        "https://user:word@desk.example.org",
        "desk.example.org",
        "http://127.0.0.1.example.org",
        "https:///nowhere",
        "not an address"
      })
  void secrets_travel_encrypted_or_not_at_all(String url) {
    assertThatThrownBy(() -> line(url, "", CREDENTIAL))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("no address that secrets may travel to");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://desk.example.org",
        "https://desk.example.org:8443/octroi/",
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://[::1]:8080"
      })
  void a_desk_is_reached_by_https_or_on_the_same_machine(String url) {
    assertThatCode(() -> line(url, "", CREDENTIAL).destroy()).doesNotThrowAnyException();
  }

  @Test
  void a_gate_must_have_a_credential_which_is_never_said() {
    assertThatThrownBy(() -> line("https://desk.example.org", "", ""))
        .hasMessageContaining("has no credential");
    assertThatThrownBy(() -> line("https://desk.example.org", "/no/such/file", ""))
        .hasMessageContaining("can't be read");
    assertThatThrownBy(() -> line("https://desk.example.org", "", "two secret words"))
        .hasMessageContaining("has not the form")
        .hasMessageNotContaining("secret words");
    assertThat(properties("https://desk.example.org", "", CREDENTIAL).toString())
        .doesNotContain(CREDENTIAL);
  }

  private static DeskLine line(String url, String file, String credential) {
    return new DeskLine(
        properties(url, file, credential), FixedSeal.of(1), new DefaultSslBundleRegistry());
  }

  private static DeskProperties properties(String url, String file, String credential) {
    return new DeskProperties(
        url, file, credential, "", Duration.ofSeconds(1), Path.of("unused"), Duration.ofSeconds(1));
  }
}
