package org.octroi.issuer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.octroi.store.CalledAddress;
import org.octroi.store.NoAnswerException;
import org.octroi.store.WalledCalls;
import org.octroi.vocabulary.StoredJson;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserService;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/**
 * Asks an issuer about somebody who came back (OpenID Connect Core 1.0 §5.3), where it has an
 * address for that. The answer is JSON, or a JWT that the issuer signed, as ProConnect's.
 */
@Component
class ProviderUserInfo implements OAuth2UserService<OidcUserRequest, OidcUser> {

  private static final int OK = 200;

  private final WalledCalls calls;
  private final ProviderTokens tokens;
  private final IssuerProperties properties;

  ProviderUserInfo(WalledCalls calls, ProviderTokens tokens, IssuerProperties properties) {
    this.calls = calls;
    this.tokens = tokens;
    this.properties = properties;
  }

  @Override
  public OidcUser loadUser(OidcUserRequest request) {
    String address =
        request.getClientRegistration().getProviderDetails().getUserInfoEndpoint().getUri();
    if (address == null || address.isEmpty()) {
      return new DefaultOidcUser(List.of(), request.getIdToken());
    }
    Map<String, Object> claims;
    try {
      WalledCalls.Answer answer =
          calls.read(
              CalledAddress.of(address),
              Map.of(
                  "Authorization",
                  "Bearer " + request.getAccessToken().getTokenValue(),
                  "Accept",
                  "application/json, application/jwt"),
              properties.timeout());
      if (answer.status() != OK) {
        throw failed("the issuer answered " + answer.status() + " about somebody");
      }
      claims = claims(answer, request.getClientRegistration());
    } catch (NoAnswerException | IllegalArgumentException | JacksonException | JwtException e) {
      throw failed("the issuer said nothing of somebody: " + e.getMessage());
    }
    if (!Objects.equals(request.getIdToken().getSubject(), claims.get("sub"))) {
      throw failed("the issuer spoke of somebody else");
    }
    return new DefaultOidcUser(List.of(), request.getIdToken(), new OidcUserInfo(claims));
  }

  private Map<String, Object> claims(WalledCalls.Answer answer, ClientRegistration desk) {
    String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
    if (text.startsWith("{")) {
      Map<String, Object> claims = new HashMap<>();
      ((Map<?, ?>) StoredJson.MAPPER.readValue(text, Map.class))
          .forEach((name, value) -> claims.put(String.valueOf(name), value));
      return claims;
    }
    return tokens
        .signedBy(Objects.requireNonNull(desk.getProviderDetails().getIssuerUri()))
        .decode(text)
        .getClaims();
  }

  private static OAuth2AuthenticationException failed(String why) {
    return new OAuth2AuthenticationException(new OAuth2Error("invalid_user_info", why, null));
  }
}
