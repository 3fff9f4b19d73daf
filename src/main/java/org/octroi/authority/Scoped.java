package org.octroi.authority;

import java.util.Objects;
import java.util.Set;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/** A client to which the scopes of one request belong, as they were looked at. */
final class Scoped {

  private Scoped() {}

  static OAuth2ClientAuthenticationToken to(
      OAuth2ClientAuthenticationToken client, Set<String> scopes) {
    RegisteredClient known = Objects.requireNonNull(client.getRegisteredClient());
    return new OAuth2ClientAuthenticationToken(
        RegisteredClient.from(known).scopes(all -> all.addAll(scopes)).build(),
        client.getClientAuthenticationMethod(),
        client.getCredentials());
  }
}
