package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebOriginTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org",
        "https://example.org:8443",
        "https://xn--nmes-zqa.example",
        "https://a-b.example.org",
        "https://192.0.2.7",
        "https://localhost",
        "http://localhost",
        "http://localhost:3000",
        "http://127.0.0.1:5173"
      })
  void what_browsers_send_is_an_origin(String text) {
    assertThat(new WebOrigin(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "*",
        "https://*.example.org",
        "https://example.org/",
        "https://example.org/path",
        "https://example.org?q",
        "https://example.org#f",
        "https://user@example.org",
        "https://Example.org",
        "HTTPS://example.org",
        "https://nîmes.example",
        "https://example.org.",
        "https://.example.org",
        "https://-a.example",
        "https://",
        "https://example.org:",
        "https://example.org:0",
        "https://example.org:0443",
        "https://example.org:65536",
        "https://example.org:443",
        "http://localhost:80",
        "http://example.org",
        "http://localhost.example.org",
        "http://127.0.0.2",
        "ftp://example.org",
        "example.org",
        " https://example.org",
        "https://example.org https://b.example",
        "https://example.org\n"
      })
  void anything_else_is_none(String text) {
    assertThatThrownBy(() -> new WebOrigin(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must ");
  }

  @ParameterizedTest
  @ValueSource(ints = {250, 100_000})
  void a_long_host_is_none(int length) {
    String text = "https://" + "a.".repeat(length) + "example";

    assertThatThrownBy(() -> new WebOrigin(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
