package org.octroi.authority;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.net.SSLUtil;
import org.apache.tomcat.util.net.jsse.JSSEImplementation;
import org.apache.tomcat.util.net.jsse.JSSEUtil;

/**
 * TLS of Tomcat's that lets a client show any certificate. That the client has its key is checked
 * by TLS all the same; whose it is says nobody but {@link ClientsByCertificate}, so nothing else
 * may take it for trusted. Tomcat makes it, by its name.
 */
public final class AnyClientCertificate extends JSSEImplementation {

  @Override
  public SSLUtil getSSLUtil(SSLHostConfigCertificate certificate) {
    // It would warn that nobody can be asked later (TLS 1.3): here they are asked as they connect.
    return new JSSEUtil(certificate, false) {
      @Override
      public TrustManager[] getTrustManagers() {
        return new TrustManager[] {new OfAnyClient()};
      }
    };
  }

  private static final class OfAnyClient extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      // To be compared, and not to be trusted.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      // To be compared, and not to be trusted.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // To be compared, and not to be trusted.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw ofServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw ofServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw ofServer();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }

    private static CertificateException ofServer() {
      return new CertificateException("No server is known by this");
    }
  }
}
