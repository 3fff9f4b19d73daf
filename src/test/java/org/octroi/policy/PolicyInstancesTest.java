package org.octroi.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.octroi.policy.compiled.GatePolicy;

class PolicyInstancesTest {

  private final AtomicInteger made = new AtomicInteger();

  @Test
  void the_first_ones_are_made_at_once_and_no_more_than_are_needed() {
    PolicyInstances instances = instances(2, 4);

    instances.lend(first -> "x");
    instances.lend(first -> "x");
    instances.lend(first -> "x");

    assertThat(made).hasValue(2);
  }

  @Test
  void one_more_is_made_when_all_are_lent() {
    PolicyInstances instances = instances(1, 2);

    instances.lend(
        one ->
            instances.lend(
                other -> {
                  assertThat(other).isNotSameAs(one);
                  return "x";
                }));

    assertThat(instances.alive()).isEqualTo(2);
  }

  @Test
  void none_is_made_beyond_the_bound() {
    PolicyInstances instances = instances(1, 1);

    assertThatThrownBy(() -> instances.lend(one -> instances.lend(other -> "x")))
        .isInstanceOf(DecisionUnavailableException.class)
        .hasMessageContaining("octroi.policy.instances");
  }

  @Test
  void one_that_failed_is_never_lent_again() {
    PolicyInstances instances = instances(1, 1);

    assertThatThrownBy(
            () ->
                instances.lend(
                    one -> {
                      throw new DecisionUnavailableException("broken");
                    }))
        .hasMessage("broken");
    instances.lend(another -> "x");

    assertThat(made).hasValue(2);
    assertThat(instances.alive()).isEqualTo(1);
  }

  private PolicyInstances instances(int warm, int most) {
    return new PolicyInstances(
        () -> {
          made.incrementAndGet();
          return new PolicyInstance(GatePolicy.load(), GatePolicy::create);
        },
        warm,
        most);
  }
}
