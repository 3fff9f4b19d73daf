package org.octroi.realm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.StoredJson;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Keycloak's administration by REST, as far as provisioning needs it. Whatever makes something is
 * followed by a look when somebody else was faster (409), so nothing is made twice. It remembers
 * since when Keycloak does not answer. Safe for use by many threads; it waits for its answers.
 */
@Component
class RealmAdmin {

  private static final int PAGE = 200;
  private static final Duration BEFORE_ITS_END = Duration.ofSeconds(10);

  private final RealmProperties properties;
  private final Clock clock;
  private final HttpClient http;
  private volatile @Nullable Token token;
  private volatile @Nullable Instant downSince;

  private record Token(String text, Instant until) {

    /** Without the token. */
    @Override
    public String toString() {
      return "Token[" + until + "]";
    }
  }

  RealmAdmin(RealmProperties properties, Clock clock) {
    this.properties = properties;
    this.clock = clock;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(properties.timeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** Since when Keycloak does not answer, or not as it should. */
  Optional<Instant> downSince() {
    return Optional.ofNullable(downSince);
  }

  /** Whether it answers now. */
  boolean answers() {
    try {
      get("");
      return true;
    } catch (RealmUnavailableException e) {
      return false;
    }
  }

  /** What is at this address below the realm's. */
  JsonNode get(String path) throws RealmUnavailableException {
    return read(call("GET", path, null, 200));
  }

  /** Everything of a list that Keycloak gives in pages. */
  List<JsonNode> all(String path) throws RealmUnavailableException {
    List<JsonNode> all = new ArrayList<>();
    int before;
    do {
      before = all.size();
      for (JsonNode one :
          get(path + (path.contains("?") ? "&" : "?") + "first=" + before + "&max=" + PAGE)) {
        all.add(one);
      }
    } while (all.size() == before + PAGE);
    return all;
  }

  /** The client with this id, by whatever Keycloak calls it. */
  Optional<JsonNode> client(String clientId) throws RealmUnavailableException {
    JsonNode found = get("/clients?clientId=" + URLEncoder.encode(clientId, UTF_8));
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }

  /** Makes something; whether it was not there. */
  boolean make(String path, Object body) throws RealmUnavailableException {
    return call("POST", path, body, 201, 204, 409).statusCode() != 409;
  }

  /** Puts something in the place of what is there, or nothing where only the place counts. */
  void put(String path, @Nullable Object body) throws RealmUnavailableException {
    call("PUT", path, body, 200, 204);
  }

  /** Deletes what is there, if it is. */
  void delete(String path) throws RealmUnavailableException {
    call("DELETE", path, null, 200, 204, 404);
  }

  private HttpResponse<String> call(
      String method, String path, @Nullable Object body, int... expected)
      throws RealmUnavailableException {
    try {
      HttpResponse<String> answer = send(method, path, body, bearer());
      if (answer.statusCode() == 401) {
        // Keycloak was started anew, or somebody ended our session.
        token = null;
        answer = send(method, path, body, bearer());
      }
      for (int status : expected) {
        if (answer.statusCode() == status) {
          downSince = null;
          return answer;
        }
      }
      throw new RealmUnavailableException(
          "Keycloak answered "
              + answer.statusCode()
              + " to "
              + method
              + " "
              + path.replaceAll("[?].*", "")
              + said(answer));
    } catch (RealmUnavailableException e) {
      if (downSince == null) {
        downSince = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      }
      throw e;
    }
  }

  /** Keycloak says in a member or two what it does not like; it names no secret. */
  private static String said(HttpResponse<String> answer) {
    try {
      JsonNode body = StoredJson.MAPPER.readTree(answer.body());
      String why = body.path("errorMessage").asString(body.path("error").asString(""));
      return why.isEmpty() ? "" : ": " + why;
    } catch (JacksonException e) {
      return "";
    }
  }

  private HttpResponse<String> send(
      String method, String path, @Nullable Object body, String bearer)
      throws RealmUnavailableException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(properties.admin() + path))
            .timeout(properties.timeout())
            .header("Authorization", "Bearer " + bearer)
            .header("Accept", "application/json");
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, BodyPublishers.ofString(StoredJson.MAPPER.writeValueAsString(body)));
    }
    return send(request.build());
  }

  private HttpResponse<String> send(HttpRequest request) throws RealmUnavailableException {
    try {
      return http.send(request, BodyHandlers.ofString(UTF_8));
    } catch (IOException e) {
      throw new RealmUnavailableException(
          "Keycloak can't be reached, or broke off (" + e.getClass().getSimpleName() + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RealmUnavailableException("the desk stops");
    }
  }

  private String bearer() throws RealmUnavailableException {
    @Nullable Token known = token;
    Instant now = clock.instant();
    if (known != null && known.until().isAfter(now)) {
      return known.text();
    }
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(
                    URI.create(properties.issuer() + "/protocol/openid-connect/token"))
                .timeout(properties.timeout())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    BodyPublishers.ofString(
                        form(
                            Map.of(
                                "grant_type", "client_credentials",
                                "client_id", properties.clientId(),
                                "client_secret", properties.secret()))))
                .build());
    if (answer.statusCode() != 200) {
      throw new RealmUnavailableException(
          "Keycloak answered "
              + answer.statusCode()
              + " to the client "
              + properties.clientId()
              + said(answer));
    }
    JsonNode body = read(answer);
    Token fresh =
        new Token(
            body.path("access_token").asString(""),
            now.plusSeconds(body.path("expires_in").asLong(0)).minus(BEFORE_ITS_END));
    token = fresh;
    return fresh.text();
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static JsonNode read(HttpResponse<String> answer) throws RealmUnavailableException {
    try {
      return StoredJson.MAPPER.readTree(answer.body());
    } catch (JacksonException e) {
      throw new RealmUnavailableException("Keycloak answered something else than JSON");
    }
  }
}
