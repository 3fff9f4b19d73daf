package org.octroi.authority;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenIntrospection;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenIntrospectionAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Tells a client of its own tokens alone. Of any other it says what it says of no token: that it is
 * not active (RFC 7662 §2.2, §4), so that a token that was found tells its finder nothing.
 */
final class OwnTokensOnly implements AuthenticationProvider {

  private final AuthenticationProvider introspection;

  OwnTokensOnly(AuthenticationProvider introspection) {
    this.introspection = introspection;
  }

  @Override
  public @Nullable Authentication authenticate(Authentication asked) {
    Authentication answer = introspection.authenticate(asked);
    if (answer instanceof OAuth2TokenIntrospectionAuthenticationToken told
        && told.getPrincipal() instanceof OAuth2ClientAuthenticationToken asker
        && !isOf(asker.getRegisteredClient(), told.getTokenClaims())) {
      return new OAuth2TokenIntrospectionAuthenticationToken(
          told.getToken(), asker, OAuth2TokenIntrospection.builder(false).build());
    }
    return answer;
  }

  private static boolean isOf(@Nullable RegisteredClient asker, OAuth2TokenIntrospection token) {
    return asker != null && asker.getClientId().equals(token.getClientId());
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return introspection.supports(authentication);
  }
}
