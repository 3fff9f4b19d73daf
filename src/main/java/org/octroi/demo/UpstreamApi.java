package org.octroi.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.octroi.demo.UpstreamCollection.Answer;
import org.octroi.demo.UpstreamCollection.BadQueryException;
import org.octroi.problem.StartRefusedException;

/**
 * The small HTTP API that stands for the demo's HTTP stores: a real server on loopback, reached
 * over a socket like any store. It reads and never writes, and knows nothing of who asks.
 *
 * <p>{@code GET} and {@code HEAD} of each {@link UpstreamCollection}, with {@code ETag}, {@code
 * Last-Modified} and 304 (RFC 9110 §13); an unknown or unreadable parameter is a 400. Safe for use
 * by many threads.
 */
final class UpstreamApi implements AutoCloseable {

  /** The only address that the demo's servers listen on. */
  static final String LOOPBACK = "127.0.0.1";

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int BACKLOG = 128;

  private final HttpServer server;
  private final ExecutorService threads;

  private UpstreamApi(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Begins to listen.
   *
   * @param port to listen on; 0 for any free one
   * @throws StartRefusedException when the port is taken
   */
  static UpstreamApi start(int port) throws IOException {
    // The JDK's server sends head and body apart; without this each answer on a kept connection
    // waits 40 ms for the reader's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(LOOPBACK, port), BACKLOG);
    } catch (BindException e) {
      throw new StartRefusedException(
          "Port " + port + " is taken, so the demo's HTTP API can't start.",
          "Free it, or choose another with octroi.demo.upstream-port (0 takes any free one);"
              + " octroi.demo.load=off starts without the demo.");
    }
    Map<String, UpstreamCollection> collections = UpstreamCollections.byPath();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", exchange -> handle(exchange, collections));
    server.start();
    return new UpstreamApi(server, threads);
  }

  /** The port that it listens on. */
  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void handle(HttpExchange exchange, Map<String, UpstreamCollection> collections)
      throws IOException {
    try (exchange) {
      UpstreamCollection collection = collections.get(exchange.getRequestURI().getPath());
      String method = exchange.getRequestMethod();
      if (collection == null) {
        refuse(exchange, 404, "There is nothing at this path.");
      } else if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        refuse(exchange, 405, "Use GET or HEAD.");
      } else {
        try {
          answer(exchange, collection.answer(query(exchange.getRequestURI().getRawQuery())));
        } catch (BadQueryException e) {
          refuse(exchange, 400, e.getMessage());
        }
      }
    }
  }

  private static void answer(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("ETag", answer.etag());
    exchange.getResponseHeaders().set("Last-Modified", HTTP_DATE.format(answer.lastModified()));
    if (isKnown(exchange, answer)) {
      exchange.sendResponseHeaders(304, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", answer.mediaType());
    send(exchange, 200, answer.body());
  }

  /** RFC 9110 §13.2.2: a date counts only where no entity tag was sent. */
  private static boolean isKnown(HttpExchange exchange, Answer answer) {
    String tags = exchange.getRequestHeaders().getFirst("If-None-Match");
    if (tags != null) {
      return Arrays.stream(tags.split(","))
          .map(tag -> tag.strip().replaceFirst("^W/", ""))
          .anyMatch(tag -> tag.equals("*") || tag.equals(answer.etag()));
    }
    return date(exchange.getRequestHeaders().getFirst("If-Modified-Since"))
        .filter(since -> !answer.lastModified().isAfter(since))
        .isPresent();
  }

  /** RFC 9110 §13.1.3: a date that can't be read is ignored. */
  private static Optional<Instant> date(@Nullable String value) {
    try {
      return Optional.ofNullable(value)
          .map(v -> ZonedDateTime.parse(v, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> query(@Nullable String raw) throws BadQueryException {
    Map<String, String> query = new HashMap<>();
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    for (String pair : raw.split("&")) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      if (query.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
        throw new BadQueryException("The parameter " + name + " is given twice.");
      }
    }
    return query;
  }

  /** A query that is not percent-encoded never comes here: it makes no URI. */
  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void refuse(HttpExchange exchange, int status, String detail) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
    String quoted =
        detail.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
    send(
        exchange,
        status,
        ("{\"status\":" + status + ",\"detail\":\"" + quoted + "\"}")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }
}
