package org.octroi.identity;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.octroi.problem.PublicAddresses;

/**
 * For whom passkeys are made: the desk as its settings say that it is reached, whatever host a
 * request names (WebAuthn Level 3, §5.1.3 and §13.4.9).
 *
 * @param rpId the host, which passkeys are bound to for good
 * @param origin where pages that ask for one come from
 */
record PasskeySite(String rpId, String origin) {

  /**
   * The site at these addresses; empty where browsers make no passkeys: without TLS, but on one's
   * own machine, and where the host is a number.
   */
  static Optional<PasskeySite> of(PublicAddresses addresses) {
    URI desk = URI.create(addresses.desk().publicUrl().toLowerCase(Locale.ROOT));
    String host = desk.getHost();
    if (host == null || host.matches("[0-9.]+")) {
      return Optional.empty();
    }
    boolean ownPort = desk.getPort() == ("https".equals(desk.getScheme()) ? 443 : 80);
    String origin =
        desk.getScheme()
            + "://"
            + host
            + (desk.getPort() < 0 || ownPort ? "" : ":" + desk.getPort());
    try {
      return Optional.of(new PasskeySite(host, new WebOrigin(origin).text()));
    } catch (IllegalArgumentException noneThatBrowsersTrust) {
      return Optional.empty();
    }
  }
}
