package org.octroi.gate.http;

/**
 * Tells whether a text can name whom a request is for: {@code uri-host [":" port]}, nothing of a
 * user before it (RFC 9110 §4.2.4, §7.2; RFC 3986 §3.2).
 */
final class Authority {

  private static final int MOST_PORT_DIGITS = 5;

  private Authority() {}

  static boolean valid(String text) {
    int host = text.startsWith("[") ? afterLiteral(text) : afterName(text);
    return host >= 0 && (host == text.length() || port(text, host));
  }

  /** A name or an IPv4 address: letters, digits and the marks that need no encoding. */
  private static int afterName(String text) {
    int i = 0;
    while (i < text.length() && inName(text.charAt(i))) {
      i++;
    }
    return i == 0 && !text.isEmpty() ? -1 : i;
  }

  private static boolean inName(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static int afterLiteral(String text) {
    int close = text.indexOf(']');
    for (int i = 1; i < close; i++) {
      char c = text.charAt(i);
      if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
        return -1;
      }
    }
    return close < 3 ? -1 : close + 1;
  }

  private static boolean port(String text, int colon) {
    if (text.charAt(colon) != ':' || text.length() - colon - 1 > MOST_PORT_DIGITS) {
      return false;
    }
    for (int i = colon + 1; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
