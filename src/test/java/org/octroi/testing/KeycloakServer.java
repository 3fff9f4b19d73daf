package org.octroi.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.octroi.testing.Caller.Answer;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/**
 * The genuine Keycloak that the build unpacked ({@code keycloak.home}), started once for this JVM
 * on a random loopback port over a folder of its own, and stopped when the JVM ends, killed or not.
 * It can be killed and started again on what it kept.
 *
 * <p>The first use on a machine lets it put its parts together and lay out an empty database beside
 * them, which takes most of a first start; each server begins with a copy of that. What is in the
 * way of a quick start is left out: the second compiler, and a cluster.
 */
public final class KeycloakServer {

  private static final Duration START_WITHIN = Duration.ofMinutes(3);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(60);
  private static final String ADMIN = "the-admin-of-the-tests";
  private static final String PASSWORD = "the-password-of-the-tests";

  private static final class OfThisJvm {
    static final KeycloakServer SERVER = start(QUICK);
  }

  /** A quick start, in little memory. */
  private static final List<String> QUICK =
      List.of("-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  /** As its own script starts it, but for the memory. */
  private static final List<String> AS_IT_COMES = List.of("-Xmx512m", "-XX:+UseG1GC");

  private final Path folder;
  private final int port;
  private final List<String> flags;
  private TiedProcess process;

  private KeycloakServer(Path home, Path folder, int port, List<String> flags) throws IOException {
    this.folder = folder;
    this.port = port;
    this.flags = flags;
    this.process = begin(home);
    awaitReady();
  }

  /** The server, started by the first to ask. */
  public static KeycloakServer ofThisJvm() {
    return OfThisJvm.SERVER;
  }

  /** A server of the caller's own, which may be killed and come back; it ends with this JVM. */
  public static KeycloakServer ofItsOwn() {
    return start(QUICK);
  }

  /** A server of the caller's own that is slow to start and then as fast as it can be. */
  public static KeycloakServer asItComes() {
    return start(AS_IT_COMES);
  }

  /** Where it listens, such as {@code http://127.0.0.1:20123}. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** The loopback port it listens on. */
  public int port() {
    return port;
  }

  /** As {@code kill -9} does; what it had committed stays. */
  public void kill() {
    process.kill();
  }

  /** Starts it again, on the same port with what it kept. */
  public void comeBack() {
    try {
      process = begin(home());
      awaitReady();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A realm of the caller's own, with nothing of the caller's in it. */
  public Realm newRealm() {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    accepted(
        admin()
            .post(
                URI.create(url() + "/admin/realms"),
                Map.of("realm", name, "enabled", true, "sslRequired", "none")));
    return new Realm(this, name);
  }

  private Caller admin() {
    return Caller.bearing(
        token(
            "master",
            Map.of(
                "grant_type",
                "password",
                "client_id",
                "admin-cli",
                "username",
                ADMIN,
                "password",
                PASSWORD)));
  }

  private String token(String realm, Map<String, String> form) {
    return accepted(
            Caller.anybody()
                .postForm(
                    URI.create(url() + "/realms/" + realm + "/protocol/openid-connect/token"),
                    form))
        .json()
        .at("/access_token")
        .asString();
  }

  private static Answer accepted(Answer answer) {
    if (answer.status() < 200 || answer.status() > 299) {
      throw new IllegalStateException("Keycloak said " + answer.status() + ": " + answer.text());
    }
    return answer;
  }

  /** A realm of this server, as its administrator sees it. */
  public record Realm(KeycloakServer server, String name) {

    /** What its tokens say issued them. */
    public String issuer() {
      return server.url() + "/realms/" + name;
    }

    /** What its administrator asks at this address below the realm's own. */
    public JsonNode read(String path) {
      return accepted(server.admin().get(admin(path))).json();
    }

    /** Posts this below the realm's own address; the id of what was made, where the answer says. */
    public String make(String path, Object body) {
      String location = accepted(server.admin().post(admin(path), body)).header("Location");
      return location.substring(location.lastIndexOf('/') + 1);
    }

    /** Puts this below the realm's own address. */
    public void change(String path, Object body) {
      accepted(server.admin().put(admin(path), body));
    }

    /** Deletes what is at this address below the realm's own. */
    public void delete(String path) {
      accepted(server.admin().delete(admin(path)));
    }

    /** A client for client credentials, whose tokens are meant for this audience. */
    public void addProgram(String clientId, String secret, String audience) {
      make(
          "/clients",
          Map.of(
              "clientId",
              clientId,
              "secret",
              secret,
              "serviceAccountsEnabled",
              true,
              "standardFlowEnabled",
              false,
              "protocolMappers",
              List.of(audienceMapper(audience))));
    }

    private static Map<String, Object> audienceMapper(String audience) {
      return Map.of(
          "name", "audience",
          "protocol", "openid-connect",
          "protocolMapper", "oidc-audience-mapper",
          "config", Map.of("included.custom.audience", audience, "access.token.claim", "true"));
    }

    /** A token of a program, by client credentials. */
    public String token(String clientId, String secret) {
      return server.token(
          name,
          Map.of(
              "grant_type", "client_credentials",
              "client_id", clientId,
              "client_secret", secret));
    }

    /** The same for a scope. */
    public String token(String clientId, String secret, String scope) {
      return server.token(
          name,
          Map.of(
              "grant_type", "client_credentials",
              "client_id", clientId,
              "client_secret", secret,
              "scope", scope));
    }

    /** Whether it gives a program no token. */
    public boolean refuses(String clientId, String secret) {
      return Caller.anybody()
              .postForm(
                  URI.create(issuer() + "/protocol/openid-connect/token"),
                  Map.of(
                      "grant_type", "client_credentials",
                      "client_id", clientId,
                      "client_secret", secret))
              .status()
          == 401;
    }

    /** A client whose own account may do this with the realm. */
    public void addAdministrator(String clientId, String secret, List<String> roles) {
      String id =
          make(
              "/clients",
              Map.of("clientId", clientId, "secret", secret, "serviceAccountsEnabled", true));
      String user = read("/clients/" + id + "/service-account-user").at("/id").asString();
      String management = read("/clients?clientId=realm-management").at("/0/id").asString();
      List<Map<String, String>> given = new ArrayList<>();
      for (JsonNode role : read("/clients/" + management + "/roles")) {
        if (roles.contains(role.at("/name").asString())) {
          given.add(Map.of("id", role.at("/id").asString(), "name", role.at("/name").asString()));
        }
      }
      make("/users/" + user + "/role-mappings/clients/" + management, given);
    }

    /** From now on it signs with a new key; what the one before signed is good still. */
    public void rotateKeys() {
      String realm = read("").at("/id").asString();
      make(
          "/components",
          Map.of(
              "name",
              "next-" + UUID.randomUUID(),
              "providerId",
              "rsa-generated",
              "providerType",
              "org.keycloak.keys.KeyProvider",
              "parentId",
              realm,
              "config",
              Map.of(
                  "priority", List.of(Long.toString(System.currentTimeMillis() / 1000)),
                  "enabled", List.of("true"),
                  "active", List.of("true"))));
    }

    /** What older keys signed is good no more: only the ones that it was given last stay. */
    public void takeBackOlderKeys() {
      for (JsonNode key : read("/components?type=org.keycloak.keys.KeyProvider")) {
        if (key.at("/providerId").asString().equals("rsa-generated")
            && !key.at("/name").asString().startsWith("next-")) {
          delete("/components/" + key.at("/id").asString());
        }
      }
    }

    private URI admin(String path) {
      return URI.create(server.url() + "/admin/realms/" + name + path);
    }
  }

  private static KeycloakServer start(List<String> flags) {
    Path home = home();
    try {
      prepare(home);
      Path folder =
          Files.createTempDirectory(
              Files.createDirectories(Path.of("target").toAbsolutePath()), "keycloak-");
      FileSystemUtils.copyRecursively(prepared(home), folder);
      KeycloakServer server = new KeycloakServer(home, folder, FreePorts.next(), flags);
      Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "keycloak-stop"));
      return server;
    } catch (IOException e) {
      throw new IllegalStateException("Keycloak could not be started from " + home, e);
    }
  }

  private static Path home() {
    Path home = Path.of(System.getProperty("keycloak.home", ".cache/keycloak-26.5.6"));
    if (!Files.isRegularFile(home.resolve("bin/kc.sh"))) {
      throw new IllegalStateException(
          "no Keycloak in %s; `mvn process-test-classes` puts it there"
              .formatted(home.toAbsolutePath()));
    }
    return home.toAbsolutePath();
  }

  private static Path prepared(Path home) {
    return home.resolve("prepared");
  }

  /** Once on this machine; whoever comes second waits for the first. */
  private static void prepare(Path home) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                home.resolve("prepare.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      if (!lock.isValid() || Files.exists(prepared(home))) {
        return;
      }
      Path folder = Files.createDirectories(home.resolve("preparing"));
      FileSystemUtils.deleteRecursively(folder);
      Files.createDirectories(folder);
      TiedProcess build =
          TiedProcess.begin(
              "keycloak-build",
              List.of(
                  "sh",
                  home.resolve("bin/kc.sh").toString(),
                  "build",
                  "--db=dev-file",
                  "--cache=local"),
              Map.of(
                  "JAVA_HOME",
                  System.getProperty("java.home"),
                  "JAVA_OPTS_APPEND",
                  "-XX:TieredStopAtLevel=1"),
              log(folder));
      await("Keycloak's parts").atMost(START_WITHIN).until(() -> !build.isAlive());
      new KeycloakServer(home, folder, FreePorts.next(), QUICK).process.stop(STOP_WITHIN);
      Files.deleteIfExists(log(folder));
      Files.move(folder, prepared(home));
    }
  }

  private TiedProcess begin(Path home) throws IOException {
    // H2 writes what was committed up to half a second later, unless told: a kill would lose it.
    String database =
        "jdbc:h2:file:" + folder.resolve("data") + ";NON_KEYWORDS=VALUE;WRITE_DELAY=0";
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(flags);
    command.addAll(
        List.of(
            "-XX:MaxMetaspaceSize=256m",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dkc.home.dir=" + home,
            "-Djboss.server.config.dir=" + home.resolve("conf"),
            "-cp",
            home.resolve("lib/quarkus-run.jar").toString(),
            "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
            "start",
            "--optimized",
            "--http-enabled=true",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--hostname-strict=false",
            "--log-level=warn",
            "--db-url=" + database));
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
    environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD);
    return TiedProcess.begin("keycloak", command, environment, log(folder));
  }

  private void awaitReady() throws IOException {
    await("Keycloak on port " + port)
        .atMost(START_WITHIN)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> !process.isAlive() || answers());
    if (!process.isAlive()) {
      throw new IOException("Keycloak ended at its start: " + Files.readString(log(folder)));
    }
  }

  private boolean answers() {
    try {
      return Caller.anybody().get(URI.create(url() + "/realms/master")).status() == 200;
    } catch (java.io.UncheckedIOException notYet) {
      return false;
    }
  }

  private void stop() {
    try {
      process.kill();
      FileSystemUtils.deleteRecursively(folder);
    } catch (IOException e) {
      System.err.println("Keycloak's folder " + folder + " is left behind: " + e);
    }
  }

  private static Path log(Path folder) {
    return folder.resolve("keycloak.log");
  }
}
