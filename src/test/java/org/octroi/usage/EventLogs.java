package org.octroi.usage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.util.unit.DataSize;

/** Where event logs are written to, and what they answer. */
final class EventLogs {

  private EventLogs() {}

  /** In a folder, or with their notes in it. */
  static EventLogProperties in(Path folder, int mergeAt) {
    return new EventLogProperties(
        true,
        folder,
        Duration.ofMinutes(5),
        DataSize.ofMegabytes(64),
        mergeAt,
        new EventLogProperties.S3("", "", "", null, null, "", ""));
  }

  /** What a query over {@code log} finds in a folder, its columns joined. */
  static List<String> rows(Path folder, String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "create view log as select * from read_parquet('%s/territory=*/day=*/*.parquet',"
                  .formatted(folder)
              + " hive_partitioning = true)");
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          List<String> columns = new ArrayList<>();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            columns.add(Optional.ofNullable(rows.getString(i)).orElse("null"));
          }
          found.add(String.join("|", columns));
        }
      }
    }
    return found;
  }
}
