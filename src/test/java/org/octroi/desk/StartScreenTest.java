package org.octroi.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the start screen and the form behind its link say, and what they do not. */
class StartScreenTest {

  @ParameterizedTest
  @CsvSource({
    "P7D, 7 days",
    "P1D, 1 day",
    "PT36H, 36 hours",
    "PT90M, 90 minutes",
    "PT61S, 61 seconds"
  })
  void a_duration_is_said_in_the_largest_unit_that_fits(Duration duration, String words) {
    assertThat(StartScreen.inWords(duration)).isEqualTo(words);
  }

  @Test
  void the_welcome_form_tells_its_password_to_no_log() {
    assertThat(new WelcomePage.Form("ann@example.org", "Ann", "quiet rivers carry barges"))
        .asString()
        .contains("ann@example.org")
        .doesNotContain("quiet");
  }
}
