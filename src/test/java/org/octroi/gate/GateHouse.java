package org.octroi.gate;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.octroi.entitlement.Entitlements;
import org.octroi.store.StoreAddress;
import org.octroi.testing.TestDatabase;
import org.octroi.token.TrustedKeys;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;

/**
 * A gate as it runs, on the whole ground and without a desk: its own database, journal and key
 * file, and a small HTTP server upstream.
 */
final class GateHouse implements AutoCloseable {

  static final String ISSUER = "http://desk.test";
  static final String NAME = "http://gate.test";

  /** The root that files are read below: the folder {@code files} of this house's own. */
  static final String FILES = "files";

  private static final String DATABASE = "--spring.datasource.url";

  final ConfigurableApplicationContext context;
  final City city;
  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpServer upstream;
  private final RSAKey key;

  /** A request as the upstream saw it. */
  record Seen(String method, String uri, Map<String, List<String>> headers) {}

  /** The ground and the gate, found as the program finds them. No component of its own. */
  @EnableAutoConfiguration
  @ComponentScan({
    "org.octroi.problem",
    "org.octroi.secret",
    "org.octroi.obligation",
    "org.octroi.store",
    "org.octroi.policy",
    "org.octroi.quota",
    "org.octroi.usage",
    "org.octroi.token",
    "org.octroi.entitlement",
    "org.octroi.gate"
  })
  @ConfigurationPropertiesScan("org.octroi")
  static class Ground {}

  /**
   * @param settings settings, as on the command line, that replace this house's own of the same
   *     name
   */
  GateHouse(Path folder, String... settings) throws IOException, JOSEException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    upstream.start();
    int port = upstream.getAddress().getPort();
    boolean hasDatabase = Stream.of(settings).anyMatch(s -> name(s).equals(DATABASE));
    context =
        new SpringApplicationBuilder(Ground.class)
            .web(WebApplicationType.NONE)
            .run(
                with(
                    settings,
                    "--octroi.data-folder=" + folder,
                    "--octroi.secrets.key-file=" + folder.resolve("secret.key"),
                    "--octroi.secrets.create-key-file=true",
                    "--octroi.usage.journal-folder=" + folder.resolve("journal"),
                    "--octroi.store.roots."
                        + FILES
                        + "="
                        + Files.createDirectories(folder.resolve(FILES)),
                    "--octroi.store.stall-timeout=1s",
                    "--octroi.store.allowed-addresses=127.0.0.1:" + port,
                    "--octroi.desk.public-url=" + ISSUER,
                    "--octroi.gate.public-url=" + NAME,
                    "--octroi.gate.port=0",
                    "--octroi.gate.store-timeout=1s",
                    "--logging.file.name=" + folder.resolve("octroi.log"),
                    DATABASE + "=" + (hasDatabase ? "" : TestDatabase.Engine.H2.migrated().url()),
                    "--spring.liquibase.enabled=false"));
    key = new RSAKeyGenerator(2048).keyID("key-1").generate();
    context
        .getBean(TrustedKeys.class)
        .replace(Map.of(ISSUER, List.of(key.toPublicJWK().toJSONString())), NAME);
    city =
        new City(
            context.getBean(Entitlements.class),
            new StoreAddress.Http(false, "127.0.0.1", port, ""));
  }

  private static String[] with(String[] settings, String... own) {
    Set<String> given =
        Stream.of(settings).map(GateHouse::name).collect(Collectors.toUnmodifiableSet());
    return Stream.concat(
            Stream.of(own).filter(setting -> !given.contains(name(setting))), Stream.of(settings))
        .toArray(String[]::new);
  }

  private static String name(String setting) {
    return setting.substring(0, setting.indexOf('='));
  }

  int port() {
    return context.getBean(Gate.class).port();
  }

  /** The upstream answers so at this path and below. */
  void upstream(String path, HttpHandler handler) {
    upstream.createContext(
        path,
        exchange -> {
          seen.add(
              new Seen(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  Map.copyOf(exchange.getRequestHeaders())));
          handler.handle(exchange);
        });
  }

  /** The upstream answers this JSON at this path. */
  void upstream(String path, String json) {
    upstream(path, exchange -> say(exchange, 200, json));
  }

  static void say(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
    }
    exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  /** What its tokens are signed with. */
  RSAKey key() {
    return key;
  }

  /** A token for a client of this instance. */
  String token(String clientId) throws JOSEException {
    return token(clientId, claims -> claims);
  }

  String token(String clientId, UnaryOperator<JWTClaimsSet.Builder> more) throws JOSEException {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .audience(NAME)
            .subject(clientId)
            .claim("client_id", clientId)
            .expirationTime(Date.from(Instant.now().plusSeconds(300)));
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("key-1")
                .type(new JOSEObjectType("at+jwt"))
                .build(),
            more.apply(claims).build());
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  @Override
  public void close() {
    context.close();
    upstream.stop(0);
  }
}
