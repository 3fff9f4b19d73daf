package org.octroi.authority;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.octroi.identity.ShownCertificates;
import org.octroi.problem.StartRefusedException;
import org.octroi.vocabulary.AddressRange;

/**
 * The certificate whose key the sender of a request has, as whoever ended its TLS saw it: the desk
 * itself, or a proxy that the administrator named. What a proxy has for a certificate of its own is
 * never its callers'. Immutable.
 */
final class CertificateOfCaller {

  /** Where the server leaves the certificates of a connection (Jakarta Servlet 6.1 §3.10). */
  static final String OF_CONNECTION = "jakarta.servlet.request.X509Certificate";

  private static final String FIELD = "Client-Cert";

  /** A byte sequence, and nothing else (RFC 9440 §2.2, RFC 8941 §3.3.5). */
  private static final Pattern BYTES = Pattern.compile(" *:([A-Za-z0-9+/]+={0,2}): *");

  private final boolean ofConnection;
  private final List<AddressRange> proxies;

  /**
   * @throws StartRefusedException when a proxy is named by what is no network
   */
  CertificateOfCaller(ShownCertificates shown) {
    this.ofConnection = shown.ask();
    this.proxies = shown.proxies().stream().map(CertificateOfCaller::network).toList();
  }

  /** The one of this request's sender; none where they showed none or it can't be seen. */
  Optional<X509Certificate> of(HttpServletRequest request) {
    if (fromProxy(request)) {
      List<String> lines = Collections.list(request.getHeaders(FIELD));
      // Of two, one may be what the caller sent and the proxy did not take away.
      return lines.size() == 1 ? read(lines.getFirst()) : Optional.empty();
    }
    if (ofConnection
        && request.getAttribute(OF_CONNECTION) instanceof X509Certificate[] chain
        && chain.length > 0) {
      return Optional.of(chain[0]);
    }
    return Optional.empty();
  }

  private boolean fromProxy(HttpServletRequest request) {
    if (proxies.isEmpty() || !(request.getAttribute(PeerAddress.NAME) instanceof String peer)) {
      return false;
    }
    byte[] address = InetAddress.ofLiteral(peer).getAddress();
    return proxies.stream().anyMatch(range -> range.contains(address));
  }

  private static Optional<X509Certificate> read(String field) {
    Matcher bytes = BYTES.matcher(field);
    if (!bytes.matches()) {
      return Optional.empty();
    }
    try {
      byte[] der = Base64.getDecoder().decode(bytes.group(1));
      return Optional.of(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der)));
    } catch (IllegalArgumentException | CertificateException unreadable) {
      return Optional.empty();
    }
  }

  private static AddressRange network(String text) {
    try {
      return AddressRange.of(text);
    } catch (IllegalArgumentException neither) {
      throw new StartRefusedException(
          "octroi.desk.client-certificates.proxies names \"" + text + "\", which is not a network.",
          "Write an address or a network such as 10.0.0.0/8 or fd00::/8.");
    }
  }
}
