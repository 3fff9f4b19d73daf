package org.octroi.issuer;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.octroi.store.CalledAddress;
import org.octroi.store.NoAnswerException;
import org.octroi.store.WalledCalls;
import org.octroi.token.PublishedKeys;
import org.octroi.vocabulary.StoredJson;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads what an issuer says of itself and its keys (OpenID Connect Discovery 1.0 §4, RFC 8414 §3),
 * through the wall that keeps stores out of the inside network. It waits for its answers.
 */
@Component
class IssuerRead {

  private static final Map<String, String> JSON = Map.of("Accept", "application/json");
  private static final int NOT_FOUND = 404;
  private static final int OK = 200;

  private final WalledCalls calls;
  private final IssuerProperties properties;

  IssuerRead(WalledCalls calls, IssuerProperties properties) {
    this.calls = calls;
    this.properties = properties;
  }

  /**
   * The keys that an issuer publishes now.
   *
   * @throws UnreadableIssuerException when they can't be had; the message says why, in words
   */
  PublishedKeys keys(String issuer) throws UnreadableIssuerException {
    JsonNode described = described(issuer);
    String address = described.path("jwks_uri").asString("");
    WalledCalls.Answer answer = read(address);
    if (answer.status() != OK) {
      throw new UnreadableIssuerException("it answered " + answer.status() + " for its keys");
    }
    try {
      PublishedKeys keys = PublishedKeys.read(new String(answer.body(), StandardCharsets.UTF_8));
      if (keys.usable().isEmpty()) {
        throw new UnreadableIssuerException(
            "it publishes no key that tokens are verified by here: " + keys.passedOver());
      }
      return keys;
    } catch (IllegalArgumentException e) {
      throw new UnreadableIssuerException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Where people sign in with an issuer, and where the desk asks about them.
   *
   * @throws UnreadableIssuerException when it does not say, or not so that it can be used
   */
  SignInProvider.Endpoints endpoints(String issuer) throws UnreadableIssuerException {
    JsonNode described = described(issuer);
    String userInfo = described.path("userinfo_endpoint").asString("");
    return new SignInProvider.Endpoints(
        address(described, "authorization_endpoint"),
        address(described, "token_endpoint"),
        userInfo.isEmpty() ? Optional.empty() : Optional.of(userInfo));
  }

  private static String address(JsonNode described, String member)
      throws UnreadableIssuerException {
    String address = described.path(member).asString("");
    try {
      return CalledAddress.of(address).uri().toString();
    } catch (IllegalArgumentException e) {
      throw new UnreadableIssuerException("its description has no " + member);
    }
  }

  private JsonNode described(String issuer) throws UnreadableIssuerException {
    JsonNode described = description(issuer);
    if (!described.path("issuer").asString("").equals(issuer)) {
      throw new UnreadableIssuerException(
          "its description names another issuer than " + issuer + ", which its tokens would name");
    }
    return described;
  }

  private JsonNode description(String issuer) throws UnreadableIssuerException {
    WalledCalls.Answer answer = read(issuer + "/.well-known/openid-configuration");
    if (answer.status() == NOT_FOUND) {
      URI uri = CalledAddress.of(issuer).uri();
      answer =
          read(
              uri.getScheme()
                  + "://"
                  + uri.getRawAuthority()
                  + "/.well-known/oauth-authorization-server"
                  + uri.getRawPath());
    }
    if (answer.status() != OK) {
      throw new UnreadableIssuerException(
          "it answered " + answer.status() + " for its description");
    }
    try {
      return StoredJson.MAPPER.readTree(answer.body());
    } catch (JacksonException e) {
      throw new UnreadableIssuerException("its description is no JSON");
    }
  }

  private WalledCalls.Answer read(String address) throws UnreadableIssuerException {
    try {
      return calls.read(CalledAddress.of(address), JSON, properties.timeout());
    } catch (NoAnswerException | IllegalArgumentException e) {
      throw new UnreadableIssuerException(String.valueOf(e.getMessage()));
    }
  }
}
