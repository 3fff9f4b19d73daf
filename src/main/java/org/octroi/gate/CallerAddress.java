package org.octroi.gate;

import java.net.InetAddress;
import java.util.List;
import org.octroi.problem.StartRefusedException;

/**
 * Whose address a request comes from. A proxy's word ({@code X-Forwarded-For}) is taken only where
 * the socket's other end, and every hop to its left that we go past, is a trusted proxy: the
 * rightmost hop that is not trusted is the caller, whatever stands before it. Immutable.
 */
final class CallerAddress {

  private static final int MAX_HOPS = 20;

  private final List<Network> trusted;

  /**
   * @param networks addresses or networks in CIDR form
   * @throws StartRefusedException when one is neither
   */
  CallerAddress(List<String> networks) {
    this.trusted = networks.stream().map(Network::of).toList();
  }

  /** The caller's address. */
  InetAddress of(InetAddress peer, List<String> forwardedFor) {
    InetAddress caller = peer;
    String[] hops = String.join(",", forwardedFor).split(",", -1);
    for (int i = hops.length - 1; i >= Math.max(0, hops.length - MAX_HOPS); i--) {
      if (!trusted(caller)) {
        return caller;
      }
      try {
        caller = InetAddress.ofLiteral(hops[i].strip());
      } catch (IllegalArgumentException noAddress) {
        return caller;
      }
    }
    return caller;
  }

  private boolean trusted(InetAddress address) {
    for (Network network : trusted) {
      if (network.holds(address)) {
        return true;
      }
    }
    return false;
  }

  /** All addresses that begin with the same bits. */
  private record Network(byte[] address, int bits) {

    static Network of(String text) {
      int slash = text.indexOf('/');
      try {
        byte[] address =
            InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
        int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
        if (bits >= 0 && bits <= address.length * 8) {
          return new Network(address, bits);
        }
      } catch (IllegalArgumentException neither) {
        throw notANetwork(text);
      }
      throw notANetwork(text);
    }

    boolean holds(InetAddress other) {
      byte[] bytes = other.getAddress();
      if (bytes.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit & 7);
        if ((bytes[bit >> 3] & mask) != (address[bit >> 3] & mask)) {
          return false;
        }
      }
      return true;
    }

    private static StartRefusedException notANetwork(String text) {
      return new StartRefusedException(
          "octroi.gate.trusted-proxies names \"" + text + "\", which is not a network.",
          "Write an address or a network such as 10.0.0.0/8 or fd00::/8.");
    }
  }
}
