package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.Channel;

class ClicksTest {

  private static final long TEN = Instant.parse("2026-11-24T10:00:00Z").toEpochMilli();
  private static final long ADA = Clicks.caller("ada");
  private static final long PARKS = Clicks.seed(Events.AGREED, LocalDate.parse("2026-11-24"));

  private final Clicks clicks = new Clicks();
  private final Tally.Sums sums = new Tally.Sums();

  private void click(long secondsAfterTen) {
    sums.addClick(clicks.click(PARKS, ADA, TEN + secondsAfterTen * 1000, true));
  }

  private List<Long> counted() {
    return List.of(sums.dataRequests, sums.uniqueDataRequests);
  }

  @Test
  void two_clicks_within_thirty_seconds_are_one_action() {
    click(60);
    click(89);
    assertThat(counted()).containsExactly(1L, 1L);
    click(120);
    assertThat(counted()).containsExactly(2L, 1L);
  }

  @Test
  void a_poll_every_ten_seconds_is_one_action_and_one_session_however_long_it_goes_on() {
    for (int second = 0; second < 5 * 3600; second += 10) {
      click(second);
    }
    assertThat(counted()).containsExactly(1L, 1L);
  }

  @Test
  void a_run_over_the_hour_counts_in_the_session_of_its_last_click() {
    click(3590);
    click(3605);
    click(5400);
    assertThat(counted()).containsExactly(2L, 1L);
  }

  @Test
  void the_hour_that_a_run_left_keeps_its_session_when_another_run_ended_there() {
    click(1800);
    click(3590);
    click(3605);
    assertThat(counted()).containsExactly(2L, 2L);
  }

  @Test
  void each_hour_is_a_session() {
    click(0);
    click(600);
    click(3600);
    click(7300);
    assertThat(counted()).containsExactly(4L, 3L);
  }

  @Test
  void an_answer_without_content_is_an_investigation_and_no_request() {
    sums.addClick(clicks.click(PARKS, ADA, TEN, false));
    assertThat(sums.investigations).isEqualTo(1);
    assertThat(sums.uniqueInvestigations).isEqualTo(1);
    assertThat(counted()).containsExactly(0L, 0L);
    click(10);
    assertThat(sums.investigations).isEqualTo(1);
    assertThat(counted()).containsExactly(1L, 1L);
  }

  @Test
  void another_caller_another_dataset_another_application_and_another_day_are_others() {
    click(0);
    sums.addClick(clicks.click(PARKS, Clicks.caller("eve"), TEN, true));
    sums.addClick(
        clicks.click(Clicks.seed(Events.NOBODYS, LocalDate.parse("2026-11-24")), ADA, TEN, true));
    sums.addClick(
        clicks.click(Clicks.seed(Events.AGREED, LocalDate.parse("2026-11-25")), ADA, TEN, true));
    assertThat(counted()).containsExactly(4L, 4L);
  }

  @Test
  void robots_and_refusals_are_left_out_and_scripts_are_not() {
    assertThat(Clicks.counts(Events.served("machine"))).isTrue();
    assertThat(Clicks.counts(Events.refused("refused"))).isFalse();
    assertThat(Clicks.counts(Events.by(Channel.ROBOT))).isFalse();
    assertThat(Clicks.counts(Events.by(Channel.HUMAN))).isTrue();
  }

  /** Seconds of the clicks of one caller, in their order. */
  @Provide
  Arbitrary<List<Integer>> days() {
    return Arbitraries.integers()
        .between(0, 4000)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60)
        .map(
            steps -> {
              List<Integer> seconds = new ArrayList<>();
              int at = 0;
              for (int step : steps) {
                // Mostly near each other, now and then far.
                at += step % 5 == 0 ? step : step % 45;
                seconds.add(at);
              }
              return seconds;
            });
  }

  @Property(tries = 500)
  void what_is_counted_on_the_way_is_what_the_code_of_practice_counts_in_the_end(
      @ForAll("days") List<Integer> seconds) {
    Clicks anew = new Clicks();
    Tally.Sums found = new Tally.Sums();
    for (int second : seconds) {
      found.addClick(anew.click(PARKS, ADA, TEN + second * 1000L, true));
    }
    List<Integer> left = new ArrayList<>();
    Set<Integer> hours = new HashSet<>();
    for (int i = 0; i < seconds.size(); i++) {
      if (i + 1 == seconds.size() || seconds.get(i + 1) - seconds.get(i) > 30) {
        left.add(seconds.get(i));
        hours.add(seconds.get(i) / 3600);
      }
    }
    assertThat(found.dataRequests).isEqualTo(left.size());
    assertThat(found.uniqueDataRequests).isEqualTo(hours.size());
  }

  @Property(tries = 200)
  void who_takes_up_the_state_anywhere_answers_the_same(@ForAll long seed) {
    Random random = new Random(seed);
    Clicks through = new Clicks();
    Clicks restarted = new Clicks();
    long at = TEN;
    for (int i = 0; i < 2000; i++) {
      at += random.nextInt(20_000) - 2_000;
      long caller = Clicks.caller("caller " + random.nextInt(300));
      boolean content = random.nextBoolean();
      if (random.nextInt(100) == 0) {
        restarted = Clicks.of(restarted.state());
      }
      assertThat(restarted.click(PARKS, caller, at, content))
          .isEqualTo(through.click(PARKS, caller, at, content));
    }
  }
}
