package org.octroi.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import org.octroi.store.StoreCredential.ClientCredentials;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One question to a token server (RFC 6749 §4.4.2) and its answer. It waits, so it is for a virtual
 * thread; whoever closes it from another one ends the waiting.
 */
final class TokenRequest implements AutoCloseable {

  /** What an access token is taken to be good for where its server doesn't say. */
  static final Duration USUAL_LIFE = Duration.ofSeconds(60);

  /** So that no number of seconds, however large, is too large to reckon with. */
  private static final Duration LONGEST_LIFE = Duration.ofDays(1);

  /** What can stand in a header field, without spaces. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

  /** The errors of RFC 6749 §5.2; any other word could be anything. */
  private static final Set<String> ERRORS =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope");

  private final ClientCredentials client;
  private final WalledCall post;

  /**
   * An access token.
   *
   * @param text the token
   * @param life how long it is good for, from when it was asked for
   */
  record Granted(String text, Duration life) {
    /** Says nothing of the token. */
    @Override
    public String toString() {
      return "Granted[…, " + life + "]";
    }
  }

  /** No token was to be had. The message names no secret, and nothing that the server wrote. */
  static final class NotGrantedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotGrantedException(String message) {
      super(message);
    }
  }

  TokenRequest(
      ClientCredentials client, AddressWall wall, SSLSocketFactory tls, Duration connectTimeout) {
    this.client = client;
    this.post = new WalledCall(wall, tls, connectTimeout);
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws NotGrantedException when no token was to be had
   */
  Granted ask() throws NotGrantedException {
    CalledAddress address = address();
    try {
      WalledCall.Answer answer = post.ask(address, fields(), form().getBytes(US_ASCII));
      return granted(answer.status(), answer.body());
    } catch (NoAnswerException e) {
      throw new NotGrantedException(String.valueOf(e.getMessage()));
    }
  }

  private CalledAddress address() throws NotGrantedException {
    try {
      return CalledAddress.of(client.tokenUrl());
    } catch (IllegalArgumentException e) {
      throw new NotGrantedException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    post.close();
  }

  private Map<String, String> fields() {
    // §2.3.1: each in the form encoding, so that a colon in the id is none between the two.
    String secret = form(client.clientId()) + ":" + form(client.clientSecret());
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Accept", "application/json");
    fields.put(
        "Authorization", "Basic " + Base64.getEncoder().encodeToString(secret.getBytes(US_ASCII)));
    fields.put("Content-Type", "application/x-www-form-urlencoded");
    return fields;
  }

  private String form() {
    return "grant_type=client_credentials"
        + client.scope().map(s -> "&scope=" + form(s)).orElse("");
  }

  private static String form(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static Granted granted(int status, byte[] body) throws NotGrantedException {
    if (status != 200) {
      throw new NotGrantedException("it answered " + status + error(body));
    }
    JsonNode json = json(body);
    String token = json.path("access_token").stringValue("");
    if (!TOKEN.matcher(token).matches()) {
      throw new NotGrantedException("its answer has no access token");
    }
    if (!json.path("token_type").stringValue("").equalsIgnoreCase("bearer")) {
      throw new NotGrantedException("its token is not of the type Bearer");
    }
    return new Granted(token, life(json.path("expires_in")));
  }

  private static Duration life(JsonNode seconds) throws NotGrantedException {
    if (seconds.isMissingNode() || seconds.isNull()) {
      return USUAL_LIFE;
    }
    // Some write the number as a text.
    String text = seconds.isNumber() || seconds.isString() ? seconds.asString() : "";
    if (!text.matches("[0-9]{1,18}")) {
      throw new NotGrantedException("its answer's expires_in is no number of seconds");
    }
    Duration life = Duration.ofSeconds(Long.parseLong(text));
    return life.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : life;
  }

  private static JsonNode json(byte[] body) throws NotGrantedException {
    try {
      return JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      // Jackson's own words may quote the token.
      throw new NotGrantedException("its answer is not JSON");
    }
  }

  private static String error(byte[] body) {
    try {
      String error = JsonMapper.shared().readTree(body).path("error").asString("");
      return ERRORS.contains(error) ? " (" + error + ")" : "";
    } catch (JacksonException e) {
      return "";
    }
  }
}
