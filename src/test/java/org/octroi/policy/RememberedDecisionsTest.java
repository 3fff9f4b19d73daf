package org.octroi.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.octroi.policy.DecisionInputs.MINUTE;
import static org.octroi.policy.DecisionInputs.aQuestionUnderAnAgreement;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.AgreementStatus;

class RememberedDecisionsTest {

  private static final PolicyProperties PROPERTIES = new PolicyProperties(1000, 2);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Counted policy = new Counted(new CompiledPolicy(PROPERTIES, meters));
  private final RememberedDecisions decisions = new RememberedDecisions(policy, PROPERTIES, meters);

  @Test
  void the_first_question_of_a_shape_is_asked_and_its_document_comes_with_the_answer() {
    DecisionInput input = aQuestionUnderAnAgreement().input();

    RememberedDecisions.Answer answer = decisions.decide(input);

    assertThat(answer.fresh()).isTrue();
    assertThat(answer.document()).contains(policy.document(input));
    assertThat(answer.decision()).isInstanceOf(Decision.Permit.class);
  }

  @Test
  void the_next_ones_are_remembered_under_the_same_name() {
    RememberedDecisions.Answer first = decisions.decide(aQuestionUnderAnAgreement().input());

    RememberedDecisions.Answer next =
        decisions.decide(aQuestionUnderAnAgreement().at(MINUTE.plusSeconds(540)).input());

    assertThat(next)
        .isEqualTo(
            new RememberedDecisions.Answer(
                first.decision(),
                first.shapeHash(),
                false,
                Optional.empty(),
                first.asked(),
                first.policyRevision()));
    assertThat(policy.asked).isEqualTo(1);
  }

  @Test
  void memory_can_be_looked_into_without_a_question() {
    DecisionInput input = aQuestionUnderAnAgreement().input();
    assertThat(decisions.remembered(input)).isEmpty();
    assertThat(policy.asked).isZero();

    RememberedDecisions.Answer first = decisions.decide(input);

    assertThat(decisions.remembered(input).orElseThrow().shapeHash()).isEqualTo(first.shapeHash());
    assertThat(
            decisions.remembered(
                aQuestionUnderAnAgreement().at(first.decision().validUntil()).input()))
        .isEmpty();
  }

  @Test
  void what_is_forgotten_is_asked_again_with_its_document() {
    DecisionInput input = aQuestionUnderAnAgreement().input();
    decisions.decide(input);

    decisions.forget(aQuestionUnderAnAgreement().at(MINUTE.plusSeconds(60)).input());

    assertThat(decisions.decide(input).document()).isPresent();
  }

  @Test
  void an_answer_is_asked_again_when_it_said() {
    RememberedDecisions.Answer first = decisions.decide(aQuestionUnderAnAgreement().input());

    RememberedDecisions.Answer again =
        decisions.decide(aQuestionUnderAnAgreement().at(first.decision().validUntil()).input());

    assertThat(again.fresh()).isTrue();
    assertThat(again.shapeHash()).isEqualTo(first.shapeHash());
  }

  @Test
  void an_agreement_that_ends_is_refused_from_its_last_moment_on() {
    DecisionInputs question =
        aQuestionUnderAnAgreement().between(MINUTE, Optional.of(MINUTE.plusSeconds(180)));

    assertThat(decisions.decide(question.at(MINUTE.plusSeconds(120)).input()).decision())
        .isInstanceOf(Decision.Permit.class);
    assertThat(decisions.decide(question.at(MINUTE.plusSeconds(180)).input()).decision())
        .isInstanceOf(Decision.Refuse.class);
  }

  @Test
  void a_clock_that_was_set_back_asks_again() {
    decisions.decide(aQuestionUnderAnAgreement().input());

    assertThat(
            decisions
                .decide(aQuestionUnderAnAgreement().at(MINUTE.minusSeconds(60)).input())
                .fresh())
        .isTrue();
  }

  @Test
  void a_revoked_agreement_is_another_shape_at_once() {
    RememberedDecisions.Answer permitted = decisions.decide(aQuestionUnderAnAgreement().input());

    RememberedDecisions.Answer refused =
        decisions.decide(aQuestionUnderAnAgreement().granted(AgreementStatus.REVOKED).input());

    assertThat(refused.decision()).isInstanceOf(Decision.Refuse.class);
    assertThat(refused.shapeHash()).isNotEqualTo(permitted.shapeHash());
  }

  @Test
  void another_policy_is_asked_again() {
    decisions.decide(aQuestionUnderAnAgreement().input());
    policy.revision = "another";

    assertThat(decisions.decide(aQuestionUnderAnAgreement().input()).fresh()).isTrue();
  }

  @Test
  void a_policy_that_fails_is_not_remembered() {
    policy.fails = true;
    assertThatThrownBy(() -> decisions.decide(aQuestionUnderAnAgreement().input()))
        .isInstanceOf(DecisionUnavailableException.class);
    policy.fails = false;

    assertThat(decisions.decide(aQuestionUnderAnAgreement().input()).fresh()).isTrue();
  }

  @Test
  void what_is_remembered_is_still_answered_while_the_policy_fails() {
    decisions.decide(aQuestionUnderAnAgreement().input());
    policy.fails = true;

    assertThat(decisions.decide(aQuestionUnderAnAgreement().input()).fresh()).isFalse();
  }

  @Test
  void the_name_of_a_shape_stays_from_version_to_version() {
    // Shapes are kept for years under it: a change here is a change of what has been recorded.
    assertThat(decisions.decide(aQuestionUnderAnAgreement().input()).shapeHash())
        .isEqualTo("fb10e00783f4e2602cb97b1f3b89e9b5");
  }

  @Test
  void lookups_are_counted() {
    decisions.decide(aQuestionUnderAnAgreement().input());
    decisions.decide(aQuestionUnderAnAgreement().at(MINUTE.plus(Duration.ofMinutes(1))).input());

    assertThat(meters.get("octroi.policy.lookups").tag("result", "hit").counter().count())
        .isEqualTo(1);
    assertThat(meters.get("octroi.policy.lookups").tag("result", "miss").counter().count())
        .isEqualTo(1);
  }

  /** The real policy, counted, and made to fail on demand. */
  private static final class Counted implements PolicyEngine {

    private final PolicyEngine policy;
    private String revision;
    private int asked;
    private boolean fails;

    Counted(PolicyEngine policy) {
      this.policy = policy;
      this.revision = policy.revision();
    }

    @Override
    public Decision decide(DecisionInput input) {
      asked++;
      if (fails) {
        throw new DecisionUnavailableException("asked to fail");
      }
      return policy.decide(input);
    }

    @Override
    public String document(DecisionInput input) {
      return policy.document(input);
    }

    @Override
    public String revision() {
      return revision;
    }
  }
}
