package org.octroi.authority;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Clients that can keep no secret, where the library has them only with a code: what they bring
 * instead, a refresh token that is good once or a device's code, is all that there is to check (RFC
 * 9700 §2.2.2), or nothing is given yet.
 */
final class OpenClients implements AuthenticationConverter, AuthenticationProvider {

  private static final Set<String> GRANTS =
      Set.of(
          AuthorizationGrantType.REFRESH_TOKEN.getValue(),
          AuthorizationGrantType.DEVICE_CODE.getValue());

  private static final String MARK = OpenClients.class.getName();

  private final RegisteredClientRepository clients;
  private final Set<String> withoutGrant;

  /**
   * @param withoutGrant paths at which such a client may say who it is and no more
   */
  OpenClients(RegisteredClientRepository clients, Set<String> withoutGrant) {
    this.clients = clients;
    this.withoutGrant = withoutGrant;
  }

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    Optional<String> id = namedAlone(request);
    if (id.isEmpty()) {
      return null;
    }
    @Nullable String grant = request.getParameter(OAuth2ParameterNames.GRANT_TYPE);
    if (!withoutGrant.contains(request.getRequestURI())
        && (grant == null || !GRANTS.contains(grant))) {
      return null;
    }
    Map<String, Object> parameters = new HashMap<>();
    parameters.put(MARK, true);
    return new OAuth2ClientAuthenticationToken(
        id.get(), ClientAuthenticationMethod.NONE, null, parameters);
  }

  /** The client that a form names; none where it shows who it is by something in the request. */
  static Optional<String> namedAlone(HttpServletRequest request) {
    if (!"POST".equals(request.getMethod())
        || request.getHeader(HttpHeaders.AUTHORIZATION) != null
        || request.getParameter(OAuth2ParameterNames.CLIENT_SECRET) != null
        || request.getParameter(OAuth2ParameterNames.CLIENT_ASSERTION) != null) {
      return Optional.empty();
    }
    String @Nullable [] ids = request.getParameterValues(OAuth2ParameterNames.CLIENT_ID);
    return ids == null || ids.length != 1 ? Optional.empty() : Optional.of(ids[0]);
  }

  @Override
  public @Nullable Authentication authenticate(Authentication asked) {
    OAuth2ClientAuthenticationToken client = (OAuth2ClientAuthenticationToken) asked;
    if (!client.getAdditionalParameters().containsKey(MARK)) {
      return null;
    }
    @Nullable RegisteredClient known =
        clients.findByClientId(String.valueOf(client.getPrincipal()));
    if (known == null
        || !known.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    return new OAuth2ClientAuthenticationToken(known, ClientAuthenticationMethod.NONE, null);
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return OAuth2ClientAuthenticationToken.class.isAssignableFrom(authentication);
  }
}
