package org.octroi.vocabulary;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A range of addresses in CIDR form (RFC 4632, RFC 4291 §2.3). Immutable. */
public final class AddressRange {

  private final byte[] prefix;
  private final int bits;

  /**
   * @param prefix the range's first address, 4 or 16 bytes
   * @param bits how many leading bits make the range
   */
  public AddressRange(byte[] prefix, int bits) {
    if (bits < 0 || bits > prefix.length * 8) {
      throw new IllegalArgumentException("a range has at most " + prefix.length * 8 + " bits");
    }
    this.prefix = prefix.clone();
    this.bits = bits;
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code fc00::/7} or a single address.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static AddressRange of(String text) {
    int slash = text.indexOf('/');
    InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
    byte[] bytes = address.getAddress();
    return new AddressRange(
        bytes, slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1)));
  }

  /** An address by its digits; a name is never looked up here. */
  private static InetAddress literal(String text) {
    if (!text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException(text + " is no address");
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text + " is no address", e);
    }
  }

  /** Whether this address, 4 or 16 bytes, is in it. */
  public boolean contains(byte[] address) {
    if (address.length != prefix.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit += 8) {
      int mask = bits - bit >= 8 ? 0xFF : (0xFF << (8 - (bits - bit))) & 0xFF;
      if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
