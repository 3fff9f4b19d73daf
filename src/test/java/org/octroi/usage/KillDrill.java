package org.octroi.usage;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.octroi.usage.UsageEvent.Outcome;
import org.springframework.util.FileSystemUtils;

/**
 * Kills a gate under load, again and again, and holds what its clients saw beside what the ledger
 * says: the journal, the rollups and the event log. {@code DRILL_KILLS} says how often, {@code
 * DRILL_CONNECTIONS} from how many connections it is loaded, {@code DRILL_ANSWERS} how many answers
 * are seen between two kills.
 */
final class KillDrill {

  /** What a kill in the middle of a body may leave unmetered of it. */
  static final long UNMETERED_BYTES = 8L << 20;

  /** Enough that a part of it is metered. */
  private static final long SOME_OF_A_LARGE_ONE = 3 * UNMETERED_BYTES;

  private final Path folder;
  private final int connections;
  private final Queue<String> whole = new ConcurrentLinkedQueue<>();
  private final Queue<Part> parts = new ConcurrentLinkedQueue<>();

  /** How much of the body that never ends has come in this life. */
  private volatile long largeBytes;

  KillDrill(Path folder, int connections) {
    this.folder = folder;
    this.connections = connections;
  }

  /** An answer that a kill cut off: so much of its body had come. */
  private record Part(String request, long bytes) {}

  /**
   * What came of it.
   *
   * @param seen whole answers that the clients saw
   * @param journal whole answers in the journal
   * @param rollups whole answers in the rollups
   * @param eventLog whole answers in the event log
   * @param cut cut answers in the rollups
   * @param cutInLog cut answers in the event log
   * @param lost answers that were seen, or are in the journal, and are missing somewhere
   * @param doubled answers that are somewhere more than once
   * @param unmetered the most bytes of one cut body that came to a client and are not in the ledger
   */
  record Report(
      long seen,
      long journal,
      long rollups,
      long eventLog,
      long cut,
      long cutInLog,
      long lost,
      long doubled,
      long unmetered) {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("kill-drill");
    try {
      KillDrill drill = new KillDrill(folder, number("DRILL_CONNECTIONS", 4));
      Report report = drill.run(number("DRILL_KILLS", 20), number("DRILL_ANSWERS", 2000));
      System.out.println(
          "the clients saw "
              + report.seen()
              + " whole answers, and "
              + drill.parts.size()
              + " that kills cut off");
      System.out.println(
          "the ledger says: journal "
              + report.journal()
              + ", rollups "
              + report.rollups()
              + ", event log "
              + report.eventLog()
              + " whole answers");
      System.out.println(
          "cut answers: rollups " + report.cut() + ", event log " + report.cutInLog());
      System.out.println("value unmetered-bytes-of-a-cut-body " + report.unmetered());
      System.out.println("value lost " + report.lost());
      System.out.println("value doubled " + report.doubled());
    } finally {
      FileSystemUtils.deleteRecursively(folder);
    }
  }

  private static int number(String variable, int otherwise) {
    return Integer.parseInt(System.getenv().getOrDefault(variable, Integer.toString(otherwise)));
  }

