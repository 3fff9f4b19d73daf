package org.octroi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.StartedOctroi;

/** A daily quota is held over a restart and over a {@code kill -9}. */
class LastingCountIT {

  private static final int QUOTA = 60;

  /** A town with one file behind the gate, sixty requests a day, as fast as one likes. */
  private static final String CHARTER =
      """
      charter: 1
      territory:
        slug: vannes
        name: {fr: Vannes, en: Vannes}
        timeZone: Europe/Paris
      holders:
        - {slug: ville, name: Ville de Vannes, kind: city}
      stores:
        - {slug: files, holder: ville, folder: {root: town, path: .}}
      datasets:
        - slug: stops
          holder: ville
          title: {fr: Arrêts, en: Stops}
          description: {fr: Les arrêts., en: The stops.}
          source: Ville de Vannes
          lastUpdate: 2026-01-01
          themes: [TRAN]
          classification: public
          distributions:
            - {slug: file, title: {fr: Fichier, en: File}, store: files, file: stops.json, formats: [json]}
      tiers:
        - name: sixty
          rate: {requests: 1000, per: PT1S, burst: 1000}
          quota: {requestsPerDay: 60}
      offers:
        - slug: stops-sixty
          holder: ville
          title: {fr: Soixante par jour, en: Sixty a day}
          datasets: [stops]
          licence: etalab-2.0
          tier: sixty
          eligibility: identified
      """;

  @Test
  void a_daily_quota_is_held_over_a_restart_and_a_kill(@TempDir Path folder) throws IOException {
    Path files = Files.createDirectory(folder.resolve("files"));
    Files.writeString(files.resolve("stops.json"), "[]");
    Path charter = Files.writeString(folder.resolve("vannes.yml"), CHARTER);
    try (StartedOctroi octroi =
        StartedOctroi.in(
            folder,
            "--octroi.demo.load=off",
            "--octroi.charter.load=" + charter,
            "--octroi.store.roots.town=" + files)) {
      Story.Reuser reuser = new Story(octroi).aReuser("counted");
      reuser.withAgreementOn("vannes", "stops-sixty", "ServiceProvision");
      URI door = octroi.gate("/vannes/stops/file");
      serve(reuser.token(), door, 10);

      octroi.stop();
      octroi.startAgain();
      assertThat(octroi.administratorLink()).as("an operator exists already").isEmpty();
      assertThat(remaining(served(reuser.token(), door)))
          .as("a graceful stop gives the lease back, so the count is exact")
          .isEqualTo(QUOTA - 11);
      serve(reuser.token(), door, 9);

      octroi.kill();
      octroi.startAgain();
      String token = reuser.token();
      int served = 20;
      Answer answer = Caller.bearing(token).get(door);
      while (answer.status() == 200 && served <= QUOTA) {
        served++;
        answer = Caller.bearing(token).get(door);
      }
      assertThat(served)
          .as("never more than the quota; a crash costs one open lease at most")
          .isBetween(QUOTA - 6, QUOTA);
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.problem()).isEqualTo("quota-exceeded");
      assertThat(Long.parseLong(answer.header("Retry-After"))).isBetween(1L, 90_000L);
      assertThat(remaining(answer)).isZero();
    }
  }

  private static void serve(String token, URI door, int times) {
    for (int i = 0; i < times; i++) {
      served(token, door);
    }
  }

  private static Answer served(String token, URI door) {
    Answer answer = Caller.bearing(token).get(door);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private static long remaining(Answer answer) {
    Matcher day = Pattern.compile("\"day\";r=([0-9]+)").matcher(answer.header("RateLimit"));
    assertThat(day.find()).as(answer.header("RateLimit")).isTrue();
    return Long.parseLong(day.group(1));
  }
}
