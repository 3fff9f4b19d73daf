package org.octroi.identity;

import java.util.Locale;
import org.octroi.problem.PublicAddresses;

/**
 * What cookies are called: where the desk is reached by https, {@code __Host-} keeps out those that
 * a neighbouring host or plain http would plant (RFC 6265bis §4.1.3.2).
 */
final class CookieNames {

  private CookieNames() {}

  static boolean secure(PublicAddresses addresses) {
    return addresses.desk().publicUrl().toLowerCase(Locale.ROOT).startsWith("https:");
  }

  static String of(PublicAddresses addresses, String name) {
    return secure(addresses) ? "__Host-" + name : name;
  }
}
