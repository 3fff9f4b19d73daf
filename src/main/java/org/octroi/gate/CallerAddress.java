package org.octroi.gate;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.octroi.gate.GateProperties.ForwardedField;
import org.octroi.problem.StartRefusedException;
import org.octroi.vocabulary.AddressRange;

/**
 * Whose address a request comes from. A proxy's word is taken only where the socket's other end,
 * and every hop to its left that we go past, is a trusted proxy: the rightmost hop that is not
 * trusted is the caller, whatever stands before it. It is read in one field alone, the one that the
 * proxies write: the other one they may pass on as the caller sent it. Immutable.
 */
final class CallerAddress {

  private static final int MAX_HOPS = 20;

  /** The node in a hop of {@code Forwarded} (RFC 7239 §4, §6). */
  private static final Pattern FOR =
      Pattern.compile("(?i)(?:^|;)\\s*for=(?:\"([^\"]*)\"|([^;\",\\s]*))");

  private final List<AddressRange> trusted;
  private final ForwardedField field;

  /**
   * @param networks addresses or networks in CIDR form
   * @throws StartRefusedException when one is neither
   */
  CallerAddress(List<String> networks, ForwardedField field) {
    this.trusted = networks.stream().map(CallerAddress::network).toList();
    this.field = field;
  }

  /** Whether this is a trusted proxy's address. */
  boolean trusts(InetAddress peer) {
    for (AddressRange network : trusted) {
      if (network.contains(peer.getAddress())) {
        return true;
      }
    }
    return false;
  }

  /** The caller's address. */
  InetAddress of(InetAddress peer, HttpHeaders headers) {
    if (!trusts(peer)) {
      return peer;
    }
    InetAddress caller = peer;
    List<String> hops = hops(headers);
    for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - MAX_HOPS); i--) {
      if (!trusts(caller)) {
        return caller;
      }
      try {
        caller = InetAddress.ofLiteral(hops.get(i));
      } catch (IllegalArgumentException noAddress) {
        return caller;
      }
    }
    return caller;
  }

  /** What the proxies said, the nearest last. */
  private List<String> hops(HttpHeaders headers) {
    return switch (field) {
      case X_FORWARDED_FOR ->
          Stream.of(String.join(",", headers.getAll("x-forwarded-for")).split(",", -1))
              .map(String::strip)
              .toList();
      case FORWARDED ->
          Stream.of(String.join(",", headers.getAll("forwarded")).split(",", -1))
              .map(CallerAddress::node)
              .toList();
    };
  }

  /** The address of a hop, without a port; no address where it is hidden or unknown. */
  private static String node(String hop) {
    Matcher found = FOR.matcher(hop);
    if (!found.find()) {
      return "";
    }
    String node = found.group(1) != null ? found.group(1) : found.group(2);
    if (node.startsWith("[")) {
      int end = node.indexOf(']');
      return end < 0 ? "" : node.substring(1, end);
    }
    int colon = node.indexOf(':');
    return colon < 0 ? node : node.substring(0, colon);
  }

  private static AddressRange network(String text) {
    int slash = text.indexOf('/');
    try {
      byte[] address =
          InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
      return new AddressRange(
          address, slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1)));
    } catch (IllegalArgumentException neither) {
      throw new StartRefusedException(
          "octroi.gate.trusted-proxies names \"" + text + "\", which is not a network.",
          "Write an address or a network such as 10.0.0.0/8 or fd00::/8.");
    }
  }
}
