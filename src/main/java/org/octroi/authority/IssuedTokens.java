package org.octroi.authority;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.Principal;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;

/**
 * The authorizations behind tokens that can be read. Such a token says itself all that there is to
 * know of it, so nothing is kept of it (decision 0046): asked for one, this reads it, by the same
 * rules as the gate. What is kept is that one was revoked.
 */
final class IssuedTokens implements OAuth2AuthorizationService {

  /** That an authorization was read from its token. */
  static final String READ_FROM_ITSELF = IssuedTokens.class.getName();

  private static final Set<String> TIMES = Set.of("exp", "iat", "nbf", "auth_time");

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

  /** Whether a text may be a token that says what it is (RFC 7515 §3.1); no other has a dot. */
  static boolean mayRead(String text) {
    return text.indexOf('.') >= 0;
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
        .authorizedScopes(good.scopes())
        .attribute(READ_FROM_ITSELF, true)
        .attribute(Principal.class.getName(), Authorizations.person(claims.getSubject()))
        .token(
            new OAuth2AccessToken(
                good.proofKey().isPresent() ? TokenType.DPOP : TokenType.BEARER,
                token,
                claims.getIssueTime().toInstant(),
                good.expires(),
                good.scopes()),
            metadata -> {
              metadata.put(
                  OAuth2Authorization.Token.CLAIMS_METADATA_NAME, withInstants(claims.getClaims()));
              metadata.put(
                  OAuth2TokenFormat.class.getName(), OAuth2TokenFormat.SELF_CONTAINED.getValue());
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
  static Map<String, Object> withInstants(Map<String, Object> claims) {
    Map<String, Object> said = new LinkedHashMap<>();
    claims.forEach(
        (name, value) ->
            said.put(
                name,
                switch (value) {
                  case Date date -> date.toInstant();
                  case Number seconds when TIMES.contains(name) ->
                      Instant.ofEpochSecond(seconds.longValue());
                  default -> value;
                }));
    return said;
  }
}
