package org.octroi.identity;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a web page comes from, as browsers write it in {@code Origin} (RFC 6454 §6.2, §7): scheme,
 * host and port, the port only where it is not the scheme's own. {@code null} and {@code *} are
 * none: they would let everybody's pages in.
 *
 * @param text how it is written, such as {@code https://example.org}
 */
public record WebOrigin(String text) {

  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

  private static final Pattern FORM =
      Pattern.compile(
          "(?<scheme>https?)://(?<host>" + LABEL + "(?:\\." + LABEL + ")*)(?::(?<port>[0-9]+))?");

  private static final int MOST_OF_HOST = 253;

  /**
   * Reads an origin.
   *
   * @throws IllegalArgumentException when it is none, or nobody could trust what comes from it
   */
  public WebOrigin {
    Matcher parts = FORM.matcher(text);
    // The length first, so that the pattern never sees a long text.
    if (text.length() > MOST_OF_HOST + 20
        || !parts.matches()
        || parts.group("host").length() > MOST_OF_HOST) {
      throw new IllegalArgumentException(
          "must be a web origin such as https://example.org: a scheme, a host in small letters and"
              + " a port if any, and nothing after it");
    }
    boolean secure = parts.group("scheme").equals("https");
    String host = parts.group("host");
    if (!secure && !host.equals("localhost") && !host.equals("127.0.0.1")) {
      throw new IllegalArgumentException(
          "must begin with https://; http:// is for localhost and 127.0.0.1 only");
    }
    String port = parts.group("port");
    if (port != null) {
      if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65_535) {
        throw new IllegalArgumentException("must have a port from 1 to 65535, if any");
      }
      if (port.equals(secure ? "443" : "80")) {
        throw new IllegalArgumentException(
            "must not name the port " + port + ": browsers leave it out, so it would never match");
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
