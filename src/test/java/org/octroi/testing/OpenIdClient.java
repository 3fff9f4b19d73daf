package org.octroi.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The strict client of another maker, npm's {@code openid-client}, in a process of its own. It
 * needs Node.js; the package is fetched below {@code target} where it is not there yet.
 */
public final class OpenIdClient {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Path SOURCE = Path.of("src/test/openid-client");
  private static final Path FOLDER = Path.of("target/openid-client");
  private static final long MINUTES = 5;

  private OpenIdClient() {}

  /**
   * Runs its story.
   *
   * @param told what it has to know
   * @param person opens an address as a person would and answers where they were sent back to
   * @return what it saw, in order
   */
  public static List<JsonNode> story(Object told, Function<String, String> person)
      throws IOException, InterruptedException {
    fetch();
    Process node =
        new ProcessBuilder("node", "story.mjs")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    List<JsonNode> saw = new ArrayList<>();
    StringBuilder fault = new StringBuilder();
    try (BufferedWriter in = node.outputWriter(UTF_8);
        BufferedReader out = node.inputReader(UTF_8)) {
      say(in, told);
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (!line.startsWith("{\"")) {
          fault.append(line).append('\n');
          continue;
        }
        JsonNode one = JSON.readTree(line);
        if (one.has("open")) {
          say(in, new Back(person.apply(one.path("open").asString())));
        } else {
          saw.add(one);
        }
      }
    }
    if (!node.waitFor(MINUTES, TimeUnit.MINUTES) || node.exitValue() != 0) {
      node.destroyForcibly();
      throw new AssertionError("After " + saw + " it ended with\n" + fault);
    }
    return saw;
  }

  private record Back(String back) {}

  private static void say(BufferedWriter in, Object thing) throws IOException {
    in.write(JSON.writeValueAsString(thing));
    in.newLine();
    in.flush();
  }

  private static void fetch() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    for (String file : List.of("package.json", "package-lock.json", "story.mjs")) {
      Files.write(FOLDER.resolve(file), Files.readAllBytes(SOURCE.resolve(file)));
    }
    if (Files.exists(FOLDER.resolve("node_modules/openid-client"))) {
      return;
    }
    Process npm =
        new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(npm.getInputStream().readAllBytes(), UTF_8);
    if (npm.waitFor() != 0) {
      throw new IllegalStateException("openid-client can't be fetched:\n" + said);
    }
  }
}
