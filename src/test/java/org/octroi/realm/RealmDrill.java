package org.octroi.realm;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.octroi.Octroi;
import org.octroi.identity.FirstAdministrator;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.FreePorts;
import org.octroi.testing.KeycloakServer;
import org.octroi.testing.KeycloakServer.Realm;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/**
 * Applications are registered while the genuine Keycloak that they are provisioned in is killed and
 * comes back: the whole desk, and how each of them stands in the realm afterwards. {@code
 * DRILL_APPLICATIONS} says how many.
 */
final class RealmDrill {

  private static final String SECRET = "the-secret-of-the-desk";

  private final URI desk;
  private final Queue<Shown> shown = new ConcurrentLinkedQueue<>();

  private record Shown(String clientId, String secret) {}

  private RealmDrill(URI desk) {
    this.desk = desk;
  }

  public static void main(String[] args) throws Exception {
    int many = Integer.parseInt(System.getenv().getOrDefault("DRILL_APPLICATIONS", "200"));
    KeycloakServer server = KeycloakServer.ofItsOwn();
    Realm realm = server.newRealm();
    realm.addAdministrator(
        "octroi-provisioning",
        SECRET,
        List.of("manage-clients", "view-clients", "manage-realm", "view-realm"));
    Path folder = Files.createTempDirectory("realm-drill");
    int port = FreePorts.next();
    try (ConfigurableApplicationContext house =
        new SpringApplicationBuilder(Octroi.class)
            .run(
                "--octroi.data-folder=" + folder,
                "--octroi.demo=false",
                "--octroi.gate.port=0",
                "--octroi.identity.accounts-per-address=100000",
                "--server.port=" + port,
                "--management.server.port=0",
                "--octroi.outbox.first-pause=1s",
                "--octroi.outbox.longest-pause=5s",
                "--octroi.outbox.max-tries=100",
                "--octroi.store.allowed-addresses=127.0.0.1:" + server.port(),
                "--octroi.keycloak.url=" + server.url(),
                "--octroi.keycloak.realm=" + realm.name(),
                "--octroi.identity.email-confirmation=not-required",
                "--octroi.keycloak.client-secret=" + SECRET)) {
      RealmDrill drill = new RealmDrill(URI.create("http://127.0.0.1:" + port));
      String operator =
          drill.operator(house.getBean(FirstAdministrator.class).renewLink().orElseThrow());
      drill.register(many, server);
      System.out.println("registered " + many + " applications, Keycloak was killed among them");
      server.comeBack();
      long began = System.nanoTime();
      await()
          .atMost(Duration.ofMinutes(10))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> drill.waiting(operator) == 0);
      System.out.println(
          "value in-step-seconds " + Duration.ofNanos(System.nanoTime() - began).toMillis() / 1e3);
      drill.count(realm);
    } finally {
      FileSystemUtils.deleteRecursively(folder);
    }
    System.exit(0);
  }

  private String operator(String link) {
    return post(
            Caller.anybody(),
            "/api/v1/people/first-administrator",
            Map.of(
                "link", link,
                "email", "ops@example.org",
                "displayName", "Ops",
                "password", "quiet rivers carry barges"))
        .at("/token")
        .asString();
  }

  /** By a few at once; when half of them are there, the server is killed. */
  private void register(int many, KeycloakServer server)
      throws InterruptedException, ExecutionException {
    String owner =
        post(
                Caller.anybody(),
                "/api/v1/people",
                Map.of(
                    "email", UUID.randomUUID() + "@example.org",
                    "displayName", "Somebody",
                    "password", "quiet rivers carry barges",
                    "reuserKind", "company"))
            .at("/token")
            .asString();
    CountDownLatch half = new CountDownLatch(many / 2);
    List<Future<?>> registered = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < many; i++) {
        String name = "program " + i;
        registered.add(
            threads.submit(
                () -> {
                  JsonNode made =
                      post(Caller.bearing(owner), "/api/v1/applications", Map.of("name", name));
                  shown.add(
                      new Shown(
                          made.at("/clientId").asString(), made.at("/clientSecret").asString()));
                  half.countDown();
                }));
      }
      half.await();
      server.kill();
    }
    for (Future<?> one : registered) {
      one.get();
    }
  }

  private long waiting(String operator) {
    Answer answer = Caller.bearing(operator).get(desk.resolve("/api/v1/realm"));
    return answer.json().at("/waiting").asLong(1);
  }

  private JsonNode post(Caller by, String path, Map<String, String> body) {
    Answer answer = by.post(desk.resolve(path), body);
    if (answer.status() > 299) {
      throw new IllegalStateException(path + " said " + answer.status() + ": " + answer.text());
    }
    return answer.json();
  }

  private void count(Realm realm) {
    int missing = 0;
    int doubled = 0;
    int refused = 0;
    for (Shown one : shown) {
      int clients = realm.read("/clients?clientId=" + one.clientId()).size();
      missing += clients == 0 ? 1 : 0;
      doubled += clients > 1 ? 1 : 0;
      refused += clients == 1 && realm.refuses(one.clientId(), one.secret()) ? 1 : 0;
    }
    System.out.println("value applications " + shown.size());
    System.out.println("value missing " + missing);
    System.out.println("value doubled " + doubled);
    System.out.println("value refused " + refused);
  }
}
