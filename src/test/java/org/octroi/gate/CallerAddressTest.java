package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.problem.StartRefusedException;

class CallerAddressTest {

  private final CallerAddress addresses =
      new CallerAddress(List.of("10.0.0.0/8", "2001:db8::/32", "192.0.2.7"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // peer | X-Forwarded-For | caller
        "198.51.100.1|203.0.113.9|198.51.100.1",
        "10.1.2.3|203.0.113.9|203.0.113.9",
        "10.1.2.3|1.1.1.1, 203.0.113.9|203.0.113.9",
        "10.1.2.3|1.1.1.1, 203.0.113.9, 10.9.9.9|203.0.113.9",
        "10.1.2.3|203.0.113.9, nonsense|10.1.2.3",
        "10.1.2.3|''|10.1.2.3",
        "192.0.2.7|203.0.113.9|203.0.113.9",
        "192.0.2.8|203.0.113.9|192.0.2.8",
        "2001:db8:1::1|2a01:e0a::5|2a01:e0a::5",
        "2001:db9::1|2a01:e0a::5|2001:db9::1",
      })
  void the_caller_is_the_rightmost_hop_that_is_not_trusted(
      String peer, String forwardedFor, String caller) {
    assertThat(addresses.of(InetAddress.ofLiteral(peer), List.of(forwardedFor)))
        .isEqualTo(InetAddress.ofLiteral(caller));
  }

  @Test
  void by_default_no_proxy_is_believed() {
    InetAddress peer = InetAddress.ofLiteral("127.0.0.1");
    assertThat(new CallerAddress(List.of()).of(peer, List.of("203.0.113.9"))).isEqualTo(peer);
  }

  @Test
  void what_is_no_network_stops_the_start_with_a_sentence() {
    for (String wrong : List.of("10.0.0.0/33", "proxy.example", "10.0.0.0/x", "")) {
      assertThatThrownBy(() -> new CallerAddress(List.of(wrong)))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining("\"" + wrong + "\"");
    }
  }
}
