package org.octroi.statistics;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
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

  private final JdbcClient sql;

  private UsageDatabase(JdbcClient sql) {
    this.sql = sql;
  }

  static UsageDatabase in(DataSource empty) throws SQLException, LiquibaseException {
    try (Connection connection = empty.getConnection();
        Liquibase usage =
            new Liquibase(
                "migrations/usage/001-rollup.yaml",
                new ClassLoaderResourceAccessor(),
                new JdbcConnection(connection))) {
      usage.update();
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

  /** Some requests of a dataset in an hour, each of 10 rows, 100 bytes and 2 ms. */
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
    sql.sql(
            """
            insert into usage_rollup (
              rollup_key, territory_id, utc_hour, local_day, holder_id, dataset_id, distribution_id,
              application_id, reuser, action, format, channel, status, reason, outcome,
              requests, rows_out, bytes_out, latency_micros, latency_micros_max)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'read', 'json', 'machine', ?, ?, ?, ?, ?, ?, ?, 2500)
            """)
        .params(
            Arrays.asList(
                UUID.randomUUID().toString().replace("-", ""),
                territory,
                hour,
                day,
                holder,
                dataset,
                UUID.randomUUID().toString(),
                application,
                reuser,
                status,
                status == 200 ? null : "quota-exceeded",
                status == 200 ? "complete" : "refused",
                count,
                count * 10,
                count * 100,
                count * 2000))
        .update();
  }
}
