package org.octroi.authority;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.web.authentication.X509ClientCertificateAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Clients that show who they are by a certificate (RFC 8705 §2.2), which must be one that the desk
 * was told of. Only theirs is looked at: a client that shows who it is by something else may well
 * connect with a certificate, and so may one that need not. Whoever does none of these is refused.
 */
final class ClientsByCertificate implements AuthenticationConverter {

  private final RegisteredClientRepository clients;
  private final CertificateOfCaller certificates;
  private final Clock clock;
  private final AuthenticationConverter usual = new X509ClientCertificateAuthenticationConverter();

  ClientsByCertificate(
      RegisteredClientRepository clients, CertificateOfCaller certificates, Clock clock) {
    this.clients = clients;
    this.certificates = certificates;
    this.clock = clock;
  }

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    // With a second credential beside it, it is the other method's to refuse (RFC 6749 §2.3).
    Optional<String> id = OpenClients.namedAlone(request);
    if (id.isEmpty()) {
      return null;
    }
    @Nullable RegisteredClient client = clients.findByClientId(id.get());
    if (has(client, ClientAuthenticationMethod.NONE)) {
      return null;
    }
    if (!has(client, ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH)) {
      throw refused("The client has to show who it is by something else");
    }
    X509Certificate shown =
        certificates.of(request).orElseThrow(() -> refused("The client showed no certificate"));
    return usual.convert(
        new HttpServletRequestWrapper(request) {
          @Override
          public @Nullable Object getAttribute(String name) {
            // Alone: of a chain, the library would ask who vouches for it.
            return name.equals(CertificateOfCaller.OF_CONNECTION)
                ? new X509Certificate[] {shown}
                : super.getAttribute(name);
          }
        });
  }

  private static boolean has(@Nullable RegisteredClient client, ClientAuthenticationMethod method) {
    return client != null && client.getClientAuthenticationMethods().contains(method);
  }

  /**
   * Whether a certificate is the client's, in its time.
   *
   * @throws OAuth2AuthenticationException when it is not
   */
  void verify(OAuth2ClientAuthenticationContext context) {
    OAuth2ClientAuthenticationToken client = context.getAuthentication();
    if (!(client.getCredentials() instanceof X509Certificate[] shown)
        || !ApplicationClients.certificates(context.getRegisteredClient()).contains(shown[0])) {
      throw refused("The certificate is none of the client's");
    }
    try {
      shown[0].checkValidity(Date.from(clock.instant()));
    } catch (CertificateExpiredException e) {
      throw refused("The certificate has ended");
    } catch (CertificateNotYetValidException e) {
      throw refused("The certificate is not good yet");
    }
  }

  private static OAuth2AuthenticationException refused(String why) {
    return new OAuth2AuthenticationException(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT, why, null));
  }
}
