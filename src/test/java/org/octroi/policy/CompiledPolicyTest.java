package org.octroi.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.octroi.policy.DecisionInputs.MINUTE;
import static org.octroi.policy.DecisionInputs.PRO;
import static org.octroi.policy.DecisionInputs.aQuestionUnderAnAgreement;

import com.styra.opa.wasm.OpaPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.octroi.obligation.Obligations;
import org.octroi.policy.compiled.GatePolicy;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.TierName;

class CompiledPolicyTest {

  private final CompiledPolicy policy =
      new CompiledPolicy(new PolicyProperties(1000, 0), new SimpleMeterRegistry());

  @Test
  void a_permit_carries_every_obligation_of_the_tier_unharmed_and_names_the_source() {
    Decision decision = policy.decide(aQuestionUnderAnAgreement().input());

    Obligations demanded =
        new Obligations(
            PRO.visibleColumns(),
            PRO.masks(),
            PRO.rows(),
            PRO.area(),
            PRO.freshnessDelay(),
            PRO.historyDepth(),
            PRO.rowCap(),
            PRO.byteCap(),
            PRO.formats(),
            true);
    assertThat(decision)
        .isEqualTo(
            new Decision.Permit(
                new TierName("pro"), demanded, MINUTE.plus(Duration.ofMinutes(10))));
  }

  @Test
  void a_tier_that_demands_nothing_still_names_the_source() {
    Decision decision =
        policy.decide(aQuestionUnderAnAgreement().demanding(Obligations.NONE).input());

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Permit.class,
            permit -> {
              assertThat(permit.obligations().attribution()).isTrue();
              assertThat(permit.obligations().shapesContent()).isFalse();
            });
  }

  @Test
  void a_refusal_names_its_reasons_in_order() {
    Decision decision =
        policy.decide(
            aQuestionUnderAnAgreement()
                .granted(AgreementStatus.REVOKED)
                .as(Format.GEOJSON)
                .asking("device")
                .scoped("octroi:rennes/parks:read")
                .paused()
                .input());

    assertThat(decision)
        .isEqualTo(
            new Decision.Refuse(
                List.of(
                    "agreement-revoked",
                    "dataset-paused",
                    "scope-missing",
                    "tier-forbids-column",
                    "tier-forbids-format"),
                MINUTE.plus(Duration.ofMinutes(10))));
  }

  @Test
  void an_answer_ends_with_the_agreement() {
    Decision decision =
        policy.decide(
            aQuestionUnderAnAgreement()
                .between(MINUTE, Optional.of(MINUTE.plusSeconds(299)))
                .input());

    assertThat(decision.validUntil()).isEqualTo(MINUTE.plusSeconds(240));
  }

  @Test
  void an_answer_ends_with_the_minute_by_which_a_newer_text_must_be_accepted() {
    DecisionInputs question = aQuestionUnderAnAgreement().reacceptedBy(MINUTE.plusSeconds(299));

    assertThat(policy.decide(question.input()))
        .isInstanceOfSatisfying(
            Decision.Permit.class,
            permit -> assertThat(permit.validUntil()).isEqualTo(MINUTE.plusSeconds(240)));
    assertThat(policy.decide(question.at(MINUTE.plusSeconds(240)).input()))
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refuse -> assertThat(refuse.reasons()).containsExactly("reacceptance-required"));
  }

  @Test
  void the_revision_is_the_hash_that_the_build_noted() throws Exception {
    assertThat(Files.readString(Path.of("policies/compiled/sources.sha256")))
        .contains(policy.revision() + "  policies/compiled/policy.wasm");
  }

  @Test
  void the_policy_compiled_ahead_answers_as_the_sdk_by_itself_does() {
    OpaPolicy sdk =
        OpaPolicy.builder()
            .withPolicy(Path.of("policies/compiled/policy.wasm"))
            .disableCompiler()
            .build();
    PolicyInstance ahead = new PolicyInstance(GatePolicy.load(), GatePolicy::create);

    for (DecisionInput input : manyQuestions(100)) {
      String document = policy.document(input);
      assertThat(ahead.evaluate(document)).isEqualTo(sdk.evaluate(document));
    }
  }

  @Test
  void many_threads_get_the_answers_that_one_gets() throws Exception {
    List<DecisionInput> questions = manyQuestions(50);
    List<Decision> alone = questions.stream().map(policy::decide).toList();

    // Twice as many threads as instances; of many more, the last would wait longer than it may.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Decision>>> answers =
          threads.invokeAll(
              Collections.nCopies(
                  16,
                  (Callable<List<Decision>>)
                      () -> questions.stream().map(policy::decide).toList()));
      for (Future<List<Decision>> answer : answers) {
        assertThat(answer.get()).isEqualTo(alone);
      }
    }
  }

  @Test
  void a_document_beyond_the_memory_is_unavailable_and_the_next_one_is_decided() {
    Obligations huge =
        new Obligations(
            Optional.of(DecisionInputs.sorted("x".repeat(20_000_000))),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            PRO.rowCap(),
            PRO.byteCap(),
            PRO.formats(),
            true);
    SimpleMeterRegistry itsMeters = new SimpleMeterRegistry();
    CompiledPolicy one = new CompiledPolicy(new PolicyProperties(1000, 1), itsMeters);

    assertThatThrownBy(() -> one.decide(aQuestionUnderAnAgreement().demanding(huge).input()))
        .isInstanceOf(DecisionUnavailableException.class);
    assertThat(one.decide(aQuestionUnderAnAgreement().input())).isInstanceOf(Decision.Permit.class);
    assertThat(itsMeters.get("octroi.policy.failures").counter().count()).isEqualTo(1);
  }

  private static List<DecisionInput> manyQuestions(int count) {
    Random random = new Random(20261124);
    List<DecisionInput> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      DecisionInputs question =
          aQuestionUnderAnAgreement()
              .granted(any(random, AgreementStatus.values()))
              .as(any(random, Format.values()))
              .asking(any(random, "device", "district", "presence", "été"), "hour")
              .scoped(any(random, new String[][] {{}, {"octroi:bordeaux/presence:query"}, {"a"}}))
              .demanding(random.nextBoolean() ? PRO : Obligations.NONE)
              .between(
                  MINUTE.plusSeconds(random.nextInt(-600, 600)),
                  random.nextBoolean()
                      ? Optional.empty()
                      : Optional.of(MINUTE.plusSeconds(random.nextInt(-60, 1200))));
      questions.add((random.nextInt(4) == 0 ? question.paused() : question).input());
    }
    return questions;
  }

  @SafeVarargs
  private static <T> T any(Random random, T... of) {
    return of[random.nextInt(of.length)];
  }
}
