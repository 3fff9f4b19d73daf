package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.problem.StartRefusedException;

class AddressWallTest {

  private static final InetAddress OWN = InetAddress.ofLiteral("93.184.216.34");

  private static AddressWall allowing(String... allowed) {
    return new AddressWall(properties(allowed));
  }

  private static StoreProperties properties(String... allowed) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < allowed.length; i++) {
      settings.put("allowed-addresses[" + i + "]", allowed[i]);
    }
    return Settings.of(settings);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "localhost",
        "0.0.0.0",
        "0",
        "2130706433",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "[::1]",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "ff02::1",
        "2002:7f00:1::",
        "2002:0a00:0001::1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2001::1"
      })
  void inside_addresses_are_walled_off(String host) {
    assertThatThrownBy(() -> allowing().checked(host, 80))
        .isInstanceOf(AddressWall.WalledException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "93.184.216.34",
        "172.32.0.1",
        "2a00:1450::1",
        "2002:5db8:d822::1",
        "64:ff9b::5db8:d822"
      })
  void public_addresses_are_let_through(String host) throws Exception {
    assertThat(allowing().checked(host, 443).getPort()).isEqualTo(443);
  }

  @Test
  void an_operator_allows_by_host_and_port_only() throws Exception {
    AddressWall wall = allowing("127.0.0.1:8090", "10.1.0.0/16:5432", "[fd00::/8]:443");

    assertThat(wall.checked("127.0.0.1", 8090).getAddress().isLoopbackAddress()).isTrue();
    assertThat(wall.checked("10.1.2.3", 5432).isUnresolved()).isFalse();
    assertThat(wall.checked("fd00::1", 443).isUnresolved()).isFalse();
    assertThatThrownBy(() -> wall.checked("127.0.0.1", 8091))
        .isInstanceOf(AddressWall.WalledException.class);
    assertThatThrownBy(() -> wall.checked("10.2.0.1", 5432))
        .isInstanceOf(AddressWall.WalledException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"93.184.216.34", "2002:5db8:d822::1", "64:ff9b::5db8:d822"})
  void the_machines_own_public_address_is_walled_off_unless_allowed(String host) throws Exception {
    OwnAddresses own =
        new OwnAddresses(() -> Set.of(InetAddress.getLoopbackAddress(), OWN), System::nanoTime);
    AddressWall wall = new AddressWall(properties("93.184.216.34:443"), own);

    assertThatThrownBy(() -> wall.checked(host, 80))
        .isInstanceOf(AddressWall.WalledException.class);
    assertThat(wall.checked("93.184.216.34", 443).getPort()).isEqualTo(443);
    assertThat(wall.checked("93.184.216.35", 80).getPort()).isEqualTo(80);
  }

  @Test
  void own_addresses_are_listed_anew_after_a_while() throws Exception {
    AtomicLong now = new AtomicLong();
    AtomicReference<Set<InetAddress>> listed = new AtomicReference<>(Set.of());
    OwnAddresses own = new OwnAddresses(listed::get, now::get);
    assertThat(own.contains(OWN.getAddress())).isFalse();

    listed.set(Set.of(OWN));

    assertThat(own.contains(OWN.getAddress())).isFalse();
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(own.contains(OWN.getAddress())).isTrue();
  }

  @Test
  void where_own_addresses_cant_be_listed_nothing_is_let_through() {
    OwnAddresses own =
        new OwnAddresses(
            () -> {
              throw new SocketException("no interfaces");
            },
            System::nanoTime);

    assertThatThrownBy(() -> new AddressWall(properties(), own).checked("93.184.216.34", 80))
        .isInstanceOf(AddressWall.WalledException.class);
  }

  @Test
  void more_can_be_allowed_while_running() throws Exception {
    AddressWall wall = allowing();
    wall.allow("localhost", 8090);

    assertThat(wall.checked("LOCALHOST", 8090).getPort()).isEqualTo(8090);
    assertThatThrownBy(() -> wall.checked("127.0.0.1", 8090))
        .isInstanceOf(AddressWall.WalledException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:x", "10.0.0.0/40:1", "a b:1"})
  void what_is_no_host_and_port_stops_the_start(String entry) {
    assertThatThrownBy(() -> allowing(entry)).isInstanceOf(StartRefusedException.class);
  }
}
