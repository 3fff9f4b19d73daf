package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The drill, short: a gate in a process of its own is killed twice under load. */
@Timeout(300)
class KillTest {

  @Test
  void a_gate_that_is_killed_under_load_loses_no_answer_that_was_seen_and_counts_none_twice(
      @TempDir Path folder) throws Exception {
    KillDrill.Report report = new KillDrill(folder, 4).run(2, 500);

    assertThat(report.seen()).as("answers under load").isGreaterThanOrEqualTo(1000);
    assertThat(report.lost()).as("%s", report).isZero();
    assertThat(report.doubled()).as("%s", report).isZero();
    assertThat(report.cut()).as("%s", report).isPositive();
    assertThat(report.unmetered()).isLessThanOrEqualTo(KillDrill.UNMETERED_BYTES);
  }
}
