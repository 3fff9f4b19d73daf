package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.gate.GateProperties.ForwardedField;
import org.octroi.problem.StartRefusedException;

class CallerAddressTest {

  private static final List<String> TRUSTED = List.of("10.0.0.0/8", "2001:db8::/32", "192.0.2.7");

  private final CallerAddress addresses =
      new CallerAddress(TRUSTED, ForwardedField.X_FORWARDED_FOR);

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
    assertThat(addresses.of(InetAddress.ofLiteral(peer), field("x-forwarded-for", forwardedFor)))
        .isEqualTo(InetAddress.ofLiteral(caller));
  }

  @Test
  void by_default_no_proxy_is_believed() {
    InetAddress peer = InetAddress.ofLiteral("127.0.0.1");
    assertThat(
            new CallerAddress(List.of(), ForwardedField.X_FORWARDED_FOR)
                .of(peer, field("x-forwarded-for", "203.0.113.9")))
        .isEqualTo(peer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "10.1.2.3|for=203.0.113.9|203.0.113.9",
        "10.1.2.3|for=\"203.0.113.9:4711\";proto=https|203.0.113.9",
        "10.1.2.3|proto=https;For=\"[2a01:e0a::5]:4711\"|2a01:e0a::5",
        "10.1.2.3|for=1.1.1.1, for=203.0.113.9;by=10.1.2.3|203.0.113.9",
        "10.1.2.3|for=unknown|10.1.2.3",
        "10.1.2.3|for=_hidden|10.1.2.3",
        "198.51.100.1|for=203.0.113.9|198.51.100.1",
      })
  void a_proxy_may_say_it_in_the_standard_field(String peer, String forwarded, String caller) {
    assertThat(
            new CallerAddress(TRUSTED, ForwardedField.FORWARDED)
                .of(InetAddress.ofLiteral(peer), field("forwarded", forwarded)))
        .isEqualTo(InetAddress.ofLiteral(caller));
  }

  @Test
  void the_field_that_the_proxies_do_not_write_means_nothing() {
    InetAddress proxy = InetAddress.ofLiteral("10.1.2.3");
    assertThat(addresses.of(proxy, field("forwarded", "for=203.0.113.9"))).isEqualTo(proxy);
  }

  private static HttpHeaders field(String name, String value) {
    return new DefaultHttpHeaders().set(name, value);
  }

  @Test
  void what_is_no_network_stops_the_start_with_a_sentence() {
    for (String wrong : List.of("10.0.0.0/33", "proxy.example", "10.0.0.0/x", "")) {
      assertThatThrownBy(() -> new CallerAddress(List.of(wrong), ForwardedField.FORWARDED))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining("\"" + wrong + "\"");
    }
  }
}
