package org.octroi.demo;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The figures of the fictitious company "Garonne Présence": how many people are in each of eight
 * real districts of Bordeaux, hour by hour, over thirty days.
 *
 * <p>Nothing here was measured. Each figure is a base of the district, times the share of the hour
 * in the local day (people sleep at home, work on weekdays, go out on Saturdays), times a jitter
 * from a seeded generator. All is integer arithmetic over {@link Random}, whose sequence the Java
 * platform fixes: every machine makes the same rows, so that examples and tests can quote them.
 */
final class PresenceFigures {

  /** The first hour that has figures. */
  static final Instant FIRST_HOUR = Instant.parse("2026-10-02T00:00:00Z");

  /** The last hour that has figures. A fixed date in the past: the rows never change. */
  static final Instant LAST_HOUR = Instant.parse("2026-10-31T23:00:00Z");

  /** The columns, in order, as every store of the demo names them. */
  static final List<String> COLUMNS =
      List.of(
          "district",
          "hour",
          "residents",
          "workers",
          "visitors",
          "presence",
          "longitude",
          "latitude",
          "operator_cell");

  private static final long SEED = 33063; // INSEE's code of Bordeaux
  private static final ZoneId ZONE = ZoneId.of("Europe/Paris");
  private static final int CELLS_A_DISTRICT = 3;

  private static final List<District> DISTRICTS =
      List.of(
          new District("Chartrons", "CHA", 24_000, 11_000, 6_500, "-0.5710", "44.8560"),
          new District("Bastide", "BAS", 17_500, 8_000, 3_200, "-0.5550", "44.8420"),
          new District("Saint-Michel", "SMI", 15_000, 5_500, 7_800, "-0.5660", "44.8315"),
          new District("Caudéran", "CAU", 46_000, 9_500, 2_600, "-0.6160", "44.8510"),
          new District("Mériadeck", "MER", 6_500, 21_000, 8_400, "-0.5860", "44.8380"),
          new District("Bacalan", "BAC", 9_500, 7_000, 4_100, "-0.5530", "44.8700"),
          new District("Nansouty", "NAN", 19_000, 4_500, 1_700, "-0.5770", "44.8210"),
          new District("Saint-Augustin", "SAU", 18_000, 13_500, 2_900, "-0.6110", "44.8330"));

  /** Percent of a district's residents at home, by local hour of a weekday and of the weekend. */
  private static final int[] HOME_ON_WEEKDAYS = {
    96, 97, 97, 97, 96, 94, 88, 74, 56, 48, 46, 47, 50, 48, 46, 46, 49, 57, 68, 77, 84, 89, 92, 95
  };

  private static final int[] HOME_AT_WEEKENDS = {
    90, 92, 94, 95, 95, 95, 93, 90, 85, 77, 70, 66, 68, 66, 62, 60, 61, 65, 71, 75, 77, 79, 82, 86
  };

  /** Percent of a district's workers at work, by local hour. */
  private static final int[] WORK_ON_WEEKDAYS = {
    3, 3, 3, 3, 4, 6, 14, 38, 72, 90, 94, 92, 78, 84, 92, 91, 83, 60, 34, 18, 11, 7, 5, 4
  };

  private static final int[] WORK_AT_WEEKENDS = {
    3, 3, 3, 3, 3, 4, 6, 10, 17, 24, 28, 29, 27, 27, 28, 27, 25, 20, 16, 13, 10, 7, 5, 4
  };

  /** Percent of a district's visitors who are there, by local hour. */
  private static final int[] OUT_ON_WEEKDAYS = {
    6, 4, 3, 2, 2, 3, 5, 10, 18, 28, 38, 48, 62, 58, 50, 52, 58, 66, 70, 64, 52, 38, 24, 12
  };

  private static final int[] OUT_AT_WEEKENDS = {
    16, 11, 7, 4, 3, 3, 4, 8, 20, 42, 66, 78, 80, 82, 92, 100, 98, 90, 80, 72, 66, 56, 42, 28
  };

  private PresenceFigures() {}

  /** Every row, by hour and then in the order of the districts. */
  static List<Row> rows() {
    Random random = new Random(SEED);
    List<Row> rows = new ArrayList<>();
    for (Instant hour = FIRST_HOUR;
        !hour.isAfter(LAST_HOUR);
        hour = hour.plus(Duration.ofHours(1))) {
      ZonedDateTime local = hour.atZone(ZONE);
      boolean weekend =
          local.getDayOfWeek() == DayOfWeek.SATURDAY || local.getDayOfWeek() == DayOfWeek.SUNDAY;
      int h = local.getHour();
      for (District district : DISTRICTS) {
        int residents =
            jitter(random, district.residents, (weekend ? HOME_AT_WEEKENDS : HOME_ON_WEEKDAYS)[h]);
        int workers =
            jitter(random, district.workers, (weekend ? WORK_AT_WEEKENDS : WORK_ON_WEEKDAYS)[h]);
        int visitors =
            jitter(random, district.visitors, (weekend ? OUT_AT_WEEKENDS : OUT_ON_WEEKDAYS)[h]);
        rows.add(
            new Row(
                district.name,
                hour,
                residents,
                workers,
                visitors,
                district.longitude,
                district.latitude,
                district.code + "-" + (1 + random.nextInt(CELLS_A_DISTRICT))));
      }
    }
    return rows;
  }

  /** The share of the base, give or take 6 percent. */
  private static int jitter(Random random, int base, int percent) {
    return (int) ((long) base * percent * (94 + random.nextInt(13)) / 10_000);
  }

  private record District(
      String name,
      String code,
      int residents,
      int workers,
      int visitors,
      String longitude,
      String latitude) {}

  /**
   * One district in one hour.
   *
   * @param district its name
   * @param hour when the hour begins
   * @param residents people at home
   * @param workers people at work
   * @param visitors everybody else
   * @param longitude of the district's middle, WGS 84 degrees
   * @param latitude of the district's middle, WGS 84 degrees
   * @param operatorCell the made-up antenna that saw most of them
   */
  record Row(
      String district,
      Instant hour,
      int residents,
      int workers,
      int visitors,
      String longitude,
      String latitude,
      String operatorCell) {

    /** Everybody. */
    int presence() {
      return residents + workers + visitors;
    }

    /** The values in the order of {@link #COLUMNS}, times in RFC 3339. */
    List<String> values() {
      return List.of(
          district,
          hour.toString(),
          Integer.toString(residents),
          Integer.toString(workers),
          Integer.toString(visitors),
          Integer.toString(presence()),
          longitude,
          latitude,
          operatorCell);
    }
  }
}
