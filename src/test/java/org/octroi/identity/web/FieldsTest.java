package org.octroi.identity.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

  @ParameterizedTest
  @ValueSource(strings = {"A", "Zoé d’Arc", " Ville de Rennes ", "渋谷"})
  void a_name_is_a_line(String text) {
    assertThat(text).matches(Fields.LINE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\u0000", "A\nB", "A\u202eB", "\u200b", "A\u2028B", "A\u2029", "\u0085"})
  void what_hides_or_breaks_a_name_is_no_line(String text) {
    assertThat(text).doesNotMatch(Fields.LINE);
  }
}
