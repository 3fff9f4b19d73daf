package org.octroi.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.h2.api.ErrorCode;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.StartRefusedException;

/**
 * The SQL server that stands for the demo's SQL stores: H2 over TCP on loopback, with a database
 * file of its own and a user who may read and nothing else.
 *
 * <p>The database is made once from the bundled data. Should the file of its passwords be gone, or
 * a first start have been cut short, it is made anew: it holds nothing that can't be made again.
 */
final class UpstreamDatabase implements AutoCloseable {

  /** The database's name to those who connect by TCP. */
  static final String DATABASE = "demo";

  /** The user that the gate reads as. */
  static final String READER = "reader";

  private static final String OWNER = "owner";

  private final Server server;
  private final Connection keeper;
  private final DemoPasswords passwords;

  private UpstreamDatabase(Server server, Connection keeper, DemoPasswords passwords) {
    this.server = server;
    this.keeper = keeper;
    this.passwords = passwords;
  }

  /**
   * Opens the database, fills it where that was not yet done, and begins to listen.
   *
   * @param folder where its files are kept
   * @param port to listen on; 0 for any free one
   * @throws StartRefusedException when the port is taken
   */
  static UpstreamDatabase start(Path folder, int port) throws IOException, SQLException {
    Files.createDirectories(folder);
    Path passwordFile = folder.resolve("passwords.properties");
    Path whole = folder.resolve("filled");
    Optional<DemoPasswords> kept =
        Files.exists(whole) ? DemoPasswords.kept(passwordFile) : Optional.empty();
    if (kept.isEmpty()) {
      Files.deleteIfExists(whole);
      Files.deleteIfExists(folder.resolve(DATABASE + ".mv.db"));
    }
    DemoPasswords passwords = kept.isPresent() ? kept.get() : DemoPasswords.make(passwordFile);
    // Held open for as long as the server runs: the names' case rules are those of the first
    // opener.
    Connection keeper =
        DriverManager.getConnection(
            "jdbc:h2:file:"
                + folder.toRealPath().resolve(DATABASE)
                + ";DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
                + ";DB_CLOSE_ON_EXIT=FALSE",
            OWNER,
            passwords.owner());
    try {
      if (kept.isEmpty()) {
        for (DemoTables.Table table : DemoTables.all()) {
          fill(keeper, table);
        }
        try (Statement statement = keeper.createStatement()) {
          // The password is base64url: no quote can be in it, and H2 takes no parameter here.
          statement.execute("create user " + READER + " password '" + passwords.reader() + "'");
          statement.execute("grant select on schema public to " + READER);
        }
        Files.createFile(whole);
      }
      Server server =
          Server.createTcpServer(
              "-tcpPort",
              Integer.toString(port),
              "-baseDir",
              folder.toRealPath().toString(),
              "-ifExists",
              "-tcpDaemon");
      server.start();
      return new UpstreamDatabase(server, keeper, passwords);
    } catch (SQLException e) {
      keeper.close();
      if (e.getErrorCode() == ErrorCode.EXCEPTION_OPENING_PORT_2) {
        throw new StartRefusedException(
            "Port " + port + " is taken, so the demo's SQL server can't start.",
            "Free it, or choose another with octroi.demo.sql-port (0 takes any free one);"
                + " octroi.demo.load=off starts without the demo.");
      }
      throw e;
    }
  }

  /** The port that it listens on. */
  int port() {
    return server.getPort();
  }

  /** The password of {@link #READER}. */
  String readerPassword() {
    return passwords.reader();
  }

  @Override
  public void close() throws SQLException {
    server.stop();
    keeper.close();
  }

  private static void fill(Connection connection, DemoTables.Table table) throws SQLException {
    String columns =
        table.columns().stream()
            .map(c -> '"' + c.name() + "\" " + c.type())
            .collect(Collectors.joining(", "));
    String marks = String.join(", ", Collections.nCopies(table.columns().size(), "?"));
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table " + table.name() + " (" + columns + ")");
    }
    try (PreparedStatement insert =
        connection.prepareStatement("insert into " + table.name() + " values (" + marks + ")")) {
      for (List<@Nullable String> row : table.rows().get()) {
        for (int i = 0; i < row.size(); i++) {
          insert.setString(i + 1, row.get(i));
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
