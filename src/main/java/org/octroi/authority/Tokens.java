package org.octroi.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.DeskTokens;
import org.octroi.identity.OpaqueSecret;
import org.octroi.problem.PublicAddresses;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TokenReach;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

/**
 * Makes tokens: for the gate by RFC 9068, or opaque where the application has it so; for the desk
 * opaque, so that one that ends has ended at once; refresh tokens; and ID tokens.
 */
final class Tokens implements OAuth2TokenGenerator<OAuth2Token> {

  static final String REFRESH_PREFIX = "octr_";

  private final JwtGenerator signed;
  private final AskedAccess asked;
  private final PublicAddresses addresses;
  private final Clock clock;

  Tokens(JwtEncoder encoder, AskedAccess asked, PublicAddresses addresses, Clock clock) {
    this.asked = asked;
    this.addresses = addresses;
    this.clock = clock;
    this.signed = new JwtGenerator(encoder);
    this.signed.setJwtCustomizer(this::complete);
  }

  @Override
  public @Nullable OAuth2Token generate(OAuth2TokenContext context) {
    stayBound(context);
    if (OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType())) {
      Instant now = clock.instant();
      return new OAuth2RefreshToken(
          OpaqueSecret.create(REFRESH_PREFIX).text(),
          now,
          now.plus(context.getRegisteredClient().getTokenSettings().getRefreshTokenTimeToLive()));
    }
    if (!OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
      return signed.generate(context);
    }
    boolean desk = AskedAccess.ofDesk(context.getAuthorizedScopes());
    if (desk || isOpaque(context)) {
      return opaque(context, desk);
    }
    return signed.generate(context);
  }

  private static boolean isOpaque(OAuth2TokenContext context) {
    return OAuth2TokenFormat.REFERENCE.equals(
        context.getRegisteredClient().getTokenSettings().getAccessTokenFormat());
  }

  /**
   * What was bound to a key once stays bound: a refresh token, or a token to be exchanged, whose
   * finder asked without a proof would otherwise be worth more than it was.
   */
  private static void stayBound(OAuth2TokenContext context) {
    @Nullable OAuth2Authorization before = context.getAuthorization();
    OAuth2Authorization.@Nullable Token<OAuth2AccessToken> token =
        before == null ? null : before.getAccessToken();
    if (token != null
        && token.getClaims() != null
        && token.getClaims().containsKey("cnf")
        && OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())
        && context.get(OAuth2TokenContext.DPOP_PROOF_KEY) == null) {
      throw new OAuth2AuthenticationException(
          new OAuth2Error(
              "invalid_dpop_proof", "What was bound to a key stays so: send a proof", null));
    }
  }

  private OpaqueToken opaque(OAuth2TokenContext context, boolean desk) {
    Instant now = clock.instant();
    Instant expires =
        earlier(
            now.plus(context.getRegisteredClient().getTokenSettings().getAccessTokenTimeToLive()),
            context);
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", addresses.desk().publicUrl());
    claims.put("sub", Objects.requireNonNull(principal(context)).getName());
    claims.put("iat", now);
    claims.put("exp", expires);
    claims.put("jti", UUID.randomUUID().toString());
    claims.put("aud", List.of(desk ? addresses.desk().publicUrl() : addresses.gate().publicUrl()));
    claims.putAll(common(context));
    @Nullable Jwt proof = context.get(OAuth2TokenContext.DPOP_PROOF_KEY);
    if (proof != null && desk) {
      throw new OAuth2AuthenticationException(
          new OAuth2Error("invalid_dpop_proof", "The desk takes tokens without a key only", null));
    }
    return new OpaqueToken(
        proof == null ? OAuth2AccessToken.TokenType.BEARER : OAuth2AccessToken.TokenType.DPOP,
        OpaqueSecret.create(desk ? DeskTokens.PREFIX : TokenReach.PREFIX).text(),
        now,
        expires,
        context.getAuthorizedScopes(),
        claims);
  }

  private static @Nullable Authentication principal(OAuth2TokenContext context) {
    return context.getPrincipal();
  }

  /** What stands in every access token beside whose it is and until when. */
  private Map<String, Object> common(OAuth2TokenContext context) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("client_id", context.getRegisteredClient().getClientId());
    Set<String> scopes = context.getAuthorizedScopes();
    if (!scopes.isEmpty()) {
      claims.put("scope", String.join(" ", scopes));
    }
    List<AccessDetail> said = asked.details(parameters(context));
    List<AccessDetail> details =
        said.stream().filter(detail -> scopes.containsAll(detail.scopes())).toList();
    if (!details.isEmpty()) {
      claims.put(AccessDetail.PARAMETER, details.stream().map(AccessDetail::json).toList());
    }
    purposeBefore(context)
        .or(() -> AskedAccess.purpose(said).map(Purpose::term))
        .ifPresent(purpose -> claims.put("purpose", purpose));
    @Nullable Jwt proof = context.get(OAuth2TokenContext.DPOP_PROOF_KEY);
    if (proof != null) {
      claims.put("cnf", Map.of("jkt", thumbprint(proof)));
    }
    return claims;
  }

  /** That of the authorization endpoint where there was one, else of the token endpoint. */
  private static Map<String, Object> parameters(OAuth2TokenContext context) {
    @Nullable OAuth2Authorization authorization = context.getAuthorization();
    @Nullable OAuth2AuthorizationRequest request =
        authorization == null
            ? null
            : authorization.getAttribute(OAuth2AuthorizationRequest.class.getName());
    if (request != null) {
      return request.getAdditionalParameters();
    }
    return context.getAuthorizationGrant()
            instanceof OAuth2AuthorizationGrantAuthenticationToken grant
        ? grant.getAdditionalParameters()
        : Map.of();
  }

  /** A token that is given for another is for no other purpose. */
  private static Optional<String> purposeBefore(OAuth2TokenContext context) {
    return exchanged(context)
        .map(OAuth2Authorization.Token::getClaims)
        .map(claims -> claims.get("purpose"))
        .map(String::valueOf);
  }

  private static Optional<OAuth2Authorization.Token<OAuth2AccessToken>> exchanged(
      OAuth2TokenContext context) {
    return AuthorizationGrantType.TOKEN_EXCHANGE.equals(context.getAuthorizationGrantType())
        ? Optional.ofNullable(context.getAuthorization()).map(OAuth2Authorization::getAccessToken)
        : Optional.empty();
  }

  /** A token that is given for another does not outlive it. */
  private static Instant earlier(Instant end, OAuth2TokenContext context) {
    return exchanged(context)
        .map(token -> token.getToken().getExpiresAt())
        .filter(before -> before.isBefore(end))
        .orElse(end);
  }

  /** RFC 9068 §2: its type, whom it is meant for, and which client it was given to. */
  private void complete(JwtEncodingContext context) {
    if (!OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
      return;
    }
    context.getJwsHeader().type("at+jwt");
    Map<String, Object> common = common(context);
    context
        .getClaims()
        .audience(List.of(addresses.gate().publicUrl()))
        .claims(
            claims -> {
              claims.remove("nbf");
              claims.remove("scope");
              claims.computeIfPresent("exp", (name, end) -> earlier((Instant) end, context));
              claims.putAll(common);
            });
  }

  /** Of the key of a proof that was checked (RFC 9449 §6.1). */
  private static String thumbprint(Jwt proof) {
    if (!(proof.getHeaders().get("jwk") instanceof Map<?, ?> members)) {
      throw new IllegalStateException("A proof that was checked has its key in its head");
    }
    try {
      Map<String, Object> key = new HashMap<>();
      members.forEach((name, value) -> key.put(String.valueOf(name), value));
      return JWK.parse(key).computeThumbprint().toString();
    } catch (ParseException | JOSEException e) {
      throw new IllegalStateException("The key of a proof that was checked can be read", e);
    }
  }
}
