package org.octroi.authority;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenExchangeAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Gives an application less for more (RFC 8693 §2.1): for a token of its own for the gate one that
 * may do less, to be handed on where it is trusted less. It is for the same purpose and ends no
 * later. Nobody acts for anybody here, so there is no token of an actor.
 */
record LessForMore(
    AuthenticationProvider provider, OAuth2AuthorizationService authorizations, AskedAccess asked)
    implements AuthenticationProvider {

  @Override
  public @Nullable Authentication authenticate(Authentication request) {
    OAuth2TokenExchangeAuthenticationToken exchange =
        (OAuth2TokenExchangeAuthenticationToken) request;
    if (!(exchange.getPrincipal() instanceof OAuth2ClientAuthenticationToken client)
        || client.getRegisteredClient() == null) {
      return provider.authenticate(request);
    }
    if (exchange.getActorToken() != null) {
      throw refused(OAuth2ErrorCodes.INVALID_REQUEST, "Nobody acts for anybody here");
    }
    Set<String> scopes = exchange.getScopes();
    if (scopes.isEmpty()) {
      throw refused(OAuth2ErrorCodes.INVALID_SCOPE, "Name the scopes that are to be left");
    }
    RegisteredClient known = client.getRegisteredClient();
    @Nullable OAuth2Authorization subject =
        authorizations.findByToken(exchange.getSubjectToken(), OAuth2TokenType.ACCESS_TOKEN);
    if (subject == null || !subject.getRegisteredClientId().equals(known.getId())) {
      throw refused(OAuth2ErrorCodes.INVALID_GRANT, "The token is none of this application's");
    }
    Set<String> before = subject.getAuthorizedScopes();
    if (AskedAccess.ofDesk(before) || !before.isEmpty() && !before.containsAll(scopes)) {
      throw refused(OAuth2ErrorCodes.INVALID_SCOPE, "The token has no such scope");
    }
    asked.forItself(ApplicationId.of(known.getId()), scopes, exchange.getAdditionalParameters());
    return provider.authenticate(
        new OAuth2TokenExchangeAuthenticationToken(
            exchange.getRequestedTokenType(),
            exchange.getSubjectToken(),
            exchange.getSubjectTokenType(),
            Scoped.to(client, scopes),
            null,
            null,
            exchange.getResources(),
            exchange.getAudiences(),
            scopes,
            exchange.getAdditionalParameters()));
  }

  private static OAuth2AuthenticationException refused(String code, String description) {
    return new OAuth2AuthenticationException(new OAuth2Error(code, description, null));
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return provider.supports(authentication);
  }
}
