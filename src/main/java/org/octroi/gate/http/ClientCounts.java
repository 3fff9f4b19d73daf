package org.octroi.gate.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How many connections each client has open. Safe for use by many threads. */
final class ClientCounts {

  private static final int NETWORK_BYTES = 8;

  private final int most;
  private final ConcurrentMap<InetAddress, Integer> open = new ConcurrentHashMap<>();

  ClientCounts(int most) {
    this.most = most;
  }

  /** Counts one more, unless the client has as many as it may. */
  boolean enter(InetAddress client) {
    boolean[] entered = {false};
    open.compute(
        network(client),
        (network, count) -> {
          int now = count == null ? 0 : count;
          entered[0] = now < most;
          return entered[0] ? now + 1 : count;
        });
    return entered[0];
  }

  /** One that entered is closed. */
  void leave(InetAddress client) {
    open.computeIfPresent(network(client), (network, count) -> count <= 1 ? null : count - 1);
  }

  /** A household or a machine has a whole /64 of IPv6, and may choose any address of it. */
  private static InetAddress network(InetAddress client) {
    if (!(client instanceof Inet6Address)) {
      return client;
    }
    try {
      return InetAddress.getByAddress(
          Arrays.copyOf(Arrays.copyOf(client.getAddress(), NETWORK_BYTES), 2 * NETWORK_BYTES));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("sixteen bytes are an address", e);
    }
  }
}
