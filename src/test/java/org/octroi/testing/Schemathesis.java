package org.octroi.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.octroi.vocabulary.Sha256;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Schemathesis of PyPI, which makes requests up from the description of an API and holds every
 * answer against it, in processes of its own. It needs Python 3.10 with venv and pip; the package,
 * in the versions of {@code src/test/fuzz/requirements.txt}, is fetched below {@code .cache} where
 * it is not there yet.
 */
public final class Schemathesis {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Path SOURCE = Path.of("src/test/fuzz").toAbsolutePath();
  private static final String NEEDED =
      "The API is fuzzed by Schemathesis, which needs Python 3.10 or later with venv and pip. On"
          + " Debian, type, as root:  apt-get install -y python3 python3-venv python3-pip";
  private static final long MINUTES = 60;

  /**
   * What is left out, and why: what a description can't say makes a good request be refused, so
   * that {@code positive_data_acceptance} would complain of rules of the domain. A body that breaks
   * its shape is refused, but a parameter too many is not, and anything can be read as a text, so
   * {@code negative_data_rejection} would complain of what HTTP lets be.
   */
  private static final String CHECKS =
      "not_a_server_error,status_code_conformance,content_type_conformance,"
          + "response_headers_conformance,response_schema_conformance";

  private Schemathesis() {}

  /**
   * How long to go on.
   *
   * @param phases of Schemathesis, separated by commas
   * @param examples at most so many made up for an operation
   * @param seconds at least and, once every operation was called, at most so long; 0 to end when
   *     every phase is done
   * @param seed of what is made up
   */
  public record Bounds(String phases, int examples, int seconds, long seed) {}

  /**
   * What came of it for one caller.
   *
   * @param operations how many were called
   * @param answered how many of them answered with a success at least once
   * @param requests how many were sent
   * @param faults how many answers were a 5xx
   */
  public record Tally(int operations, int answered, int requests, int faults) {}

  /**
   * What came of it.
   *
   * @param callers by the caller's name
   * @param breaks how many kinds of answers were not as the description says, or of requests that
   *     could not be made up
   * @param words what Schemathesis says of them and of faults, with the lines to repeat them
   */
  public record Outcome(Map<String, Tally> callers, int breaks, String words) {}

  /** Makes sure that it is there. */
  public static synchronized void fetch() throws IOException, InterruptedException {
    if (Files.exists(folder().resolve("complete"))) {
      return;
    }
    run(NEEDED, List.of("python3", "-m", "venv", "--clear", folder().toString()));
    run(
        "Schemathesis can't be fetched",
        List.of(
            folder().resolve("bin/pip").toString(),
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
            "-r",
            SOURCE.resolve("requirements.txt").toString()));
    Files.createFile(folder().resolve("complete"));
  }

  /** One folder for each set of versions, so that another set is fetched anew. */
  private static Path folder() throws IOException {
    return Path.of(".cache")
        .toAbsolutePath()
        .resolve(
            "schemathesis-"
                + Sha256.hex(Files.readString(SOURCE.resolve("requirements.txt")))
                    .substring(0, 12));
  }

  private static void run(String fault, List<String> command)
      throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException(fault, e);
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(fault + "\n" + said);
    }
  }

  /**
   * Calls every operation of a description.
   *
   * @param description where it is
   * @param tokens of the callers by their names, who call in turns; empty for nobody
   * @param known names of things that are there ({@code names}), and bodies that are accepted
   *     ({@code bodies}, by operation)
   * @param without the ids of operations that are left out
   * @param scratch a folder for its files
   */
  public static Outcome run(
      URI description,
      Map<String, String> tokens,
      Map<String, ?> known,
      List<String> without,
      Bounds bounds,
      Path scratch)
      throws IOException, InterruptedException {
    fetch();
    Files.createDirectories(scratch);
    Path report = scratch.resolve("report.json");
    Path seen = scratch.resolve("seen.json");
    Path said = scratch.resolve("said.txt");
    Path told = scratch.resolve("known.json");
    Map<String, Object> all = new HashMap<>(known);
    all.put("tokens", tokens);
    Files.write(told, JSON.writeValueAsBytes(all));

    List<String> command = new ArrayList<>();
    command.add(folder().resolve("bin/schemathesis").toString());
    command.addAll(List.of("run", description.toString()));
    command.addAll(List.of("--checks", CHECKS));
    command.addAll(List.of("--phases", bounds.phases()));
    command.addAll(List.of("--max-examples", Integer.toString(bounds.examples())));
    if (bounds.seconds() > 0) {
      command.addAll(List.of("--max-time", Integer.toString(bounds.seconds())));
    }
    command.addAll(List.of("--seed", Long.toString(bounds.seed())));
    without.forEach(operation -> command.addAll(List.of("--exclude-operation-id", operation)));
    command.addAll(List.of("--continue-on-failure", "--no-color", "--warnings", "off"));
    command.addAll(List.of("--generation-with-security-parameters", "false"));
    command.addAll(List.of("--suppress-health-check", "all", "--generation-database", "none"));
    command.addAll(List.of("--report", "json", "--report-json-path", report.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(scratch.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("PYTHONPATH", SOURCE.toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().put("SCHEMATHESIS_HOOKS", "hooks");
    builder.environment().put("OCTROI_FUZZ_KNOWN", told.toString());
    builder.environment().put("OCTROI_FUZZ_SEEN", seen.toString());
    Process process = builder.start();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IllegalStateException("Schemathesis did not come to its end in an hour");
      }
    } finally {
      process.destroyForcibly();
    }
    String words = Files.readString(said, UTF_8);
    // 0: all is well; 1: something was found, or could not be made up.
    if (process.exitValue() > 1 || !Files.exists(report) || !Files.exists(seen)) {
      throw new IllegalStateException("Schemathesis broke off:\n" + words);
    }
    return outcome(
        JSON.readTree(Files.readString(report)),
        JSON.readTree(Files.readString(seen)),
        process.exitValue() == 0,
        words);
  }

  private static Outcome outcome(JsonNode report, JsonNode seen, boolean well, String words) {
    Map<String, Tally> callers = new TreeMap<>();
    seen.properties().forEach(of -> callers.put(of.getKey(), tally(of.getValue())));
    int faults = callers.values().stream().mapToInt(Tally::faults).sum();
    int breaks = 0;
    for (JsonNode failure : report.path("failures")) {
      breaks += failure.path("type").asString("").equals("ServerError") ? 0 : 1;
    }
    return new Outcome(
        callers, breaks == 0 && !well && faults == 0 ? 1 : breaks, well ? "" : words);
  }

  private static Tally tally(JsonNode operations) {
    int called = 0;
    int answered = 0;
    int requests = 0;
    int faults = 0;
    for (Map.Entry<String, JsonNode> operation : operations.properties()) {
      boolean success = false;
      for (Map.Entry<String, JsonNode> status : operation.getValue().properties()) {
        requests += status.getValue().asInt();
        faults += status.getKey().startsWith("5") ? status.getValue().asInt() : 0;
        success |= status.getKey().startsWith("2");
      }
      // Without a name: methods that the description does not have.
      called += operation.getKey().isEmpty() ? 0 : 1;
      answered += success && !operation.getKey().isEmpty() ? 1 : 0;
    }
    return new Tally(called, answered, requests, faults);
  }
}
