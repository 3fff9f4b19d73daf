package org.octroi.usage;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

/**
 * What draining costs: an hour of a city's traffic of {@code BENCH_EVENTS} events, by 400 ways of
 * access to 100 datasets, from 20,000 addresses that know three of them each, from the journal into
 * hours, days, months and sketches.
 *
 * <p>On one core: in the embedded database, whose work is done by the same thread, measured by that
 * thread's CPU time. Against rows: in a genuine MySQL (whose home is {@code mysql.home}) beside
 * inserts of {@code BENCH_ROWS} of the same events as rows, in batches that the driver rewrites to
 * one statement, both by the clock.
 */
final class DrainBench {

  private static final int ROUNDS = 5;
  private static final int ROWS_AT_ONCE = 1000;
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  private DrainBench() {}

  public static void main(String[] args) throws Exception {
    int events = Integer.parseInt(System.getenv().getOrDefault("BENCH_EVENTS", "1000000"));
    int rows = Integer.parseInt(System.getenv().getOrDefault("BENCH_ROWS", "100000"));
    Path folder = Files.createTempDirectory("drain-bench");
    UsageProperties properties =
        new UsageProperties(
            folder,
            DataSize.ofMegabytes(16),
            Duration.ofMillis(50),
            UsageProperties.Durability.BACKGROUND,
            DataSize.ofMegabytes(64),
            Duration.ofSeconds(1),
            500_000,
            Duration.ofDays(400));
    MappedJournal journal = Journals.open(properties, new LocalDisk());
    try {
      List<UsageEvent> some = fill(journal, events, rows);
      System.out.printf(
          "value drain-events-per-second-per-core %d%n", perCore(journal, properties, events));
      System.out.printf(
          Locale.ROOT,
          "value drain-vs-mysql-inserts-ratio %.2f%n",
          ratio(journal, properties, events, some));
    } finally {
      journal.destroy();
      FileSystemUtils.deleteRecursively(folder);
    }
    System.exit(0);
  }

