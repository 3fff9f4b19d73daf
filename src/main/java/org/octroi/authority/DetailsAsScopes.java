package org.octroi.authority;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2PushedAuthorizationRequestAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Reads the {@code authorization_details} of a request (RFC 9396) as what they come to: scopes,
 * which people are asked about and the gate holds a token to.
 */
record DetailsAsScopes(AuthenticationConverter converter, AskedAccess asked)
    implements AuthenticationConverter {

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    return switch (converter.convert(request)) {
      case OAuth2ClientCredentialsAuthenticationToken read
          when has(read.getAdditionalParameters()) ->
          new OAuth2ClientCredentialsAuthenticationToken(
              (Authentication) read.getPrincipal(),
              all(read.getScopes(), read.getAdditionalParameters()),
              read.getAdditionalParameters());
      case OAuth2PushedAuthorizationRequestAuthenticationToken read
          when has(read.getAdditionalParameters()) ->
          new OAuth2PushedAuthorizationRequestAuthenticationToken(
              read.getAuthorizationUri(),
              read.getClientId(),
              (Authentication) read.getPrincipal(),
              read.getRedirectUri(),
              read.getState(),
              all(read.getScopes(), read.getAdditionalParameters()),
              read.getAdditionalParameters());
      case OAuth2AuthorizationCodeRequestAuthenticationToken read
          when has(read.getAdditionalParameters()) ->
          new OAuth2AuthorizationCodeRequestAuthenticationToken(
              read.getAuthorizationUri(),
              read.getClientId(),
              (Authentication) read.getPrincipal(),
              read.getRedirectUri(),
              read.getState(),
              all(read.getScopes(), read.getAdditionalParameters()),
              read.getAdditionalParameters());
      case null -> null;
      case Authentication read -> read;
    };
  }

  private static boolean has(Map<String, Object> parameters) {
    return parameters.containsKey(AccessDetail.PARAMETER);
  }

  private Set<String> all(Set<String> scopes, Map<String, Object> parameters) {
    return asked.withDetails(scopes, parameters);
  }
}
