package org.octroi.story;

import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.StartedOctroi;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/**
 * Programs that fetch tokens, use the newest and the oldest of them and ask whether they are good,
 * while the signing key is rotated; and a verifier elsewhere, who reads the public keys from time
 * to time only. Whatever is refused is counted.
 */
final class RotationUnderLoad {

  private static final int PROGRAMS = 6;
  private static final Duration LIFETIME = Duration.ofMinutes(1);
  private static final Duration LEAD = Duration.ofSeconds(10);

  /** As long as a verifier elsewhere keeps the keys. */
  private static final Duration KEPT_ELSEWHERE = Duration.ofSeconds(5);

  /** A token is used last so long before its end. */
  private static final Duration BEFORE_ITS_END = Duration.ofSeconds(5);

  /** A little less than the tier's pace. */
  private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(60);

  private final StartedOctroi octroi;
  private final URI door;
  private final AtomicLong asked = new AtomicLong();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final Set<String> signedBy = new ConcurrentSkipListSet<>();
  private volatile Set<String> knownElsewhere = Set.of();
  private volatile boolean over;

  private RotationUnderLoad(StartedOctroi octroi) {
    this.octroi = octroi;
    this.door = octroi.gate("/bordeaux/bike-racks/api?limit=1");
  }

  /**
   * What came of it.
   *
   * @param asked how many calls were made
   * @param failed what was refused, and how
   * @param keys by how many keys the tokens were signed
   */
  record Outcome(long asked, List<String> failed, int keys) {}

  private record Held(String token, long untilNanos) {}

  /** {@code BENCH_ROTATION_SECONDS} goes on after the new key signs; a whole life of tokens. */
  public static void main(String[] args) throws Exception {
    Duration after =
        Duration.ofSeconds(
            Integer.parseInt(System.getenv().getOrDefault("BENCH_ROTATION_SECONDS", "130")));
    Path folder = Files.createTempDirectory("rotation-bench");
    try {
      Outcome outcome = in(folder, after);
      outcome.failed().stream().limit(20).forEach(System.out::println);
      System.out.println("value rotation-requests " + outcome.asked());
      System.out.println("value rotation-keys " + outcome.keys());
      System.out.println("value rotation-failed " + outcome.failed().size());
    } finally {
      FileSystemUtils.deleteRecursively(folder);
    }
    System.exit(0);
  }

  /** Starts the program in this folder, and goes on for so long after the new key signs. */
  static Outcome in(Path folder, Duration after) throws InterruptedException, ExecutionException {
    try (StartedOctroi octroi =
        StartedOctroi.in(
            folder,
            "--octroi.authority.token-lifetime=" + LIFETIME,
            "--octroi.authority.key-lead=" + LEAD)) {
      return new RotationUnderLoad(octroi).run(after);
    }
  }

  private Outcome run(Duration after) throws InterruptedException, ExecutionException {
    Story story = new Story(octroi);
    List<Story.Reuser> programs = new ArrayList<>();
    for (int i = 0; i < PROGRAMS; i++) {
      Story.Reuser program = story.aReuser("program-" + i);
      program.withAgreementOn("bordeaux", "metropole-steady", "ServiceProvision");
      programs.add(program);
    }
    knownElsewhere = shown();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Story.Reuser program : programs) {
        all.add(
            threads.submit(
                () -> {
                  use(program);
                  return null;
                }));
      }
      all.add(
          threads.submit(
              () -> {
                verifyElsewhere();
                return null;
              }));
      try {
        Thread.sleep(LEAD);
        JsonNode next =
            expect(
                    201,
                    "rotate",
                    story.operator().post(octroi.desk("/api/v1/signing-keys/rotate"), Map.of()))
                .json();
        System.out.println("the next key: " + next);
        Thread.sleep(LEAD.plus(after));
      } finally {
        over = true;
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return new Outcome(asked.get(), List.copyOf(failed), signedBy.size());
  }

  private Set<String> shown() {
    Set<String> ids = new HashSet<>();
    Answer answer = Caller.anybody().get(octroi.desk("/oauth2/jwks"));
    for (JsonNode key : expect(200, "keys", answer).json().path("keys")) {
      ids.add(key.path("kid").asString());
    }
    return ids;
  }

  private void verifyElsewhere() throws InterruptedException {
    while (!over) {
      knownElsewhere = shown();
      Thread.sleep(KEPT_ELSEWHERE);
    }
  }

  private void use(Story.Reuser program) throws InterruptedException, ParseException {
    Deque<Held> held = new ArrayDeque<>();
    while (!over) {
      Answer given = expect(200, "token", program.tokenAnswer("grant_type=client_credentials"));
      if (given.status() == 200) {
        String token = given.json().path("access_token").asString();
        held.addLast(new Held(token, System.nanoTime() + LIFETIME.minus(BEFORE_ITS_END).toNanos()));
        String key = SignedJWT.parse(token).getHeader().getKeyID();
        signedBy.add(key);
        if (!knownElsewhere.contains(key)) {
          failed.add("elsewhere: the key " + key + " is not known");
        }
        expect(200, "newest at the gate", Caller.bearing(token).get(door));
      }
      while (!held.isEmpty() && held.getFirst().untilNanos() < System.nanoTime()) {
        held.removeFirst();
      }
      if (!held.isEmpty()) {
        String oldest = held.getFirst().token();
        expect(200, "oldest at the gate", Caller.bearing(oldest).get(door));
        Answer known = program.formAnswer("/oauth2/introspect", "token=" + oldest);
        if (!expect(200, "introspection", known).json().path("active").asBoolean()) {
          failed.add("introspection: the oldest token is not active");
        }
      }
      Thread.sleep(BETWEEN_ROUNDS);
    }
  }

  private Answer expect(int status, String what, Answer answer) {
    asked.incrementAndGet();
    if (answer.status() != status) {
      failed.add(what + ": " + answer.status() + " " + answer.text());
    }
    return answer;
  }
}
