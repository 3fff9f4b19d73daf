package org.octroi.authority;

import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * Keeps no record of issued tokens. A client-credentials token carries all that the gate must know,
 * and what it opens is looked up at each request; the endpoints that would read a record
 * (introspection, revocation, refresh) are not open. See docs/decisions/0046.
 */
final class NothingKept implements OAuth2AuthorizationService {

  @Override
  public void save(OAuth2Authorization authorization) {
    // The token says it all.
  }

  @Override
  public void remove(OAuth2Authorization authorization) {
    // Nothing was kept.
  }

  @Override
  public @Nullable OAuth2Authorization findById(String id) {
    return null;
  }

  @Override
  public @Nullable OAuth2Authorization findByToken(
      String token, @Nullable OAuth2TokenType tokenType) {
    return null;
  }
}
