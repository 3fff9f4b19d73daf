package org.octroi.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.problem.StartRefusedException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamDatabaseTest {

  @TempDir static Path folder;
  private UpstreamDatabase database;

  @BeforeAll
  void start() throws Exception {
    database = UpstreamDatabase.start(folder, 0);
  }

  @AfterAll
  void stop() throws SQLException {
    database.close();
  }

  @ParameterizedTest
  @CsvSource({
    "bus_stop, 1825",
    "timetable_stop, 1267",
    "timetable_line, 39",
    "carpool_place_35, 158",
    "carpool_place_33, 54",
    "bike_share_activity, 5630",
    "classified_installation, 758",
    "inspection, 1199",
    "presence, 5760"
  })
  void each_table_holds_every_row_of_its_source(String table, int rows) throws SQLException {
    assertThat(one("select count(*) from " + table)).isEqualTo(Integer.toString(rows));
  }

  @Test
  void hours_are_in_utc() throws SQLException {
    assertThat(one("select cast(max(\"hour\") as varchar) from presence"))
        .isEqualTo("2026-10-31 23:00:00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delete from presence",
        "insert into inspection (\"codeAiot\") values ('x')",
        "create table mine (id int)",
        "drop table presence",
        "call file_read('passwords.properties')",
        "shutdown"
      })
  void the_reader_can_read_and_nothing_else(String statement) {
    assertThatThrownBy(() -> run(statement)).isInstanceOf(SQLException.class);
  }

  @Test
  void only_the_owner_of_the_process_can_read_the_passwords() throws Exception {
    assertThat(Files.getPosixFilePermissions(folder.resolve("passwords.properties")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void a_second_start_keeps_database_and_password(@TempDir Path other) throws Exception {
    String password;
    try (UpstreamDatabase first = UpstreamDatabase.start(other, 0)) {
      password = first.readerPassword();
    }
    try (UpstreamDatabase second = UpstreamDatabase.start(other, 0)) {
      assertThat(second.readerPassword()).isEqualTo(password);
    }
  }

  @Test
  void a_first_start_that_was_cut_short_is_done_again(@TempDir Path other) throws Exception {
    UpstreamDatabase.start(other, 0).close();
    Files.delete(other.resolve("filled"));
    try (UpstreamDatabase again = UpstreamDatabase.start(other, 0)) {
      assertThat(again.port()).isPositive();
    }
  }

  @Test
  void a_taken_port_is_named_with_its_setting(@TempDir Path other) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(UpstreamApi.LOOPBACK))) {
      assertThatThrownBy(() -> UpstreamDatabase.start(other, taken.getLocalPort()))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining(Integer.toString(taken.getLocalPort()))
          .extracting(e -> ((StartRefusedException) e).whatToDo())
          .asString()
          .contains("octroi.demo.sql-port");
    }
  }

  private String one(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:h2:tcp://127.0.0.1:" + database.port() + "/" + UpstreamDatabase.DATABASE,
        UpstreamDatabase.READER,
        database.readerPassword());
  }
}
