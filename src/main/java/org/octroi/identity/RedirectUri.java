package org.octroi.identity;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a person is sent back to with an answer, compared by its exact text (RFC 9700 §2.1): an
 * https address, http on this machine, or the private scheme of an installed program, which has a
 * dot in it (RFC 8252 §7.1).
 *
 * @param text how it is written, such as {@code https://example.org/back}
 */
public record RedirectUri(String text) {

  private static final int LONGEST = 500;
  private static final Pattern CHARACTERS = Pattern.compile("[!-~]+");
  private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "[::1]", "localhost");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none that an answer may be sent to
   */
  public RedirectUri {
    if (text.length() > LONGEST || !CHARACTERS.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "must be an address of at most " + LONGEST + " characters of ASCII, without spaces");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be an address such as https://example.org/back", e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (!scheme.equals(scheme.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("must have its scheme in small letters");
    }
    if (text.contains("#") || text.contains("*") || uri.getUserInfo() != null) {
      throw new IllegalArgumentException("must have no #, no * and no user");
    }
    boolean address = scheme.equals("https") || scheme.equals("http");
    if (address && (uri.getHost() == null || uri.getHost().isEmpty())) {
      throw new IllegalArgumentException("must name a host");
    }
    if (scheme.equals("http") && !THIS_MACHINE.contains(uri.getHost())) {
      throw new IllegalArgumentException(
          "must begin with https://; http:// is for 127.0.0.1, [::1] and localhost only");
    }
    if (!address && !scheme.contains(".")) {
      throw new IllegalArgumentException(
          "must be https, or a scheme that is yours because it is a domain of yours turned round,"
              + " such as org.example.app:/back");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
