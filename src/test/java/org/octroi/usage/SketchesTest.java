package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SketchesTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 100})
  void a_few_are_told_exactly(int callers) {
    Sketches sketches = new Sketches();
    for (int i = 0; i < callers * 3; i++) {
      sketches.caller(Clicks.caller("caller " + i % callers));
      sketches.reuser("reuser " + i % callers);
    }
    assertThat(sketches.uniqueCallers()).isEqualTo(callers);
    assertThat(sketches.uniqueReusers()).isEqualTo(callers);
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, 1_000_000})
  void many_are_told_within_seven_per_cent_put_together_from_days(int callers) {
    Sketches month = new Sketches();
    for (int day = 0; day < 10; day++) {
      Sketches sketches = new Sketches();
      for (int i = day; i < callers; i += 10) {
        sketches.caller(Clicks.caller("caller " + i));
        sketches.caller(Clicks.caller("caller " + i / 2));
      }
      month = together(month, sketches);
    }
    assertThat(month.uniqueCallers()).isCloseTo(callers, withinPercentage(7));
  }

  @Test
  void quantiles_are_of_a_rank_within_a_hundredth_and_a_half() {
    Random random = new Random(1);
    double[] all = new double[200_000];
    Sketches month = new Sketches();
    for (int day = 0; day < 20; day++) {
      Sketches sketches = new Sketches();
      for (int i = 0; i < 10_000; i++) {
        long micros = (long) (1000 * Math.exp(random.nextGaussian()));
        all[day * 10_000 + i] = micros;
        sketches.latencyMicros(micros);
      }
      month = together(month, sketches);
    }
    Arrays.sort(all);
    Sketches.Quantiles quantiles = month.latencyMicros().orElseThrow();
    assertThat((double) quantiles.p50()).isBetween(at(all, 0.48), at(all, 0.52));
    assertThat((double) quantiles.p95()).isBetween(at(all, 0.93), at(all, 0.97));
    assertThat((double) quantiles.p99()).isBetween(at(all, 0.97), at(all, 1));
    assertThat(month.answerBytes()).isEmpty();
  }

  @Test
  void however_much_comes_they_take_twelve_kilobytes() {
    Sketches sketches = new Sketches();
    for (int i = 0; i < 3_000_000; i++) {
      sketches.caller(Clicks.caller("caller " + i));
      sketches.latencyMicros(i);
      sketches.answerBytes(i * 7L);
      if (i % 10 == 0) {
        sketches.reuser("reuser " + i);
      }
    }
    sketches.callersAreAnonymous();
    int bytes = 0;
    for (byte[] column : sketches.columns()) {
      assertThat(column.length).isLessThanOrEqualTo(Sketches.MOST_BYTES);
      bytes += column.length;
    }
    assertThat(bytes).isLessThanOrEqualTo(12_000);
  }

  private static double at(double[] sorted, double rank) {
    return sorted[(int) Math.min(sorted.length - 1, rank * sorted.length)];
  }

  /** As the database keeps them in between. */
  private static Sketches together(Sketches some, Sketches more) {
    Sketches both = new Sketches();
    for (Sketches each : new Sketches[] {some, more}) {
      byte[][] columns = each.columns();
      both.merge(columns[0], columns[1], columns[2], columns[3], columns[4]);
    }
    return both;
  }
}
