package org.octroi.usage;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.octroi.testing.MySqlServer;
import org.octroi.testing.TestDatabase;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Id;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * A genuine MySQL is stopped for an hour of passages, which are replayed as fast as they can be
 * written, and comes back: the real journal, drain and event log, as the program wires them. {@code
 * DRILL_PER_SECOND} says how many passages each second of that time has.
 */
final class OutageDrill {

  private static final Instant BEGIN = Instant.parse("2026-11-25T09:00:00Z");
  private static final int DATASETS = 20;
  private static final int LONG_ONE_IN = 1_000;

  private final UsageJournal journal;
  private final List<PreparedAccess> accesses;
  private final long[] requests = new long[DATASETS];
  private final long[] bytes = new long[DATASETS];
  private long written;
  private long slowestNanos;

  private OutageDrill(UsageJournal journal) {
    this.journal = journal;
    this.accesses =
        IntStream.range(0, DATASETS)
            .mapToObj(i -> new PreparedAccess(Events.agreed(DatasetId.create(), Optional.empty())))
            .toList();
  }

  public static void main(String[] args) throws Exception {
    int perSecond = Integer.parseInt(System.getenv().getOrDefault("DRILL_PER_SECOND", "100"));
    Path folder = Files.createTempDirectory("outage-drill");
    MySqlServer server = MySqlServer.ofItsOwn();
    TestDatabase database = server.emptyDatabase();
    try (ConfigurableApplicationContext house =
        new SpringApplicationBuilder(MeteringBeansTest.Ground.class)
            .web(WebApplicationType.NONE)
            .run(
                "--octroi.data-folder=" + folder,
                "--management.server.port=-1",
                "--spring.datasource.url=" + database.url(),
                "--spring.datasource.hikari.connection-timeout=1000",
                "--octroi.usage.drain-interval=200ms",
                "--octroi.usage.event-log.interval=1s")) {
      OutageDrill drill = new OutageDrill(house.getBean(UsageJournal.class));
      JdbcClient sql = house.getBean(JdbcClient.class);
      drill.replay(BEGIN, Duration.ofMinutes(5), perSecond);
      await().atMost(Duration.ofMinutes(2)).until(() -> drill.inDatabase(sql) == drill.all());
      System.out.println("before: wrote " + drill.all() + ", the rollups have as many");

      server.goDown();
      long began = System.nanoTime();
      drill.replay(BEGIN.plus(Duration.ofMinutes(5)), Duration.ofHours(1), perSecond);
      System.out.printf(
          "database down for an hour, replayed in %.1f s: wrote %d in all, the slowest took %.1f"
              + " ms%n",
          (System.nanoTime() - began) / 1e9, drill.all(), drill.slowestNanos / 1e6);
      server.comeBack();
      drill.replay(BEGIN.plus(Duration.ofMinutes(65)), Duration.ofMinutes(5), perSecond);
      await()
          .atMost(Duration.ofMinutes(5))
          .ignoreExceptions()
          .until(() -> drill.inDatabase(sql) >= drill.all());
      // Another turn must not find any of it again.
      drill.replay(BEGIN.plus(Duration.ofMinutes(70)), Duration.ofSeconds(10), perSecond);
      await().atMost(Duration.ofMinutes(2)).until(() -> drill.inDatabase(sql) >= drill.all());
      Path log = folder.resolve("event-log");
      await().atMost(Duration.ofMinutes(5)).until(() -> inLog(log) >= drill.all());
      drill.compare(sql, log);
    } finally {
      server.goDown();
      FileSystemUtils.deleteRecursively(folder);
    }
  }

  private void replay(Instant from, Duration time, int perSecond) {
    long events = time.toSeconds() * perSecond;
    for (long i = 0; i < events; i++) {
      int dataset = (int) (written % DATASETS);
      Instant at = from.plusNanos(i * 1_000_000_000L / perSecond);
      String request = Id.next().toString();
      PreparedAccess access = accesses.get(dataset);
      long began = System.nanoTime();
      long size = 1_000 + written % 1_000;
      if (written % LONG_ONE_IN == 0) {
        size = 20_000_000;
        journal.append(event(at, request, access, 8_000_000, true));
        journal.append(event(at, request, access, 16_000_000, true));
      }
      journal.append(event(at, request, access, size, false));
      slowestNanos = Math.max(slowestNanos, System.nanoTime() - began);
      requests[dataset]++;
      bytes[dataset] += size;
      written++;
    }
  }

  private long all() {
    return written;
  }

  private long inDatabase(JdbcClient sql) {
    return sql.sql("select coalesce(sum(requests), 0) from usage_rollup")
        .query(Long.class)
        .single();
  }

  private static long inLog(Path log) throws SQLException {
    return byDataset(log).values().stream().mapToLong(sums -> sums[0]).sum();
  }

  /** Requests, bytes and distinct requests of each dataset in the event log. */
  private static Map<String, long[]> byDataset(Path log) throws SQLException {
    Map<String, long[]> sums = new TreeMap<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select dataset_id, count(*), sum(bytes_out)::bigint, count(distinct request_id)
                from read_parquet('%s/territory=*/day=*/*.parquet') group by dataset_id
                """
                    .formatted(log))) {
      while (rows.next()) {
        sums.put(rows.getString(1), new long[] {rows.getLong(2), rows.getLong(3), rows.getLong(4)});
      }
    }
    return sums;
  }

  private void compare(JdbcClient sql, Path log) throws SQLException {
    Map<String, long[]> rollups = new TreeMap<>();
    sql.sql(
            """
            select dataset_id, sum(requests) as requests, sum(bytes_out) as bytes
            from usage_rollup group by dataset_id
            """)
        .query(
            row -> {
              rollups.put(
                  row.getString("dataset_id"),
                  new long[] {row.getLong("requests"), row.getLong("bytes")});
            });
    Map<String, long[]> events = byDataset(log);
    long lost = 0;
    long doubled = 0;
    boolean bytesAgree = true;
    for (int i = 0; i < DATASETS; i++) {
      String dataset = accesses.get(i).access().dataset().toString();
      long[] rollup = rollups.getOrDefault(dataset, new long[2]);
      long[] event = events.getOrDefault(dataset, new long[3]);
      for (long counted : new long[] {rollup[0], event[0]}) {
        lost += Math.max(0, requests[i] - counted);
        doubled += Math.max(0, counted - requests[i]);
      }
      doubled += event[0] - event[2];
      bytesAgree &= rollup[1] == bytes[i] && event[1] == bytes[i];
    }
    System.out.println(
        "wrote "
            + written
            + "; rollups "
            + inDatabase(sql)
            + ", event log "
            + inLog(log)
            + "; bytes by dataset "
            + (bytesAgree ? "agree" : "differ"));
    System.out.println("value lost-after-outage " + lost);
    System.out.println("value doubled-after-outage " + doubled);
  }

  private static UsageEvent event(
      Instant at, String request, PreparedAccess access, long bytes, boolean provisional) {
    return new UsageEvent(
        at,
        LocalDate.ofInstant(at, ZoneOffset.UTC),
        request,
        access,
        200,
        List.of(),
        Outcome.COMPLETE,
        -1,
        bytes,
        900,
        "unknown",
        42,
        "0123456789abcdefABCDEF",
        provisional);
  }
}
