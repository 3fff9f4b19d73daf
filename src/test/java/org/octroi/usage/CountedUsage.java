package org.octroi.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.sql.DataSource;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.usage.SketchLine.Grain;
import org.octroi.usage.SketchLine.Scope;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Usage in the tables, counted as the drain counts it, for those who read them. */
public final class CountedUsage {

  public static final TerritoryId TERRITORY = Events.RENNES;
  public static final HolderId HOLDER = Events.CITY;
  public static final DatasetId DATASET = Events.PARKS;

  private final RollupTables tables;
  private final SketchTable sketches;
  private final Tally tally = new Tally(Set.of(), new Clicks());

  public CountedUsage(DataSource source) {
    this.tables = new RollupTables(JdbcClient.create(source), new JdbcTemplate(source));
    this.sketches = new SketchTable(JdbcClient.create(source), new JdbcTemplate(source));
  }

  /** Somebody without a reuser got something at a time. */
  public CountedUsage anonymous(String caller, String time) {
    return passed(caller, time, Optional.empty());
  }

  /** A reuser got something at a time. */
  public CountedUsage reuser(String reuser, String time) {
    return passed("address of " + reuser, time, Optional.of(reuser));
  }

  private CountedUsage passed(String caller, String time, Optional<String> reuser) {
    PreparedAccess access = new PreparedAccess(Events.reached(DATASET, reuser, Channel.MACHINE));
    tally.take(
        new Place(1, 32),
        new JournalRecord.Passed(Events.at(Instant.parse(time), caller, access, 200)));
    return this;
  }

  /** Writes it down. */
  public void count() {
    for (Rollup.Grain grain : Rollup.Grain.values()) {
      tables.add(grain, tally.rollups(grain));
    }
    sketches.merge(tally.sketches());
  }

  /**
   * Writes a year down: each month the same lines whatever the traffic, as a city has so many
   * datasets and so many ways to them.
   *
   * @param events how many passages the year has
   * @param datasets how many datasets
   * @param lines how many lines each of them has each month
   */
  public static void year(
      DataSource source,
      TerritoryId territory,
      LocalDate from,
      long events,
      int datasets,
      int lines) {
    RollupTables tables = new RollupTables(JdbcClient.create(source), new JdbcTemplate(source));
    SketchTable sketches = new SketchTable(JdbcClient.create(source), new JdbcTemplate(source));
    Random random = new Random(3);
    long each = events / 12 / datasets / lines;
    for (int month = 0; month < 12; month++) {
      LocalDate starts = from.plusMonths(month).withDayOfMonth(1);
      Map<Rollup, Tally.Sums> sums = new HashMap<>();
      Map<SketchLine, Sketches> met = new HashMap<>();
      SketchLine whole =
          new SketchLine(
              territory.toString(),
              Grain.MONTH,
              starts,
              Scope.TERRITORY,
              territory.toString(),
              null,
              null);
      met.put(whole, new Sketches());
      for (int dataset = 0; dataset < datasets; dataset++) {
        DatasetId id = DatasetId.of("01900000-0000-7000-8000-%012x".formatted(0x1000 + dataset));
        for (int line = 0; line < lines; line++) {
          Tally.Sums sum = new Tally.Sums();
          sum.requests = each + random.nextInt((int) Math.max(1, each));
          sum.rows = sum.requests * 10;
          sum.bytes = sum.requests * 2000;
          sum.latencyMicros = sum.requests * 900;
          sum.latencyMicrosMax = 100_000;
          sum.investigations = sum.requests / 2;
          sum.dataRequests = sum.requests / 2;
          sums.put(line(territory, id, starts, line), sum);
        }
        Sketches ofDataset = new Sketches();
        for (long caller = 0; caller < Math.max(10, each * lines / 20); caller++) {
          ofDataset.caller(random.nextLong(Math.max(10, events / 50)));
          ofDataset.latencyMicros((long) (900 * Math.exp(random.nextGaussian())));
          ofDataset.answerBytes((long) (2000 * Math.exp(random.nextGaussian())));
        }
        for (int reuser = 0; reuser < Math.min(2000, Math.max(3, each / 10)); reuser++) {
          ofDataset.reuser("reuser " + random.nextInt((int) Math.clamp(events / 1000, 10, 50_000)));
        }
        met.put(
            new SketchLine(
                territory.toString(),
                Grain.MONTH,
                starts,
                Scope.DATASET,
                id.toString(),
                HOLDER.toString(),
                null),
            ofDataset);
        Sketches all = met.get(whole);
        if (all != null) {
          all.merge(ofDataset);
        }
      }
      tables.add(Rollup.Grain.MONTH, sums);
      sketches.merge(met);
    }
  }

  private static Rollup line(
      TerritoryId territory, DatasetId dataset, LocalDate starts, int number) {
    int status = List.of(200, 200, 304, 429, 403).get(number % 5);
    return new Rollup(
        territory.toString(),
        new Rollup.Bucket.Month(starts.getYear() * 100 + starts.getMonthValue()),
        HOLDER.toString(),
        dataset.toString(),
        dataset.toString(),
        dataset.toString(),
        null,
        null,
        number < 5 ? null : "reuser " + number,
        null,
        "open",
        null,
        "read",
        "json",
        "machine",
        status,
        status == 429 ? "rate-exceeded" : status == 403 ? "not-permitted" : null,
        status < 400 ? "complete" : "refused");
  }

  /** The days of the territory. */
  public static ZoneId zone() {
    return ZoneId.of("Europe/Paris");
  }
}
