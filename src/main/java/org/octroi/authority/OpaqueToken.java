package org.octroi.authority;

import java.io.Serial;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

/** An access token that says nothing to whoever holds it: what it stands for is kept here. */
final class OpaqueToken extends OAuth2AccessToken implements ClaimAccessor {

  @Serial private static final long serialVersionUID = 1L;

  private final transient Map<String, Object> claims;

  OpaqueToken(
      TokenType type,
      String text,
      Instant issued,
      Instant expires,
      Set<String> scopes,
      Map<String, Object> claims) {
    super(type, text, issued, expires, scopes);
    this.claims = Map.copyOf(claims);
  }

  @Override
  public Map<String, Object> getClaims() {
    return claims;
  }
}
