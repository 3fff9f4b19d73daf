package org.octroi.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * The genuine MySQL server that the build unpacked ({@code mysql.home}), started once for this JVM
 * on a random loopback port over an empty folder under {@code target}, and stopped when the JVM
 * ends, killed or not.
 *
 * <p>Thread-safe. What is kept is thrown away, so nothing waits for the disk; all else is as a
 * server comes: strict mode, {@code utf8mb4}, repeatable read, TLS offered. Its clock stands two
 * hours off UTC on purpose, so that a time which leans on the server's zone fails its test.
 */
public final class MySqlServer {

  private static final Duration START_WITHIN = Duration.ofSeconds(90);
  private static final String USER = "octroi";
  private static final String PASSWORD = "octroi";

  private static final class OfThisJvm {
    static final MySqlServer SERVER = start();
  }

  private final Path folder;
  private final int port;
  private final List<String> command;
  private TiedProcess process;

  private MySqlServer(Path folder, int port, List<String> command, TiedProcess process) {
    this.folder = folder;
    this.port = port;
    this.command = List.copyOf(command);
    this.process = process;
  }

  /** The server, started by the first to ask. */
  public static MySqlServer ofThisJvm() {
    return OfThisJvm.SERVER;
  }

  /** A server of the caller's own, which may go down and come back; it ends with this JVM. */
  public static MySqlServer ofItsOwn() {
    return start();
  }

  /** Stops it as an administrator does; what it keeps stays. */
  public void goDown() {
    try {
      if (!process.stop(START_WITHIN)) {
        throw new IllegalStateException("MySQL does not stop");
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts it again, on the same port with what it kept. */
  public void comeBack() {
    try {
      process = TiedProcess.begin("mysql", command, log(folder));
      awaitReady();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A database of the caller's own, with nothing in it. */
  public TestDatabase emptyDatabase() {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    try (var connection = DriverManager.getConnection(url(""), USER, PASSWORD);
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("no database could be made on " + url(""), e);
    }
    return new TestDatabase(TestDatabase.Engine.MYSQL, url(name), USER, PASSWORD);
  }

  /** The loopback port it listens on. */
  public int port() {
    return port;
  }

  private String url(String database) {
    return "jdbc:mysql://127.0.0.1:%d/%s".formatted(port, database);
  }

  private static MySqlServer start() {
    Path home = home();
    try {
      Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "mysql-");
      run(command(home, folder, "--initialize-insecure"), folder);
      Files.writeString(
          folder.resolve("account.sql"),
          """
          create user '%1$s' identified by '%2$s';
          grant all on *.* to '%1$s';
          """
              .formatted(USER, PASSWORD));

      int port = FreePorts.next();
      List<String> command =
          command(
              home,
              folder,
              "--init-file=" + folder.resolve("account.sql").toAbsolutePath(),
              "--bind-address=127.0.0.1",
              "--port=" + port,
              "--socket=mysql.sock",
              "--mysqlx=OFF",
              "--skip-log-bin",
              "--skip-name-resolve",
              "--performance-schema=OFF",
              "--default-time-zone=+02:00",
              "--max-connections=300",
              "--innodb-flush-log-at-trx-commit=0",
              "--innodb-doublewrite=OFF");
      TiedProcess process = TiedProcess.begin("mysql", command, log(folder));
      MySqlServer server = new MySqlServer(folder, port, command, process);
      Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "mysql-stop"));
      server.awaitReady();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException("MySQL could not be started from " + home, e);
    }
  }

  private static Path home() {
    Path home = Path.of(System.getProperty("mysql.home", ".cache/mysql-8.0.33.1"));
    if (!Files.isExecutable(home.resolve("bin/mysqld"))) {
      throw new IllegalStateException(
          "no MySQL server in %s; `mvn process-test-classes` puts it there"
              .formatted(home.toAbsolutePath()));
    }
    return home.toAbsolutePath();
  }

  private static List<String> command(Path home, Path folder, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                home.resolve("bin/mysqld").toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + folder.resolve("data").toAbsolutePath(),
                "--log-error-verbosity=1",
                "--innodb-buffer-pool-size=64M",
                "--innodb-redo-log-capacity=32M"));
    if (System.getProperty("user.name").equals("root")) {
      command.add("--user=root");
    }
    command.addAll(List.of(options));
    return command;
  }

  private static Process begin(List<String> command, Path folder) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(folder).toFile()))
        .start();
  }

  private static void run(List<String> command, Path folder) throws IOException {
    Process process = begin(command, folder);
    try {
      if (!process.waitFor(START_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("MySQL took too long to lay out its folder: " + said(folder));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while MySQL laid out its folder", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException("MySQL could not lay out its folder: " + said(folder));
    }
  }

  /** Ready when it lets the tests' account in, which the start-up file made last. */
  private void awaitReady() throws IOException {
    await("MySQL on port " + port)
        .atMost(START_WITHIN)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !process.isAlive() || answers());
    if (!process.isAlive()) {
      throw new IOException("MySQL ended at its start: " + said(folder));
    }
  }

  private boolean answers() {
    try (var connection = DriverManager.getConnection(url(""), USER, PASSWORD)) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  private void stop() {
    try {
      if (!process.stop(Duration.ofSeconds(30))) {
        process.kill();
      }
      FileSystemUtils.deleteRecursively(folder);
    } catch (IOException e) {
      System.err.println("MySQL's folder " + folder + " is left behind: " + e);
    }
  }

  private static Path log(Path folder) {
    return folder.resolve("mysqld.log");
  }

  private static String said(Path folder) throws IOException {
    return Files.readString(log(folder));
  }
}
