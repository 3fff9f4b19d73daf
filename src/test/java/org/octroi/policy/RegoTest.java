package org.octroi.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.styra.opa.wasm.OpaPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The policy's own tests, as compiled, evaluated by OPA's Java SDK: no OPA need be installed. */
class RegoTest {

  private static final Path SOURCES = Path.of("policies/octroi");
  private static final Pattern TEST = Pattern.compile("^(test_\\w+) ", Pattern.MULTILINE);

  private final OpaPolicy tests =
      OpaPolicy.builder()
          .withPolicy(Path.of("policies/compiled/tests.wasm"))
          .disableCompiler()
          .build();

  @TestFactory
  Stream<DynamicTest> every_rego_test_passes_in_the_compiled_policy() {
    return compiledTests().stream()
        .map(
            name ->
                dynamicTest(
                    name.replaceFirst(".*/test_", "").replace('_', ' '),
                    () ->
                        assertThat(tests.entrypoint(name).evaluate("{}"))
                            .isEqualTo("[{\"result\":true}]")));
  }

  @Test
  void no_rego_test_is_left_out_of_the_compiled_ones() throws IOException {
    assertThat(compiledTests())
        .containsExactlyInAnyOrderElementsOf(
            testsInTheSources().stream().map(name -> "octroi/gate_test/" + name).toList());
  }

  /** The entry point of the policy itself is there too, as its annotation asks. */
  private SortedSet<String> compiledTests() {
    SortedSet<String> names = new TreeSet<>(tests.entrypoints().keySet());
    names.remove("octroi/gate/decision");
    return names;
  }

  private static List<String> testsInTheSources() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith("_test.rego"))
          .flatMap(file -> TEST.matcher(read(file)).results())
          .map(found -> found.group(1))
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
