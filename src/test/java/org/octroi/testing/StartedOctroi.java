package org.octroi.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program as its users start it: the built jar in a process of its own, on ports of its own,
 * with a folder of its own. It can be stopped, killed and started again on the same folder.
 */
public final class StartedOctroi implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final String LAST_LINE = "Ctrl-C stops it";
  private static final Pattern LINK = Pattern.compile("/welcome/(\\S+)");
  private static final Pattern CURL = Pattern.compile("curl -i '([^']+)'");

  private final Path folder;
  private final List<String> arguments;
  private final Map<String, String> environment;
  private final int deskPort = FreePorts.next();
  private final int gatePort = FreePorts.next();
  private final int managementPort = FreePorts.next();
  private final int upstreamPort = FreePorts.next();
  private final int sqlPort = FreePorts.next();
  private final Printed printed = new Printed();
  private Thread reader = new Thread();
  private CountDownLatch open = new CountDownLatch(1);
  private Process process;

  private StartedOctroi(Path folder, List<String> arguments, Map<String, String> environment) {
    this.folder = folder;
    this.arguments = arguments;
    this.environment = environment;
    this.process = launch();
  }

  /** Starts the program on this folder and waits until its start screen shows. */
  public static StartedOctroi in(Path folder, String... arguments) {
    return in(folder, Map.of(), arguments);
  }

  /** Likewise, with these variables in its environment. */
  public static StartedOctroi in(
      Path folder, Map<String, String> environment, String... arguments) {
    StartedOctroi octroi = new StartedOctroi(folder, List.of(arguments), environment);
    octroi.awaitOpen();
    return octroi;
  }

  /** Starts the program where it is expected not to come up, and waits for its end. */
  public static Ended expectingNoStart(Path folder, String... arguments) {
    return expectingNoStart(folder, Map.of(), arguments);
  }

  /** Likewise, with these variables in its environment. */
  public static Ended expectingNoStart(
      Path folder, Map<String, String> environment, String... arguments) {
    StartedOctroi octroi = new StartedOctroi(folder, List.of(arguments), environment);
    try {
      if (!octroi.process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        octroi.kill();
        throw new IllegalStateException("It came up, or hangs:\n" + octroi.printed);
      }
      octroi.reader.join();
      return new Ended(octroi.process.exitValue(), octroi.printed.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A start that ended by itself. */
  public record Ended(int exitCode, String printed) {}

  public URI desk(String path) {
    return URI.create("http://localhost:" + deskPort + path);
  }

  public URI gate(String path) {
    return URI.create("http://localhost:" + gatePort + path);
  }

  public URI management(String path) {
    return URI.create("http://localhost:" + managementPort + path);
  }

  public int gatePort() {
    return gatePort;
  }

  /** All that it printed since its last start. */
  public String printed() {
    return printed.toString();
  }

  /** The secret of the one-time administrator link on the start screen, if one is shown. */
  public Optional<String> administratorLink() {
    return found(LINK);
  }

  /** The address in the curl line of the start screen. */
  public Optional<String> curlAddress() {
    return found(CURL);
  }

  private Optional<String> found(Pattern pattern) {
    Matcher matcher = pattern.matcher(printed.toString());
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** As {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** As {@code SIGTERM} does; waits for the graceful end. */
  public void stop() {
    process.destroy();
    awaitEnd();
  }

  /** Starts it again on the same folder and ports. */
  public void startAgain() {
    printed.clear();
    process = launch();
    awaitOpen();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
  }

  /** What it prints, read by one thread while others look. */
  private static final class Printed {
    private final StringBuilder text = new StringBuilder();

    synchronized void line(String line) {
      text.append(line).append('\n');
    }

    synchronized void clear() {
      text.setLength(0);
    }

    @Override
    public synchronized String toString() {
      return text.toString();
    }
  }

  private Process launch() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-jar");
    command.add(jar().toString());
    command.add("--octroi.data-folder=" + folder.resolve("data"));
    command.add("--server.port=" + deskPort);
    command.add("--octroi.gate.port=" + gatePort);
    command.add("--management.server.port=" + managementPort);
    command.add("--octroi.demo.upstream-port=" + upstreamPort);
    command.add("--octroi.demo.sql-port=" + sqlPort);
    command.add("--octroi.desk.public-url=http://localhost:" + deskPort);
    command.add("--octroi.gate.public-url=http://localhost:" + gatePort);
    command.addAll(arguments);
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process started = builder.start();
      open = new CountDownLatch(1);
      CountDownLatch opened = open;
      reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (BufferedReader lines = started.inputReader(UTF_8)) {
                      String line;
                      while ((line = lines.readLine()) != null) {
                        printed.line(line);
                        if (line.contains(LAST_LINE)) {
                          opened.countDown();
                        }
                      }
                    } catch (IOException e) {
                      printed.line("[the output broke off: " + e.getMessage() + "]");
                    }
                  });
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException("The program can't be started", e);
    }
  }

  private void awaitOpen() {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    try {
      while (!open.await(100, TimeUnit.MILLISECONDS)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          boolean alive = process.isAlive();
          kill();
          throw new IllegalStateException(
              (alive ? "It did not open in time:\n" : "It ended at its start:\n") + printed);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("It did not end within a minute:\n" + printed);
      }
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path jar() {
    String path = System.getProperty("octroi.jar");
    if (path == null || !Files.isRegularFile(Path.of(path))) {
      throw new IllegalStateException("The built jar is missing; run these tests with: mvn verify");
    }
    return Path.of(path).toAbsolutePath();
  }
}
