package org.octroi.authority;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.octroi.identity.ShownCertificates;
import org.octroi.problem.StartRefusedException;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/** Has the desk's server see the certificates of programs, in the ways that are set. */
final class CertificatesByTls implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

  private final ShownCertificates shown;

  CertificatesByTls(ShownCertificates shown) {
    this.shown = shown;
  }

  /**
   * @throws StartRefusedException when certificates are to be asked for where there is no TLS, or
   *     where whoever has none is turned away
   */
  @Override
  public void customize(TomcatServletWebServerFactory server) {
    if (!shown.proxies().isEmpty()) {
      server.addEngineValves(new PeerAddress());
    }
    if (shown.ask()) {
      ask(server);
    }
  }

  private static void ask(TomcatServletWebServerFactory server) {
    Ssl tls = server.getSsl();
    if (tls == null || !Ssl.isEnabled(tls)) {
      throw new StartRefusedException(
          "octroi.desk.client-certificates.ask is set, but the desk speaks no TLS by itself.",
          "Set server.ssl, or octroi.desk.client-certificates.proxies where a proxy ends TLS.");
    }
    if (tls.getClientAuth() == Ssl.ClientAuth.NEED) {
      throw new StartRefusedException(
          "octroi.desk.client-certificates.ask takes any certificate or none, and"
              + " server.ssl.client-auth=need takes only those that somebody vouches for.",
          "Leave one of the two out.");
    }
    tls.setClientAuth(Ssl.ClientAuth.WANT);
    // For the whole connector, so that it stays when a bundle brings another certificate.
    server.addConnectorCustomizers(
        connector ->
            ((AbstractHttp11Protocol<?>) connector.getProtocolHandler())
                .setSslImplementationName(AnyClientCertificate.class.getName()));
  }
}
