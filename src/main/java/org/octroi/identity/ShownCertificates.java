package org.octroi.identity;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the desk comes to see the certificates of programs that connect (RFC 8705); in none of these
 * ways unless it is set.
 *
 * @param ask whether the desk's own TLS ({@code server.ssl}) asks for a certificate. It takes any
 *     or none, and compares it with those that applications are known by
 * @param proxies the networks, such as {@code 10.0.0.0/8}, of proxies that end TLS before the desk
 *     and write the {@code Client-Cert} field (RFC 9440) in place of whatever came in it; from
 *     anywhere else the field means nothing
 */
@ConfigurationProperties("octroi.desk.client-certificates")
public record ShownCertificates(
    @DefaultValue("false") boolean ask, @DefaultValue List<String> proxies) {

  public ShownCertificates {
    proxies = List.copyOf(proxies);
  }

  /** Whether it sees any at all. */
  public boolean any() {
    return ask || !proxies.isEmpty();
  }
}
