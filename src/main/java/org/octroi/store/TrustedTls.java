package org.octroi.store;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.octroi.problem.StartRefusedException;
import org.springframework.stereotype.Component;

/**
 * Whom HTTPS servers are trusted by, as the operator set it: stores and those that give tokens for
 * them alike. Immutable and safe for use by many threads.
 */
@Component
final class TrustedTls {

  private final JdkSslContext client;

  /**
   * @throws StartRefusedException when the certificates that the operator named can't be read
   */
  TrustedTls(StoreProperties properties) {
    Path trusted = properties.trustedCertificates();
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .endpointIdentificationAlgorithm("HTTPS");
      if (trusted != null) {
        builder.trustManager(trusted.toFile());
      }
      client = (JdkSslContext) builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new StartRefusedException(
          "The certificates in " + trusted + " can't be read: " + e.getMessage(),
          "Let octroi.store.trusted-certificates name a PEM file with certificate authorities.");
    }
  }

  /** TLS for a client that checks the name in the certificate. */
  JdkSslContext client() {
    return client;
  }
}
