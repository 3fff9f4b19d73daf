package org.octroi.story;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.octroi.testing.Schemathesis;
import org.octroi.testing.Schemathesis.Bounds;
import org.octroi.testing.Schemathesis.Outcome;
import org.octroi.testing.Schemathesis.Tally;
import org.octroi.testing.StartedOctroi;
import org.springframework.util.FileSystemUtils;

/**
 * The API of the started program, fuzzed from its description as each of its callers: first
 * operation by operation, then along what answers give to call next. {@code DRILL_CALLERS}, {@code
 * DRILL_EXAMPLES}, {@code DRILL_SECONDS} and {@code DRILL_SEED} bound it.
 */
final class FuzzDrill {

  private static final Tally NOTHING = new Tally(0, 0, 0, 0);

  private FuzzDrill() {}

  public static void main(String[] args) throws Exception {
    int examples = Integer.parseInt(System.getenv().getOrDefault("DRILL_EXAMPLES", "50"));
    int seconds = Integer.parseInt(System.getenv().getOrDefault("DRILL_SECONDS", "60"));
    long seed =
        Long.parseLong(
            System.getenv()
                .getOrDefault("DRILL_SEED", Long.toString(System.nanoTime() & 0x7fff_ffff)));
    System.out.println("round seed " + seed);
    Schemathesis.fetch();
    Path folder = Files.createTempDirectory("fuzz-drill");
    try (StartedOctroi octroi = StartedOctroi.in(folder, FuzzedDesk.ARGUMENTS)) {
      FuzzedDesk desk = new FuzzedDesk(octroi);
      List<String> callers =
          Arrays.asList(
              System.getenv()
                  .getOrDefault("DRILL_CALLERS", String.join(",", desk.callers()))
                  .split(","));
      for (String caller : callers) {
        Path scratch = folder.resolve(caller);
        tell(
            caller,
            desk.fuzz(
                List.of(caller),
                new Bounds("examples,coverage,fuzzing", examples, 0, seed),
                scratch.resolve("each")),
            desk.fuzz(
                List.of(caller),
                new Bounds("stateful", examples, seconds, seed),
                scratch.resolve("along")));
      }
    } finally {
      FileSystemUtils.deleteRecursively(folder);
    }
    System.exit(0);
  }

  private static void tell(String caller, Outcome each, Outcome along) {
    Tally one = each.callers().getOrDefault(caller, NOTHING);
    Tally other = along.callers().getOrDefault(caller, NOTHING);
    System.out.printf("value %s-operations %d%n", caller, one.operations());
    System.out.printf("value %s-answered %d%n", caller, Math.max(one.answered(), other.answered()));
    System.out.printf("value %s-requests %d%n", caller, one.requests() + other.requests());
    System.out.printf("value %s-5xx %d%n", caller, one.faults() + other.faults());
    System.out.printf("value %s-breaks %d%n", caller, each.breaks() + along.breaks());
    System.err.print(each.words());
    System.err.print(along.words());
  }
}
