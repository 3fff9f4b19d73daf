package org.octroi.store;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a {@link WalledCall} goes. What the host resolves to is looked at when it is connected to,
 * not here.
 *
 * @param uri with http or https, a host, and no user's name or password
 */
public record CalledAddress(URI uri) {

  private static final String EXPECTED = "its address is no URL with http or https and a host";

  /**
   * @throws IllegalArgumentException when it is not such an address; the message does not quote it
   */
  public CalledAddress {
    String scheme = uri.getScheme();
    if (uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getPort() > 65_535
        || uri.getPort() == 0
        || !("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))) {
      throw new IllegalArgumentException(EXPECTED);
    }
  }

  /**
   * Reads it from a text, of which what is not ASCII is percent-encoded.
   *
   * @throws IllegalArgumentException when it is no such address; the message does not quote it
   */
  public static CalledAddress of(String text) {
    try {
      return new CalledAddress(new URI(new URI(text).toASCIIString()));
    } catch (URISyntaxException e) {
      // Without the address, which may hold more than a name.
      throw new IllegalArgumentException(EXPECTED);
    }
  }

  /** Whether what is sent there is encrypted. */
  public boolean isSecure() {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /** The port, also where the address leaves it out. */
  int port() {
    return uri.getPort() == -1 ? (isSecure() ? 443 : 80) : uri.getPort();
  }

  /** What stands in the request line. */
  String target() {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  /** What stands in the field {@code Host}. */
  String authority() {
    return uri.getPort() == -1 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }
}
