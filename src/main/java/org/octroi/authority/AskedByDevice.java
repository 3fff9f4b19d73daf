package org.octroi.authority;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceAuthorizationRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Looks at what a device asks for (RFC 8628 §3.1) as at what any other program asks for. The
 * library asks whether the scopes are the client's; here they come of agreements, so it is told
 * that those that were looked at are.
 */
record AskedByDevice(AuthenticationProvider provider, AskedAccess asked)
    implements AuthenticationProvider {

  @Override
  public @Nullable Authentication authenticate(Authentication request) {
    OAuth2DeviceAuthorizationRequestAuthenticationToken device =
        (OAuth2DeviceAuthorizationRequestAuthenticationToken) request;
    if (!(device.getPrincipal() instanceof OAuth2ClientAuthenticationToken client)
        || client.getRegisteredClient() == null) {
      return provider.authenticate(request);
    }
    RegisteredClient known = client.getRegisteredClient();
    if (device.getScopes().contains(OidcScopes.OPENID)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_SCOPE);
    }
    asked.forPerson(
        ApplicationId.of(known.getId()), device.getScopes(), device.getAdditionalParameters());
    return provider.authenticate(
        new OAuth2DeviceAuthorizationRequestAuthenticationToken(
            Scoped.to(client, device.getScopes()),
            Objects.requireNonNull(device.getAuthorizationUri()),
            device.getScopes(),
            device.getAdditionalParameters()));
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return provider.supports(authentication);
  }
}
