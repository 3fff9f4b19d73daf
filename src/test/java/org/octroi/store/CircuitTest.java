package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.StoreId;

class CircuitTest {

  private static final StoreFailure DOWN = new StoreFailure.Unavailable("down");
  private static final int CLOSED = 0;
  private static final int HALF_OPEN = 1;
  private static final int OPEN = 2;

  private final AtomicLong clock = new AtomicLong();
  private final List<Circuit.Open> probed = new ArrayList<>();

  private Circuit circuit() {
    return circuit(0);
  }

  /** Opens after three failures, for 5 s, then 10 s, 20 s at the most. */
  private Circuit circuit(double random) {
    return new Circuit(
        StoreId.create(),
        3,
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        clock::get,
        () -> random,
        null);
  }

  private void seconds(long count) {
    clock.addAndGet(Duration.ofSeconds(count).toNanos());
  }

  private static Circuit.Phase through(Circuit circuit) {
    return let(circuit.enter());
  }

  private static Circuit.Phase let(Circuit.@Nullable Phase phase) {
    if (phase == null) {
      throw new AssertionError("not let through");
    }
    return phase;
  }

  private static void fails(Circuit circuit, int times) {
    for (int i = 0; i < times; i++) {
      circuit.failed(through(circuit), DOWN);
    }
  }

  @Test
  void failures_in_a_row_open_it_and_then_nobody_is_let_through() {
    Circuit circuit = circuit();

    fails(circuit, 2);
    assertThat(circuit.state()).isEqualTo(CLOSED);
    fails(circuit, 1);

    assertThat(circuit.state()).isEqualTo(OPEN);
    assertThat(circuit.enter()).isNull();
    assertThat(circuit.secondsLeft()).isEqualTo(5);
  }

  @Test
  void a_store_that_fails_now_and_then_is_not_left_in_peace() {
    Circuit circuit = circuit();

    for (int i = 0; i < 100; i++) {
      fails(circuit, 1);
      circuit.succeeded(through(circuit));
    }

    assertThat(circuit.state()).isEqualTo(CLOSED);
  }

  @Test
  void a_store_that_fails_more_often_than_not_is() {
    Circuit circuit = circuit();

    fails(circuit, 2);
    circuit.succeeded(through(circuit));
    fails(circuit, 2);

    assertThat(circuit.state()).isEqualTo(OPEN);
  }

  @Test
  void what_tells_nothing_counts_for_nothing() {
    Circuit circuit = circuit();

    for (int i = 0; i < 100; i++) {
      circuit.undecided(through(circuit));
    }

    assertThat(circuit.state()).isEqualTo(CLOSED);
  }

  @Test
  void after_a_while_one_trial_is_let_through_and_its_success_closes() {
    Circuit circuit = circuit();
    fails(circuit, 3);

    seconds(5);
    Circuit.Phase trial = through(circuit);
    assertThat(circuit.state()).isEqualTo(HALF_OPEN);
    assertThat(circuit.enter()).isNull();
    circuit.answers(trial);

    assertThat(circuit.state()).isEqualTo(CLOSED);
    fails(circuit, 2);
    assertThat(circuit.state()).isEqualTo(CLOSED);
  }

  @Test
  void each_trial_that_fails_doubles_the_while_up_to_the_longest() {
    Circuit circuit = circuit();
    fails(circuit, 3);

    for (long left : new long[] {10, 20, 20}) {
      seconds(circuit.secondsLeft());
      circuit.failed(through(circuit), DOWN);
      assertThat(circuit.secondsLeft()).isEqualTo(left);
    }
    seconds(20);
    circuit.answers(through(circuit));
    fails(circuit, 3);

    assertThat(circuit.secondsLeft()).isEqualTo(5);
  }

  @Test
  void stores_that_fell_together_rise_apart() {
    Circuit circuit = circuit(1);

    fails(circuit, 3);

    assertThat(circuit.secondsLeft()).isEqualTo(6);
  }

  @Test
  void a_trial_that_tells_nothing_leaves_it_to_the_next() {
    Circuit circuit = circuit();
    fails(circuit, 3);
    seconds(5);

    circuit.undecided(through(circuit));
    circuit.succeeded(through(circuit));

    assertThat(circuit.state()).isEqualTo(CLOSED);
  }

  @Test
  void a_trial_that_nobody_hears_of_any_more_holds_nobody_up_for_good() {
    Circuit circuit = circuit();
    fails(circuit, 3);
    seconds(5);
    Circuit.Phase lost = through(circuit);

    seconds(19);
    assertThat(circuit.enter()).isNull();
    seconds(1);
    circuit.succeeded(through(circuit));

    assertThat(circuit.state()).isEqualTo(CLOSED);
    circuit.failed(lost, DOWN);
    assertThat(circuit.state()).isEqualTo(CLOSED);
  }

  @Test
  void a_call_that_began_before_the_store_fell_tells_nothing_of_the_trial() {
    Circuit circuit = circuit();
    Circuit.Phase early = through(circuit);
    fails(circuit, 3);
    seconds(5);
    Circuit.Phase trial = through(circuit);

    circuit.failed(early, DOWN);
    circuit.succeeded(early);
    assertThat(circuit.state()).isEqualTo(HALF_OPEN);

    circuit.succeeded(trial);
    assertThat(circuit.state()).isEqualTo(CLOSED);
  }

  @Test
  void where_somebody_looks_no_caller_tries_before_the_store_was_seen() {
    Circuit circuit =
        new Circuit(
            StoreId.create(),
            1,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            clock::get,
            () -> 0,
            (asking, open) -> probed.add(open));
    fails(circuit, 1);

    seconds(600);
    assertThat(circuit.enter()).isNull();
    probed.getFirst().reached();
    circuit.failed(through(circuit), DOWN);
    assertThat(probed).hasSize(2);
    probed.getFirst().reached();
    seconds(600);
    assertThat(circuit.enter()).isNull();
  }
}
