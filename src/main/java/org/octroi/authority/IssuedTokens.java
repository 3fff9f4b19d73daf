package org.octroi.authority;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.RevokedTokens;
import org.octroi.token.TokenVerifier;
import org.octroi.token.TokenVerifier.Verdict;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/**
 * The authorizations behind issued tokens. A client-credentials token says itself all that there is
 * to know of it, so nothing is kept of it (decision 0046): asked for one, this reads it, by the
 * same rules as the gate. What is kept is that one was revoked.
 */
final class IssuedTokens implements OAuth2AuthorizationService {

  private final TokenVerifier tokens;
  private final String issuer;
  private final RegisteredClientRepository clients;
  private final RevokedTokens revoked;
  private final Clock clock;

  IssuedTokens(
      TokenVerifier tokens,
      String issuer,
      RegisteredClientRepository clients,
      RevokedTokens revoked,
      Clock clock) {
    this.tokens = tokens;
    this.issuer = issuer;
    this.clients = clients;
    this.revoked = revoked;
    this.clock = clock;
  }

  @Override
  public void save(OAuth2Authorization authorization) {
    OAuth2Authorization.Token<OAuth2AccessToken> token = authorization.getAccessToken();
    if (token == null || !token.isInvalidated()) {
      // It was just issued, and says it all.
      return;
    }
    revoked.revoke(
        UUID.fromString(authorization.getId()),
        Objects.requireNonNull(token.getToken().getExpiresAt()),
        ApplicationId.of(authorization.getRegisteredClientId()));
  }

  @Override
  public void remove(OAuth2Authorization authorization) {
    throw new IllegalStateException("Nothing is kept here that could be removed");
  }

  @Override
  public @Nullable OAuth2Authorization findById(String id) {
    return null;
  }

  @Override
  public @Nullable OAuth2Authorization findByToken(
      String token, @Nullable OAuth2TokenType tokenType) {
    if (tokenType != null && !OAuth2TokenType.ACCESS_TOKEN.equals(tokenType)) {
      return null;
    }
    return tokens.verify(token, clock.instant()) instanceof Verdict.Good good
            && good.issuer().equals(issuer)
        ? authorization(token, good)
        : null;
  }

  private @Nullable OAuth2Authorization authorization(String token, Verdict.Good good) {
    RegisteredClient client = clients.findByClientId(good.clientId());
    if (client == null) {
      // It is suspended, or gone: its tokens open nothing any more.
      return null;
    }
    JWTClaimsSet claims = claims(token);
    boolean isRevoked = revoked.isRevoked(UUID.fromString(claims.getJWTID()));
    return OAuth2Authorization.withRegisteredClient(client)
        .id(claims.getJWTID())
        .principalName(claims.getSubject())
        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
        .token(
            new OAuth2AccessToken(
                good.proofKey().isPresent() ? TokenType.DPOP : TokenType.BEARER,
                token,
                claims.getIssueTime().toInstant(),
                good.expires(),
                good.scopes()),
            metadata -> {
              metadata.put(OAuth2Authorization.Token.CLAIMS_METADATA_NAME, said(claims));
              metadata.put(OAuth2Authorization.Token.INVALIDATED_METADATA_NAME, isRevoked);
            })
        .build();
  }

  /** What a token says whose signature was looked at already. */
  private static JWTClaimsSet claims(String token) {
    try {
      return SignedJWT.parse(token).getJWTClaimsSet();
    } catch (ParseException e) {
      throw new IllegalStateException("A good token can be read", e);
    }
  }

  /** As Spring has claims: with instants. */
  private static Map<String, Object> said(JWTClaimsSet claims) {
    Map<String, Object> said = new LinkedHashMap<>();
    claims
        .getClaims()
        .forEach((name, value) -> said.put(name, value instanceof Date d ? d.toInstant() : value));
    return said;
  }
}
