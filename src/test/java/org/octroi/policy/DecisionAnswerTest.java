package org.octroi.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionAnswerTest {

  private static final Instant MINUTE = Instant.parse("2026-11-24T10:15:00Z");

  private static final String PERMIT =
      """
      [{"result":{"allow":true,"reasons":[],"tier":"open","valid_until":"2026-11-24T10:25:00Z",\
      "obligations":{"masks":[{"column":"a","how":"null","digits":0}],\
      "rows":[{"column":"b","operator":"eq","values":["x"]}],\
      "area":{"west":-1,"south":44,"east":0.5,"north":45},"row_cap":10,\
      "freshness_delay_seconds":60,"formats":["json"],"attribution":true}}}]\
      """;

  private static final String REFUSAL =
      """
      [{"result":{"allow":false,"reasons":["dataset-paused"],"tier":"open",\
      "valid_until":"2026-11-24T10:25:00Z","obligations":{}}}]\
      """;

  @Test
  void a_permit_is_read() {
    assertThat(DecisionAnswer.read(PERMIT, MINUTE)).isInstanceOf(Decision.Permit.class);
  }

  @Test
  void a_refusal_is_read() {
    assertThat(DecisionAnswer.read(REFUSAL, MINUTE))
        .isEqualTo(
            new Decision.Refuse(List.of("dataset-paused"), Instant.parse("2026-11-24T10:25:00Z")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // an obligation or member that nobody knows
        "\"attribution\":true | \"attribution\":true,\"watermark\":true",
        "\"allow\":true | \"allow\":true,\"because\":1",
        "\"digits\":0 | \"digits\":0,\"salt\":\"x\"",
        "\"how\":\"null\" | \"how\":\"scramble\"",
        "\"operator\":\"eq\" | \"operator\":\"like\"",
        "[\"json\"] | [\"hologram\"]",
        "\"west\":-1 | \"west\":-1,\"up\":1",
        // parts of another kind
        "\"allow\":true | \"allow\":\"true\"",
        "\"allow\":true | \"allow\":1",
        "\"reasons\":[] | \"reasons\":{}",
        "\"row_cap\":10 | \"row_cap\":\"10\"",
        "\"row_cap\":10 | \"row_cap\":10.5",
        "\"row_cap\":10 | \"row_cap\":-1",
        "\"row_cap\":10 | \"row_cap\":1e300",
        "\"digits\":0 | \"digits\":-1",
        "\"west\":-1 | \"west\":\"-1\"",
        "\"west\":-1 | \"west\":-181",
        "\"attribution\":true | \"attribution\":null",
        "\"values\":[\"x\"] | \"values\":[]",
        "\"tier\":\"open\" | \"tier\":\"O P E N\"",
        "\"formats\":[\"json\"], | ``",
        // contradictions
        "\"reasons\":[] | \"reasons\":[\"dataset-paused\"]",
        "\"allow\":true | \"allow\":false",
        "10:25:00Z | 10:15:00Z",
        "2026-11-24T10:25:00Z | soon",
        "\"allow\":true | \"allow\":true,\"allow\":true"
      })
  void an_answer_that_is_not_exactly_a_decision_fails_closed(String part, String instead) {
    assertThat(PERMIT).contains(part);

    assertThatThrownBy(() -> DecisionAnswer.read(PERMIT.replace(part, instead), MINUTE))
        .isInstanceOf(DecisionUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "null",
        "[{\"result\":true}]",
        "[{\"result\":{}}]",
        "[{\"result\":{}},{\"result\":{}}]",
        "[{\"result\":{\"allow\":true"
      })
  void an_answer_without_a_decision_fails_closed(String answer) {
    assertThatThrownBy(() -> DecisionAnswer.read(answer, MINUTE))
        .isInstanceOf(DecisionUnavailableException.class);
  }

  @Test
  void a_reason_that_is_no_word_fails_closed() {
    assertThatThrownBy(
            () -> DecisionAnswer.read(REFUSAL.replace("dataset-paused", "<script>"), MINUTE))
        .isInstanceOf(DecisionUnavailableException.class);
  }
}
