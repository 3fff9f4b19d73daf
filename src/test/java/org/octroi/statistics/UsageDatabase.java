package org.octroi.statistics;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rollups alone, with as much of the tables of names as statistics read. */
final class UsageDatabase {

  /** The offer that refusals would have been served under. */
  static final String OFFER = "01900000-0000-7000-8000-0000000000ff";

  private final JdbcClient sql;

  private UsageDatabase(JdbcClient sql) {
    this.sql = sql;
  }

  static UsageDatabase in(DataSource empty) throws SQLException, LiquibaseException {
    for (String file : List.of("001-rollup.yaml", "010-days-months-and-sketches.yaml")) {
      try (Connection connection = empty.getConnection();
          Liquibase usage =
              new Liquibase(
                  "migrations/usage/" + file,
                  new ClassLoaderResourceAccessor(),
                  new JdbcConnection(connection))) {
        usage.update();
      }
    }
    JdbcClient sql = JdbcClient.create(empty);
    sql.sql(
            """
            create table dataset (
              id char(36) primary key, territory_id char(36), slug varchar(41),
              title_fr varchar(200), title_en varchar(200))
            """)
        .update();
    sql.sql("create table application (id char(36) primary key, name varchar(200))").update();
    sql.sql("create table holder (id char(36), territory_id char(36), name varchar(200))").update();
    sql.sql("create table agreement (id char(36), territory_id char(36), number varchar(60))")
        .update();
    sql.sql(
            """
            create table distribution (
              id char(36), territory_id char(36), title_fr varchar(300), title_en varchar(300))
            """)
        .update();
    sql.sql(
            """
            create table offer (
              id char(36), territory_id char(36), title_fr varchar(300), title_en varchar(300),
              slug varchar(41), superseded_at datetime(6), withdrawn_at datetime(6))
            """)
        .update();
    sql.sql(
            """
            create table offer_dataset (
              offer_id char(36), dataset_id char(36), territory_id char(36))
            """)
        .update();
    sql.sql(
            """
            create table data_demand (
              territory_id char(36), holder_id char(36), person_id char(36),
              organisation_id char(36), dataset_id char(36), status varchar(20),
              asked_at datetime(6))
            """)
        .update();
    return new UsageDatabase(sql);
  }

  void dataset(String id, String territory, String titleFr, String titleEn) {
    sql.sql("insert into dataset values (?, ?, 'slug', ?, ?)")
        .params(id, territory, titleFr, titleEn)
        .update();
  }

  void application(String id, String name) {
    sql.sql("insert into application values (?, ?)").params(id, name).update();
  }

  void offer(String id, String territory, String titleFr, String titleEn) {
    sql.sql("insert into offer values (?, ?, ?, ?, 'offer', null, null)")
        .params(id, territory, titleFr, titleEn)
        .update();
  }

  void covers(String offer, String dataset, String territory) {
    sql.sql("insert into offer_dataset values (?, ?, ?)")
        .params(offer, dataset, territory)
        .update();
  }

  void demand(
      String territory, String holder, String person, @Nullable String dataset, String status) {
    sql.sql("insert into data_demand values (?, ?, ?, null, ?, ?, '2026-11-01 10:00:00')")
        .params(Arrays.asList(territory, holder, person, dataset, status))
        .update();
  }

  /**
   * Some requests of a dataset in an hour, each of 10 rows, 100 bytes and 2 ms. COUNTER sees half
   * of them.
   */
  void requests(
      long count,
      String territory,
      String holder,
      String dataset,
      @Nullable String application,
      @Nullable String reuser,
      int status,
      LocalDate day,
      LocalDateTime hour) {
    String distribution = UUID.randomUUID().toString();
    Map<String, Map<String, Object>> times =
        Map.of(
            "usage_rollup", Map.of("utc_hour", hour, "local_day", day),
            "usage_rollup_day", Map.of("local_day", day),
            "usage_rollup_month", Map.of("local_month", day.getYear() * 100 + day.getMonthValue()));
    times.forEach(
        (table, time) -> {
          Map<String, @Nullable Object> line = new LinkedHashMap<>(time);
          line.put("rollup_key", UUID.randomUUID().toString().replace("-", ""));
          line.put("territory_id", territory);
          line.put("holder_id", holder);
          line.put("dataset_id", dataset);
          line.put("distribution_id", distribution);
          line.put("application_id", application);
          line.put("reuser", reuser);
          line.put("action", "read");
          line.put("format", "json");
          line.put("channel", "machine");
          line.put("status", status);
          line.put(
              "reason",
              status == 200 ? null : status == 429 ? "quota-exceeded" : "agreement-required");
          line.put("offer_id", status == 429 ? OFFER : null);
          line.put("outcome", status == 200 ? "complete" : "refused");
          line.put("requests", count);
          line.put("rows_out", count * 10);
          line.put("bytes_out", count * 100);
          line.put("latency_micros", count * 2000);
          line.put("latency_micros_max", 2500);
          if (!table.equals("usage_rollup") && status == 200) {
            line.put("investigations", count / 2);
            line.put("unique_investigations", 1);
            line.put("data_requests", count / 2);
            line.put("unique_data_requests", 1);
          }
          sql.sql(
                  "insert into %s (%s) values (%s)"
                      .formatted(
                          table,
                          String.join(", ", line.keySet()),
                          line.keySet().stream().map(column -> "?").collect(joining(", "))))
              .params(new ArrayList<>(line.values()))
              .update();
        });
  }
}