  private static List<UsageEvent> fill(MappedJournal journal, int events, int kept) {
    Random random = new Random(7);
    List<PreparedAccess> accesses = accesses(random);
    String[] pseudonyms = new String[20_000];
    for (int i = 0; i < pseudonyms.length; i++) {
      pseudonyms[i] = UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)}).toString();
      pseudonyms[i] = pseudonyms[i].replace("-", "").substring(0, 22);
    }
    Instant begin = Instant.parse("2026-11-24T08:00:00Z");
    List<UsageEvent> some = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      int caller = random.nextInt(pseudonyms.length);
      Instant time = begin.plusNanos(i * 3_600_000_000_000L / events);
      int status = random.nextInt(50) == 0 ? 429 : random.nextInt(20) == 0 ? 304 : 200;
      UsageEvent event =
          new UsageEvent(
              time,
              LocalDate.ofInstant(time, PARIS),
              "01930000-0000-7000-8000-%012x".formatted(i),
              accesses.get((caller * 7 + random.nextInt(3)) % accesses.size()),
              status,
              status == 429 ? List.of("rate-exceeded") : List.of(),
              status == 429 ? Outcome.REFUSED : Outcome.COMPLETE,
              status == 200 ? random.nextInt(100) : 0,
              status == 200 ? (long) (2000 * Math.exp(random.nextGaussian())) : 0,
              (long) (900 * Math.exp(random.nextGaussian())),
              "eu-fr",
              42,
              pseudonyms[caller],
              false);
      journal.append(event);
      if (some.size() < kept) {
        some.add(event);
      }
    }
    return some;
  }

  private static List<PreparedAccess> accesses(Random random) {
    TerritoryId territory = TerritoryId.create();
    List<HolderId> holders = many(5, HolderId::create);
    List<DatasetId> datasets = many(100, DatasetId::create);
    List<DistributionId> distributions = many(200, DistributionId::create);
    List<OfferId> offers = many(100, OfferId::create);
    List<PreparedAccess> accesses = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int dataset = i % 100;
      boolean known = random.nextInt(3) > 0;
      accesses.add(
          new PreparedAccess(
              new Access(
                  territory,
                  holders.get(dataset % 5),
                  datasets.get(dataset),
                  distributions.get(dataset * 2 + i % 2),
                  known ? Optional.of(UUID.randomUUID().toString()) : Optional.empty(),
                  known ? Optional.of(ApplicationId.create()) : Optional.empty(),
                  Optional.of(offers.get(dataset)),
                  known ? Optional.of(AgreementId.create()) : Optional.empty(),
                  Optional.of(LicenceVersionId.create()),
                  Optional.of(new TierName("open")),
                  known ? Optional.of(new Purpose("ServiceProvision")) : Optional.empty(),
                  Action.READ,
                  Format.JSON,
                  Channel.MACHINE,
                  Optional.of("a".repeat(64)),
                  Optional.of("b".repeat(64)),
                  Optional.empty())));
    }
    return accesses;
  }

  private static <T> List<T> many(int count, Supplier<T> made) {
    List<T> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(made.get());
    }
    return all;
  }

  private static long perCore(MappedJournal journal, UsageProperties properties, int events)
      throws IOException {
    try (HikariDataSource database = Engine.H2.migrated().pool()) {
      var threads = ManagementFactory.getThreadMXBean();
      return Math.round(
          median(
              () -> {
                long before = threads.getCurrentThreadCpuTime();
                drainAll(journal, properties, database);
                return events * 1e9 / (threads.getCurrentThreadCpuTime() - before);
              }));
    }
  }

  private static double ratio(
      MappedJournal journal, UsageProperties properties, int events, List<UsageEvent> some)
      throws IOException {
    try (HikariDataSource database =
        Engine.MYSQL.migrated().pool("?rewriteBatchedStatements=true")) {
      JdbcClient.create(database)
          .sql(
              """
              create table event (
                at datetime(6), request_id varchar(64), territory_id char(36), holder_id char(36),
                dataset_id char(36), distribution_id char(36), offer_id char(36),
                agreement_id char(36), application_id char(36), reuser varchar(64),
                action varchar(16), format varchar(16), channel varchar(16), status int,
                reason varchar(80), outcome varchar(16), rows_out bigint, bytes_out bigint,
                latency_micros bigint, region varchar(16), pseudonym varchar(22),
                primary key (request_id))
              """)
          .update();
      return median(
          () -> {
            long before = System.nanoTime();
            drainAll(journal, properties, database);
            double drained = events * 1e9 / (System.nanoTime() - before);
            before = System.nanoTime();
            insert(database, some);
            return drained / (some.size() * 1e9 / (System.nanoTime() - before));
          });
    }
  }

  /** Drains the journal from its beginning, on to lines that are there from the round before. */
  private static void drainAll(
      MappedJournal journal, UsageProperties properties, HikariDataSource database)
      throws IOException {
    JdbcClient sql = JdbcClient.create(database);
    sql.sql("delete from usage_drain_position").update();
    sql.sql("delete from usage_clicks").update();
    new Drain(
            journal,
            new JournalReader(journal),
            new RollupTables(sql, new JdbcTemplate(database)),
            new SketchTable(sql, new JdbcTemplate(database)),
            new ClicksTable(sql),
            new TransactionTemplate(new JdbcTransactionManager(database)),
            properties,
            Clock.systemUTC(),
            new SimpleMeterRegistry())
        .drain();
  }

  private static void insert(HikariDataSource database, List<UsageEvent> events) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement truncate = connection.prepareStatement("truncate table event")) {
        truncate.execute();
      }
      try (PreparedStatement insert =
          connection.prepareStatement(
              "insert into event values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")) {
        int waiting = 0;
        for (UsageEvent event : events) {
          Access access = event.access();
          Object[] values = {
            UtcTimes.column(event.time()),
            event.requestId(),
            access.territory().toString(),
            access.holder().toString(),
            access.dataset().toString(),
            access.distribution().toString(),
            access.offer().map(Object::toString).orElse(null),
            access.agreement().map(Object::toString).orElse(null),
            access.application().map(Object::toString).orElse(null),
            access.reuser().orElse(null),
            access.action().word(),
            access.format().word(),
            access.channel().word(),
            event.status(),
            event.reasons().stream().findFirst().orElse(null),
            event.outcome().name(),
            event.rows(),
            event.bytesOut(),
            event.latencyMicros(),
            event.region(),
            event.pseudonym()
          };
          for (int i = 0; i < values.length; i++) {
            insert.setObject(i + 1, values[i]);
          }
          insert.addBatch();
          if (++waiting == ROWS_AT_ONCE) {
            insert.executeBatch();
            waiting = 0;
          }
        }
        insert.executeBatch();
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException("the rows can't be written", e);
    }
  }

  private interface Round {
    double measure() throws IOException;
  }

  /** The median of some rounds, after one that does not count. */
  private static double median(Round round) throws IOException {
    round.measure();
    double[] measured = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      measured[i] = round.measure();
    }
    Arrays.sort(measured);
    return measured[ROUNDS / 2];
  }
}
