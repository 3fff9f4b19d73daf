package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NewShapesTest {

  @Test
  void each_caller_has_so_many_and_then_waits() {
    NewShapes shapes = new NewShapes(2, 10);

    assertThat(shapes.take("one")).isZero();
    assertThat(shapes.take("one")).isZero();
    assertThat(shapes.take("one")).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
    assertThat(shapes.take("other")).isZero();
  }

  @Test
  void callers_beyond_the_table_share_and_take_nothing_from_those_in_it() {
    NewShapes shapes = new NewShapes(2, 1);
    assertThat(shapes.take("known")).isZero();

    assertThat(shapes.take("second")).isZero();
    assertThat(shapes.take("third")).isZero();
    assertThat(shapes.take("fourth")).isPositive();

    assertThat(shapes.take("known")).isZero();
  }
}
