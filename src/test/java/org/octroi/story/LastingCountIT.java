package org.octroi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.StartedOctroi;

/** What was done stays done: over a restart, and over a {@code kill -9}. */
class LastingCountIT {

  @Test
  void a_daily_quota_is_held_over_a_restart_and_a_kill(@TempDir Path folder) {
    try (StartedOctroi octroi = StartedOctroi.in(folder)) {
      Story story = new Story(octroi);
      Story.Reuser reuser = story.aReuser("counted");
      reuser.withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
      URI door = octroi.gate("/bordeaux/presence/table?limit=1");

      long quota = quotaOf(Caller.bearing(reuser.token()).get(door));
      int served = 1 + serve(reuser.token(), door, 10);
      octroi.stop();
      octroi.startAgain();
      assertThat(octroi.administratorLink()).as("an operator exists already").isEmpty();
      String token = reuser.token();
      assertThat(remaining(Caller.bearing(token).get(door)))
          .as("a graceful stop gives the lease back: the count is exact")
          .isEqualTo(quota - served - 1);
      served += 1 + serve(token, door, 10);

      octroi.kill();
      octroi.startAgain();
      long afterKill = remaining(Caller.bearing(reuser.token()).get(door));
      assertThat(afterKill).as("never more than is left").isLessThan(quota - served);

      served += 1;
      token = reuser.token();
      Answer answer = Caller.bearing(token).get(door);
      for (int i = 0; i < 3 * quota && !"quota-exceeded".equals(problemOf(answer)); i++) {
        if (answer.status() == 200) {
          served++;
        }
        answer = Caller.bearing(token).get(door);
      }
      assertThat(answer.status()).isEqualTo(429);
      assertThat(problemOf(answer)).isEqualTo("quota-exceeded");
      assertThat(Long.parseLong(answer.header("Retry-After"))).isBetween(1L, 90_000L);
      assertThat(answer.header("RateLimit")).contains("\"day\";r=0");
      assertThat((long) served).isLessThanOrEqualTo(quota);
    }
  }

  /** Asks until so many were served; the pace may refuse some on the way. */
  private static int serve(String token, URI door, int wanted) {
    int served = 0;
    for (int tries = 0; served < wanted && tries < 50 * wanted; tries++) {
      if (Caller.bearing(token).get(door).status() == 200) {
        served++;
      }
    }
    assertThat(served).isEqualTo(wanted);
    return served;
  }

  private static String problemOf(Answer answer) {
    return answer.status() == 200 ? "" : answer.problem();
  }

  private static long quotaOf(Answer answer) {
    return number(answer.header("RateLimit-Policy"), "\"day\";q=");
  }

  private static long remaining(Answer answer) {
    return number(answer.header("RateLimit"), "\"day\";r=");
  }

  private static long number(String field, String before) {
    Matcher found = Pattern.compile(Pattern.quote(before) + "([0-9]+)").matcher(field);
    assertThat(found.find()).as(field).isTrue();
    return Long.parseLong(found.group(1));
  }
}
