package org.octroi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short version of what {@code bench/run tokens} does for a whole life of tokens. */
class RotationIT {

  @TempDir private Path folder;

  @Test
  void no_call_fails_while_the_signing_key_is_rotated() throws Exception {
    RotationUnderLoad.Outcome outcome = RotationUnderLoad.in(folder, Duration.ofSeconds(6));

    assertThat(outcome.failed()).isEmpty();
    assertThat(outcome.keys()).as("keys that signed").isEqualTo(2);
    assertThat(outcome.asked()).isGreaterThan(100);
  }
}
