package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.octroi.secret.FixedSeal;

class PseudonymsTest {

  private static final LocalDate TODAY = LocalDate.parse("2026-11-24");

  private final Pseudonyms pseudonyms = new Pseudonyms(FixedSeal.of(1));

  @Test
  void an_address_has_one_name_a_day() throws UnknownHostException {
    InetAddress address = InetAddress.getByName("192.0.2.7");

    assertThat(pseudonyms.of(address, TODAY))
        .matches("[A-Za-z0-9_-]{22}")
        .isEqualTo(new Pseudonyms(FixedSeal.of(1)).of(address, TODAY))
        .isNotEqualTo(pseudonyms.of(address, TODAY.plusDays(1)))
        .isNotEqualTo(pseudonyms.of(InetAddress.getByName("192.0.2.8"), TODAY))
        .isNotEqualTo(new Pseudonyms(FixedSeal.of(2)).of(address, TODAY));
  }

  @Test
  void the_addresses_of_one_ipv6_network_share_a_name() throws UnknownHostException {
    assertThat(pseudonyms.of(InetAddress.getByName("2001:db8:1:2::1"), TODAY))
        .isEqualTo(pseudonyms.of(InetAddress.getByName("2001:db8:1:2:ffff::9"), TODAY))
        .isNotEqualTo(pseudonyms.of(InetAddress.getByName("2001:db8:1:3::1"), TODAY));
  }
}
