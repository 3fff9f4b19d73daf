package org.octroi.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the standards. */
class TimeCodeTest {

  private final TimeCode codes = new TimeCode("12345678901234567890".getBytes(US_ASCII));

  /** RFC 6238, appendix B, the last six of its eight digits. */
  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130",
  })
  void codes_are_those_of_the_standard(long seconds, String code) {
    assertThat(codes.at(TimeCode.step(Instant.ofEpochSecond(seconds)))).isEqualTo(code);
  }

  /** RFC 4648 §10, without its padding. */
  @ParameterizedTest
  @CsvSource({"f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "fooba, MZXW6YTB"})
  void seeds_are_written_as_the_standard_says(String text, String written) {
    assertThat(Base32.of(text.getBytes(US_ASCII))).isEqualTo(written);
  }

  @Test
  void a_seed_prints_nothing() {
    assertThat(codes).hasToString("(a seed)");
  }
}
