import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/**
 * Checks or writes the format of every Java file under the folders named, with google-java-format
 * as its own command line would. The build runs it from this source, on the JDK that compiles the
 * project.
 *
 * <p>Arguments: {@code check} or {@code write}; the file that takes the complaint (empty when all
 * is well); the folders. Exit status 3 when there is a complaint.
 */
final class Format {

  public static void main(String[] args) throws IOException {
    boolean check = args[0].equals("check");
    Path complaint = Path.of(args[1]);
    List<String> command = new ArrayList<>();
    command.addAll(check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
    for (String folder : List.of(args).subList(2, args.length)) {
      command.addAll(javaFilesUnder(Path.of(folder)));
    }

    StringWriter changed = new StringWriter();
    StringWriter unparsable = new StringWriter();
    int status =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow()
            .run(
                new PrintWriter(changed, true),
                new PrintWriter(unparsable, true),
                command.toArray(String[]::new));

    StringBuilder words = new StringBuilder(unparsable.toString());
    if (!changed.toString().isBlank()) {
      words
          .append("These files are not formatted:\n")
          .append(
              changed
                  .toString()
                  .lines()
                  .sorted()
                  .map(file -> "  " + file + "\n")
                  .collect(Collectors.joining()))
          .append("Type  mvn -Pformat process-test-classes  to format them.\n");
    }
    Files.writeString(complaint, words);
    System.exit(status == 0 ? 0 : 3);
  }

  private static List<String> javaFilesUnder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.walk(folder)) {
      return files.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().toList();
    }
  }
}
