package org.octroi.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server's process that ends with this JVM, however that ends. It runs under a shell that reads a
 * pipe from this JVM: when the pipe closes, because the JVM stopped or was killed, the shell stops
 * the server. It ends with the server's own status.
 */
final class TiedProcess {

  private static final String RUN_WHILE_PIPE_IS_OPEN =
      """
      exec 3<&0
      "$@" </dev/null &
      server=$!
      { read -r _ <&3; kill "$server" 2>/dev/null; } &
      wait "$server"
      """;

  private final Process shell;

  private TiedProcess(Process shell) {
    this.shell = shell;
  }

  /** Starts this command; what it says is added to the log. */
  static TiedProcess begin(String name, List<String> command, Path log) throws IOException {
    return begin(name, command, Map.of(), log);
  }

  /** The same, with these variables in its environment. */
  static TiedProcess begin(
      String name, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("sh", "-c", RUN_WHILE_PIPE_IS_OPEN, name));
    all.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return new TiedProcess(builder.start());
  }

  boolean isAlive() {
    return shell.isAlive();
  }

  /** Stops it as an administrator does; whether it has ended in time. */
  boolean stop(Duration within) throws IOException {
    try {
      shell.getOutputStream().close();
      return shell.waitFor(within.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** As {@code kill -9} does, and waits for the end. */
  void kill() {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    try {
      shell.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
