package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.problem.PublicAddresses;

/** For whom passkeys are made, by the address that the desk is said to have. */
class PasskeySiteTest {

  @ParameterizedTest
  @CsvSource({
    "https://data.example.org, data.example.org, https://data.example.org",
    "https://Data.Example.ORG/, data.example.org, https://data.example.org",
    "https://data.example.org:443, data.example.org, https://data.example.org",
    "https://data.example.org:8443/desk, data.example.org, https://data.example.org:8443",
    "http://localhost:8080, localhost, http://localhost:8080",
    "http://localhost:80, localhost, http://localhost"
  })
  void a_desk_that_is_reached_by_a_name_has_them(String address, String host, String origin) {
    assertThat(site(address)).contains(new PasskeySite(host, origin));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://data.example.org",
        "http://127.0.0.1:8080",
        "https://192.0.2.7",
        "https://[2001:db8::7]",
        "https://données.example.org"
      })
  void a_desk_without_tls_or_without_a_name_has_none(String address) {
    assertThat(site(address)).isEmpty();
  }

  private static java.util.Optional<PasskeySite> site(String address) {
    return PasskeySite.of(
        new PublicAddresses(
            new PublicAddresses.Desk(address), new PublicAddresses.Gate("http://localhost:8081")));
  }
}
