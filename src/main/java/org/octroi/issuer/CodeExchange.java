package org.octroi.issuer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.octroi.store.CalledAddress;
import org.octroi.store.NoAnswerException;
import org.octroi.store.WalledCalls;
import org.octroi.vocabulary.StoredJson;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Gives an issuer the code that somebody came back with, for their tokens (OpenID Connect Core 1.0
 * §3.1.3), through the wall that keeps stores out of the inside network.
 */
@Component
class CodeExchange implements OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> {

  private static final int OK = 200;

  private final WalledCalls calls;
  private final IssuerProperties properties;

  CodeExchange(WalledCalls calls, IssuerProperties properties) {
    this.calls = calls;
    this.properties = properties;
  }

  @Override
  public OAuth2AccessTokenResponse getTokenResponse(OAuth2AuthorizationCodeGrantRequest grant) {
    ClientRegistration desk = grant.getClientRegistration();
    var asked = grant.getAuthorizationExchange().getAuthorizationRequest();
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put(
        "code",
        String.valueOf(grant.getAuthorizationExchange().getAuthorizationResponse().getCode()));
    form.put("redirect_uri", String.valueOf(asked.getRedirectUri()));
    if (asked.getAttribute(PkceParameterNames.CODE_VERIFIER) instanceof String verifier) {
      form.put(PkceParameterNames.CODE_VERIFIER, verifier);
    }
    String client = encoded(desk.getClientId()) + ":" + encoded(desk.getClientSecret());
    try {
      WalledCalls.Answer answer =
          calls.post(
              CalledAddress.of(desk.getProviderDetails().getTokenUri()),
              Map.of(
                  "Content-Type",
                  "application/x-www-form-urlencoded",
                  "Accept",
                  "application/json",
                  "Authorization",
                  "Basic " + Base64.getEncoder().encodeToString(client.getBytes(UTF_8))),
              form.entrySet().stream()
                  .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                  .collect(Collectors.joining("&"))
                  .getBytes(UTF_8),
              properties.timeout());
      if (answer.status() != OK) {
        throw failed("the issuer answered " + answer.status() + " for a code");
      }
      return read(StoredJson.MAPPER.readTree(answer.body()));
    } catch (NoAnswerException | IllegalArgumentException | JacksonException e) {
      throw failed("the issuer gave no tokens for a code: " + e.getMessage());
    }
  }

  private static OAuth2AccessTokenResponse read(JsonNode body) {
    Map<String, Object> more = new HashMap<>();
    more.put("id_token", body.path("id_token").asString(""));
    return OAuth2AccessTokenResponse.withToken(body.path("access_token").asString(""))
        .tokenType(OAuth2AccessToken.TokenType.BEARER)
        .expiresIn(body.path("expires_in").asLong(0))
        .additionalParameters(more)
        .build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static OAuth2AuthorizationException failed(String why) {
    return new OAuth2AuthorizationException(new OAuth2Error("invalid_token_response", why, null));
  }
}