  /** Kills so often, each time when so many more answers were seen; then compares. */
  Report run(int kills, int answers) throws Exception {
    for (int kill = 1; kill <= kills; kill++) {
      Life life = new Life();
      List<Thread> clients = new ArrayList<>();
      try {
        for (int i = 0; i < connections; i++) {
          clients.add(Thread.ofPlatform().start(() -> life.askAgainAndAgain("small")));
        }
        clients.add(Thread.ofPlatform().start(() -> life.askAgainAndAgain("large")));
        int enough = whole.size() + answers;
        await()
            .atMost(Duration.ofMinutes(2))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> whole.size() >= enough && largeBytes >= SOME_OF_A_LARGE_ONE);
      } finally {
        life.kill();
      }
      largeBytes = 0;
      for (Thread client : clients) {
        client.join();
      }
    }
    new Life().stop();
    return compare();
  }

  /** One process of the gate. */
  private final class Life {
    private final Process process;
    private final int port;

    Life() throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx512m",
                  "-XX:+UseParallelGC",
                  "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  classPath(),
                  "org.octroi.gate.GateUnderFire",
                  folder.toString())
              .redirectErrorStream(true)
              .start();
      port = port();
    }

    /** Ours, without the empty entry at its end that a build may put there: it means any folder. */
    private static String classPath() {
      return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> !entry.isEmpty())
          .collect(Collectors.joining(File.pathSeparator));
    }

    private int port() throws IOException {
      List<String> said = new ArrayList<>();
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("port ")) {
          Thread.ofVirtual().start(() -> lines.lines().forEach(more -> {}));
          return Integer.parseInt(line.substring("port ".length()));
        }
        said.add(line);
      }
      throw new IllegalStateException("the gate did not start:\n" + String.join("\n", said));
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
      process.toHandle().destroyForcibly();
      process.waitFor();
    }

    /** As {@code SIGTERM} does. */
    void stop() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the gate does not stop");
      }
    }

    void askAgainAndAgain(String dataset) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        Reading reading = new Reading(socket.getInputStream());
        byte[] question =
            ("GET /rennes/" + dataset + " HTTP/1.1\r\nHost: gate\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        while (true) {
          socket.getOutputStream().write(question);
          reading.answer();
        }
      } catch (IOException killed) {
        // As is meant.
      }
    }
  }

  /** Reads answers, and remembers how each ended. */
  private final class Reading {
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int from;
    private int to;

    Reading(InputStream in) {
      this.in = in;
    }

    void answer() throws IOException {
      String status = line();
      String request = "";
      long length = -1;
      for (String field = line(); !field.isEmpty(); field = line()) {
        if (field.startsWith("octroi-request:")) {
          request = field.substring(field.indexOf(':') + 1).strip();
        } else if (field.startsWith("content-length:")) {
          length = Long.parseLong(field.substring(field.indexOf(':') + 1).strip());
        }
      }
      long[] came = {0};
      try {
        if (length >= 0) {
          pass(length, came);
        } else {
          for (int size = size(); size > 0; size = size()) {
            pass(size, came);
            largeBytes = came[0];
            line();
          }
          line();
        }
      } catch (IOException cut) {
        parts.add(new Part(request, came[0]));
        throw cut;
      }
      if (status.contains(" 200 ")) {
        whole.add(request);
      }
    }

    private int size() throws IOException {
      return Integer.parseInt(line(), 16);
    }

    private void pass(long bytes, long[] came) throws IOException {
      long left = bytes;
      while (left > 0) {
        fill();
        int taken = (int) Math.min(left, to - from);
        from += taken;
        left -= taken;
        came[0] += taken;
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      while (true) {
        fill();
        char c = (char) buffer[from++];
        if (c == '\n') {
          return line.toString();
        }
        if (c != '\r') {
          line.append(c);
        }
      }
    }

    private void fill() throws IOException {
      if (from == to) {
        from = 0;
        to = in.read(buffer);
        if (to < 0) {
          to = 0;
          throw new IOException("the connection ended");
        }
      }
    }
  }

  private Report compare() throws IOException, SQLException {
    Set<String> completed = new HashSet<>();
    Map<String, Long> metered = new HashMap<>();
    long inJournal = 0;
    MappedJournal journal = Journals.open(folder.resolve("journal"));
    try {
      bringTheRestOver(journal);
      for (UsageEvent event : Journals.events(journal)) {
        metered.merge(event.requestId(), event.bytesOut(), Math::max);
        if (!event.provisional() && event.outcome() == Outcome.COMPLETE) {
          inJournal++;
          completed.add(event.requestId());
        }
      }
    } finally {
      journal.destroy();
    }
    long[] rollups =
        counted(
            "jdbc:h2:file:" + folder.resolve("octroi") + ";MODE=MySQL",
            """
            select coalesce(sum(case when outcome = 'complete' then requests else 0 end), 0),
              coalesce(sum(case when outcome = 'cut' then requests else 0 end), 0), 0
            from usage_rollup
            """);
    long[] log =
        counted(
            "jdbc:duckdb:",
            """
            select count(*) filter (outcome = 'complete'), count(*) filter (outcome = 'cut'),
              count(*) - count(distinct request_id)
            from read_parquet('%s/territory=*/day=*/*.parquet')
            """
                .formatted(folder.resolve("event-log")));
    long lost =
        missing(whole, completed)
            + Math.max(0, completed.size() - rollups[0])
            + Math.max(0, completed.size() - log[0])
            + Math.abs(rollups[1] - log[1]);
    long doubled =
        inJournal
            - completed.size()
            + Math.max(0, rollups[0] - completed.size())
            + Math.max(0, log[0] - completed.size())
            + log[2];
    long unmetered = 0;
    for (Part part : parts) {
      unmetered = Math.max(unmetered, part.bytes() - metered.getOrDefault(part.request(), 0L));
    }
    return new Report(
        whole.size(), inJournal, rollups[0], log[0], rollups[1], log[1], lost, doubled, unmetered);
  }

  private void bringTheRestOver(MappedJournal journal) throws IOException {
    UsageProperties usage = Journals.in(folder.resolve("journal"));
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    EventLog log =
        new EventLog(
            new JournalReader(journal),
            List::of,
            EventLogs.in(folder.resolve("event-log"), 16),
            new EventLogFolder(folder.resolve("event-log")),
            new DiskWatch(usage, new LocalDisk(), metrics),
            Clock.systemUTC(),
            metrics);
    log.write();
    log.release();
  }

  private static long missing(Collection<String> seen, Set<String> kept) {
    return seen.stream().filter(request -> !kept.contains(request)).count();
  }

  private static long[] counted(String url, String sql) throws SQLException {
    try (Connection connection =
            url.startsWith("jdbc:h2:")
                ? DriverManager.getConnection(url, "octroi", "octroi")
                : DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return new long[] {row.getLong(1), row.getLong(2), row.getLong(3)};
    }
  }
}
