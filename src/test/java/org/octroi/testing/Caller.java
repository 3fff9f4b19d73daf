package org.octroi.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who calls the doors by HTTP, with the header fields they always send. */
public final class Caller {

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private static final JsonMapper JSON = JsonMapper.shared();

  private final List<String> headers;

  private Caller(List<String> headers) {
    this.headers = List.copyOf(headers);
  }

  /** Nobody in particular. */
  public static Caller anybody() {
    return new Caller(List.of());
  }

  /** Somebody with this bearer token. */
  public static Caller bearing(String token) {
    return new Caller(List.of("Authorization", "Bearer " + token));
  }

  /** The same caller, who also sends this field. */
  public Caller with(String header, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(header);
    more.add(value);
    return new Caller(more);
  }

  /** What came back. */
  public record Answer(int status, Map<String, List<String>> headers, String text) {

    public JsonNode json() {
      return JSON.readTree(text);
    }

    /** A header field, its lines joined by commas; the empty text where it is absent. */
    public String header(String name) {
      return headers.entrySet().stream()
          .filter(e -> e.getKey().equalsIgnoreCase(name))
          .map(e -> String.join(", ", e.getValue()))
          .findFirst()
          .orElse("");
    }

    /** The last segment of the problem's type. */
    public String problem() {
      String type = json().path("type").asString("");
      return type.substring(type.lastIndexOf('/') + 1);
    }
  }

  public Answer get(URI uri) {
    return send(request(uri).GET());
  }

  public Answer head(URI uri) {
    return send(request(uri).HEAD());
  }

  /** Posts this value as JSON. */
  public Answer post(URI uri, Object body) {
    return send(
        request(uri)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
  }

  /** Puts this value as JSON. */
  public Answer put(URI uri, Object body) {
    return send(
        request(uri)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
  }

  /** Posts this text as it is, under this media type. */
  public Answer postText(URI uri, String mediaType, String body) {
    return send(
        request(uri).header("Content-Type", mediaType).POST(BodyPublishers.ofString(body, UTF_8)));
  }

  /** Posts these fields as a form does. */
  public Answer postForm(URI uri, Map<String, String> fields) {
    return postText(
        uri,
        "application/x-www-form-urlencoded",
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
            .collect(Collectors.joining("&")));
  }

  public Answer delete(URI uri) {
    return send(request(uri).DELETE());
  }

  private HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
    if (!headers.isEmpty()) {
      builder.headers(headers.toArray(String[]::new));
    }
    return builder;
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString(UTF_8));
      return new Answer(response.statusCode(), response.headers().map(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
