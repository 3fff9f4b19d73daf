package org.octroi.realm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.octroi.testing.Caller;
import org.octroi.testing.KeycloakServer;
import org.octroi.testing.KeycloakServer.Realm;
import org.octroi.testing.Median;
import org.octroi.testing.StartedOctroi;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/**
 * Tokens by client credentials, from the built program and from a genuine Keycloak as it comes,
 * each a process of its own with half a gigabyte, asked in turn by the same clients over
 * connections that stay open. {@code BENCH_ROUNDS} and {@code BENCH_SECONDS} say how often and for
 * how long.
 */
final class IssueBench {

  private static final int CLIENTS = 32;
  private static final double P99 = 0.99;
  private static final int WARM_UP_ROUNDS = 2;

  private final String name;
  private final URI endpoint;
  private final byte[] request;
  private final List<Double> perSecond = new ArrayList<>();
  private final List<Double> p99Millis = new ArrayList<>();

  private IssueBench(String name, URI endpoint, String clientId, String secret) {
    this.name = name;
    this.endpoint = endpoint;
    String form =
        "grant_type=client_credentials&client_id=" + clientId + "&client_secret=" + secret;
    this.request =
        ("POST "
                + endpoint.getRawPath()
                + " HTTP/1.1\r\nHost: "
                + endpoint.getAuthority()
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                + form.length()
                + "\r\n\r\n"
                + form)
            .getBytes(US_ASCII);
  }

  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(System.getenv().getOrDefault("BENCH_ROUNDS", "5"));
    Duration each =
        Duration.ofSeconds(Integer.parseInt(System.getenv().getOrDefault("BENCH_SECONDS", "10")));
    Path folder = Files.createTempDirectory("issue-bench");
    KeycloakServer server = KeycloakServer.asItComes();
    try (StartedOctroi octroi =
        StartedOctroi.in(
            folder, "--octroi.demo=false", "--octroi.identity.email-confirmation=not-required")) {
      IssueBench ours = ours(octroi);
      IssueBench theirs = theirs(server);
      for (int round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
        for (IssueBench one : List.of(ours, theirs)) {
          one.round(round, each);
        }
      }
      System.out.println("value issued-per-second " + median(ours.perSecond));
      System.out.println(
          "value issued-vs-keycloak " + median(ours.perSecond) / median(theirs.perSecond));
      System.out.println("value p99-millis " + median(ours.p99Millis));
      System.out.println(
          "value p99-vs-keycloak " + median(ours.p99Millis) / median(theirs.p99Millis));
    } finally {
      FileSystemUtils.deleteRecursively(folder);
    }
    System.exit(0);
  }

  private static double median(List<Double> values) {
    return Median.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static IssueBench ours(StartedOctroi octroi) {
    Caller.Answer person =
        Caller.anybody()
            .post(
                octroi.desk("/api/v1/people"),
                Map.of(
                    "email", "bench@example.org",
                    "displayName", "Bench",
                    "password", "quiet rivers carry barges",
                    "reuserKind", "company"));
    JsonNode made =
        Caller.bearing(person.json().at("/token").asString())
            .post(octroi.desk("/api/v1/applications"), Map.of("name", "bench"))
            .json();
    return new IssueBench(
        "octroi",
        octroi.desk("/oauth2/token"),
        made.at("/clientId").asString(),
        made.at("/clientSecret").asString());
  }

  private static IssueBench theirs(KeycloakServer server) {
    Realm realm = server.newRealm();
    String secret = "the-secret-of-a-program-of-the-bench";
    realm.addProgram("bench", secret, "https://gate.example");
    return new IssueBench(
        "keycloak", URI.create(realm.issuer() + "/protocol/openid-connect/token"), "bench", secret);
  }

  private void round(int number, Duration lasting) throws InterruptedException, ExecutionException {
    List<long[]> all = new ArrayList<>();
    long began = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<long[]>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(() -> ask(began + lasting.toNanos())));
      }
      for (Future<long[]> client : clients) {
        all.add(client.get());
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    long[] nanos = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    double rate = nanos.length / seconds;
    double p99 = nanos[(int) (nanos.length * P99)] / 1e6;
    System.out.printf(
        Locale.ROOT,
        "round %s %s %.0f tokens/s p99 %.1f ms%n",
        number > 0 ? number : "warm-up",
        name,
        rate,
        p99);
    if (number > 0) {
      perSecond.add(rate);
      p99Millis.add(p99);
    }
  }

  /** One client; how long it waited for each token. */
  private long[] ask(long untilNanos) throws IOException {
    long[] waits = new long[1024];
    int count = 0;
    while (System.nanoTime() < untilNanos) {
      try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
        socket.setTcpNoDelay(true);
        OutputStream out = socket.getOutputStream();
        InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        boolean open = true;
        while (open && System.nanoTime() < untilNanos) {
          long asked = System.nanoTime();
          out.write(request);
          Answer answer = answer(in);
          if (!answer.body().contains("\"access_token\"")) {
            throw new IOException(name + " said: " + answer);
          }
          open = answer.staysOpen();
          if (count == waits.length) {
            waits = Arrays.copyOf(waits, 2 * count);
          }
          waits[count++] = System.nanoTime() - asked;
        }
      }
    }
    return Arrays.copyOf(waits, count);
  }

  /** What came back, and whether the server leaves the connection open after it. */
  private record Answer(String status, String body, boolean staysOpen) {}

  private static Answer answer(InputStream in) throws IOException {
    int length = -1;
    boolean staysOpen = true;
    String line = line(in);
    String status = line;
    while (!line.isEmpty()) {
      String field = line.toLowerCase(Locale.ROOT);
      if (field.startsWith("content-length:")) {
        length = Integer.parseInt(field.substring(15).strip());
      }
      staysOpen &= !field.equals("connection: close");
      line = line(in);
    }
    StringBuilder body = new StringBuilder();
    if (length >= 0) {
      body.append(new String(in.readNBytes(length), ISO_8859_1));
    } else {
      int part = Integer.parseInt(line(in), 16);
      while (part > 0) {
        body.append(new String(in.readNBytes(part), ISO_8859_1));
        line(in);
        part = Integer.parseInt(line(in), 16);
      }
      line(in);
    }
    return new Answer(status, body.toString(), staysOpen);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(80);
    int next = in.read();
    while (next != '\n') {
      if (next < 0) {
        throw new EOFException("it closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
      next = in.read();
    }
    return line.toString();
  }
}
